#include "cdp/testing/fake_chrome.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "aio/race.h"
#include "aio/wait_list.h"
#include "base/check.h"
#include "cdp/limits.h"
#include "json/read.h"
#include "json/write.h"

namespace cdp::testing {

struct FakeChrome::Wire {
  explicit Wire(aio::Clock& the_clock) : clock(the_clock) {}

  void put(std::string text, base::Duration late = {}) {
    outbound.emplace(base::after(clock.now(), late), std::move(text));
    changed.wake_all();
  }

  aio::Clock& clock;
  std::multimap<base::TimePoint, std::string> outbound = {};  // by when it arrives; equal times keep their order
  aio::WaitList changed = {};
  std::vector<Command> commands = {};
  std::map<std::string, Answer> answers = {};
  std::map<std::string, base::Duration> delays = {};
  std::optional<std::string> end = {};
  std::optional<std::string> full = {};
  std::optional<base::MemoryBudget::Peer> peer = {};
  bool reading = true;
  bool aborted = false;
  bool goodbye = false;
};

namespace {

std::string reply_text(const Command& command, const base::Result<json::Value>& outcome) {
  json::Object reply{{"id", command.id}};
  if (outcome) {
    reply["result"] = *outcome;
  } else {
    const std::string& words = outcome.error().message;
    const std::size_t space = words.find(' ');
    reply["error"] = json::Object{{"code", std::stoi(words)}, {"message", words.substr(space + 1)}};
  }
  if (!command.session_id.empty()) reply["sessionId"] = command.session_id;
  return json::write(reply);
}

}  // namespace

class FakeChrome::Client final : public Transport {
 public:
  explicit Client(std::shared_ptr<Wire> wire) : wire_(std::move(wire)) {}
  ~Client() override { abort(); }

  bool send(std::string text) override {
    if (wire_->end || wire_->aborted || !wire_->reading) return false;
    const auto frame = json::read(text);
    CHECK(frame.has_value(), "the client sent what is not JSON");
    Command command{.id = json::get_int(*frame, "id").value_or(0),
                    .session_id = json::get_text(*frame, "sessionId").value_or(""),
                    .method = json::get_text(*frame, "method").value_or(""),
                    .params = *json::find(*frame, "params")};
    wire_->commands.push_back(command);
    const auto late = wire_->delays.find(command.method);
    const auto scripted = wire_->answers.find(command.method);
    if (scripted != wire_->answers.end() && !scripted->second) return true;
    const base::Result<json::Value> outcome =
        scripted == wire_->answers.end() ? json::Value(json::Object()) : scripted->second(command);
    if (!outcome && outcome.error().kind == base::Kind::timeout) return true;
    wire_->put(reply_text(command, outcome), late == wire_->delays.end() ? base::Duration{} : late->second);
    return true;
  }

  aio::Task<base::Result<net::WebSocketMessage>> receive() override {
    const std::shared_ptr<Wire> wire = wire_;
    for (;;) {
      if (wire->aborted) co_return base::fail(base::Kind::gone, "the transport ended", "closed");
      if (wire->full) co_return base::fail(base::Kind::full, "the transport ended", *wire->full);
      const auto next = wire->outbound.begin();
      const bool waiting = next != wire->outbound.end();
      if (waiting && next->first <= wire->clock.now()) {
        const std::string text = wire->outbound.extract(next).mapped();
        net::WebSocketMessage message{base::GrowingText(text), text.size()};
        if (wire->peer && text.size() > kLargeMessage) message.hold = wire->peer->hold().also(text.size());
        co_return message;
      }
      if (!waiting && wire->end) co_return base::fail(base::Kind::gone, "the transport ended", *wire->end);
      if (waiting)
        co_await aio::race(wire->changed.wait(), wire->clock.sleep_until(next->first));
      else
        co_await wire->changed.wait();
    }
  }

  aio::Task<void> close(const aio::Context&) override {
    wire_->goodbye = true;
    abort();
    co_return;
  }

  void abort() override {
    wire_->aborted = true;
    wire_->changed.wake_all();
  }

 private:
  std::shared_ptr<Wire> wire_;
};

FakeChrome::FakeChrome(aio::Clock& clock) : wire_(std::make_shared<Wire>(clock)) {}
FakeChrome::~FakeChrome() { hang_up(); }

std::unique_ptr<Transport> FakeChrome::transport() { return std::make_unique<Client>(wire_); }

void FakeChrome::answer(const std::string& method, json::Value result) {
  wire_->answers[method] = [result = std::move(result)](const Command&) { return result; };
}

void FakeChrome::answer(const std::string& method, Answer answer) { wire_->answers[method] = std::move(answer); }

void FakeChrome::count_in(base::MemoryBudget& budget) {
  wire_->peer.emplace(budget, [wire = wire_.get()](const std::string& why) {
    wire->full = why;
    wire->changed.wake_all();
  });
}

void FakeChrome::refuse(const std::string& method, int code, const std::string& message) {
  const base::Error error{base::Kind::browser, fmt::format("{} {}", code, message)};
  wire_->answers[method] = [error](const Command&) { return base::Result<json::Value>(std::unexpected(error)); };
}

void FakeChrome::drop(const std::string& method) { wire_->answers[method] = nullptr; }
void FakeChrome::delay(const std::string& method, base::Duration late) { wire_->delays[method] = late; }

void FakeChrome::event(const std::string& session_id, const std::string& method, json::Object params) {
  json::Object event{{"method", method}, {"params", std::move(params)}};
  if (!session_id.empty()) event["sessionId"] = session_id;
  wire_->put(json::write(event));
}

void FakeChrome::attach(const std::string& session_id, const std::string& target_id, const std::string& parent) {
  event(parent, "Target.attachedToTarget",
        {{"sessionId", session_id}, {"targetInfo", {{"targetId", target_id}, {"type", "page"}}}});
}

void FakeChrome::detach(const std::string& session_id, const std::string& parent) {
  event(parent, "Target.detachedFromTarget", {{"sessionId", session_id}});
}

void FakeChrome::raw(std::string text) { wire_->put(std::move(text)); }

void FakeChrome::hang_up(std::string why) {
  if (!wire_->end) wire_->end = std::move(why);
  wire_->changed.wake_all();
}

void FakeChrome::stop_reading() { wire_->reading = false; }

const std::vector<Command>& FakeChrome::commands() const { return wire_->commands; }

std::size_t FakeChrome::count(const std::string& method) const {
  return static_cast<std::size_t>(std::ranges::count(wire_->commands, method, &Command::method));
}

bool FakeChrome::aborted() const { return wire_->aborted; }
bool FakeChrome::said_goodbye() const { return wire_->goodbye; }

}  // namespace cdp::testing
