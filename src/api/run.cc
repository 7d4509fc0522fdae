#include "api/run.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/id.h"
#include "json/write.h"

namespace api {
namespace {

void append_member(std::string& out, std::string_view key, std::string_view value) {
  json::append_string(out, key);
  out += ':';
  json::append_string(out, value);
}

constexpr std::size_t kIdPrefix = 24;  // of a UUID's 36 characters
constexpr std::size_t kIdDigits = 12;
constexpr std::uint64_t kIdMask = (std::uint64_t{1} << 48) - 1;

std::optional<std::uint64_t> hexadecimal(std::string_view text) {
  std::uint64_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out, 16);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return out;
}

std::string progress_json(const engine::Progress& line) {
  std::string out = R"({"status":"running","message":{)";
  append_member(out, "category", line.category);
  out += ',';
  append_member(out, "message", line.message);
  out += fmt::format(R"(,"level":{})", line.level);
  if (!line.auxiliary.empty()) {
    out += R"(,"auxiliary":{)";
    const char* separator = "";
    for (const auto& entry : line.auxiliary) {
      out += separator;
      json::append_string(out, entry.key);
      out += ":{";
      append_member(out, "value", entry.value);
      out += ',';
      append_member(out, "type", entry.type);
      out += '}';
      separator = ",";
    }
    out += '}';
  }
  out += "}}";
  return out;
}

std::size_t size_of(const Run::Frame& frame) {
  return frame.event.size() + frame.data->size() + frame.type.size() + frame.id.size();
}

std::size_t size_of(const Outcome& outcome) {
  if (const auto* done = std::get_if<Succeeded>(&outcome))
    return done->result.size() + done->stream_result.size() + done->cache_entry.size();
  const auto& failure = std::get<Failed>(outcome);
  return failure.message.size() + failure.result.size();
}

}  // namespace

Run::Run(Operation operation, RunKey key, std::string caller)
    : operation_(operation), key_(std::move(key)), caller_(std::move(caller)) {
  const std::string uuid = base::uuid_v4();
  id_prefix_ = uuid.substr(0, kIdPrefix);
  id_start_ = hexadecimal(std::string_view(uuid).substr(kIdPrefix)).value_or(0);
}

std::string Run::id_of(std::uint64_t offset) const {
  return fmt::format("{}{:012x}", id_prefix_, (id_start_ + offset) & kIdMask);
}

void Run::add(std::string event, std::string data, std::string type) {
  frames_.push_back({std::move(event), std::make_shared<const std::string>(std::move(data)), std::move(type),
                     id_of(kFirst + end_frame())});
  frame_bytes_ += size_of(frames_.back());
  while (frames_.size() > kMaxFrames || (frame_bytes_ > kMaxFrameBytes && frames_.size() > 1)) {
    frame_bytes_ -= size_of(frames_.front());
    frames_.pop_front();
    ++dropped_;
  }
  changed_.wake_all();
}

void Run::connected() { add("connected", R"({"status":"connected"})", "system"); }

void Run::progress(engine::Progress line) { add("running", progress_json(line), "log"); }

void Run::typed_password(const base::Secret& value) { passwords_.password(value); }

void Run::account(engine::Account account) {
  accounted_.page_url = std::move(account.page_url);
  accounted_.input_tokens += account.input_tokens;
  accounted_.output_tokens += account.output_tokens;
  accounted_.reasoning_tokens += account.reasoning_tokens;
  accounted_.cached_tokens += account.cached_tokens;
  accounted_.model_calls += account.model_calls;
  accounted_.model_time += account.model_time;
  accounted_.looks.insert(accounted_.looks.end(), account.looks.begin(), account.looks.end());
}

void Run::finish(Outcome outcome) {
  if (outcome_) return;
  outcome_bytes_ = size_of(outcome);
  outcome_ = std::move(outcome);
  tell_cancelled_ = nullptr;
  tell_cut_off_ = nullptr;
  accounted_ = {};  // a page chooses how long its URL is
  accounted_.page_url.shrink_to_fit();
  passwords_ = {};
  finished_.set();
  changed_.wake_all();
}

aio::Task<Outcome> Run::cancelled_outcome() {
  stopped_ = true;
  const auto tell = std::exchange(tell_cancelled_, nullptr);
  if (tell) co_return co_await tell();
  co_return Failed{.status = 500, .message = std::string(kCancelled)};
}

aio::Task<std::string> Run::told_so_far(base::Error error) const {
  const auto tell = tell_cut_off_;
  if (tell) co_return co_await tell(std::move(error));
  co_return "";
}

aio::Task<void> Run::news(std::size_t number) {
  while (number >= end_frame() && !outcome_) co_await changed_.wait();
}

std::optional<std::size_t> Run::after(std::string_view id) const {
  if (id.size() != kIdPrefix + kIdDigits || !id.starts_with(id_prefix_)) return std::nullopt;
  const auto number = hexadecimal(id.substr(kIdPrefix));
  if (!number) return std::nullopt;
  const std::uint64_t offset = (*number - id_start_) & kIdMask;
  if (offset == kFinal && outcome_) return end_frame();
  if (offset > end_frame()) return std::nullopt;
  return offset;  // of the starting frame 0, of the frame n n + 1
}

bool refused(const Outcome& outcome) {
  const auto* failure = std::get_if<Failed>(&outcome);
  return failure && (!failure->session_state.empty() || failure->retry_after_seconds > 0);
}

std::optional<net::Delivery> Run::delivery() const {
  using enum net::Delivery;
  const auto rank = [](net::Delivery one) { return one == read ? 3 : one == taken ? 2 : one == under_way ? 1 : 0; };
  std::optional<net::Delivery> best;
  for (const auto& receipt : receipts_) {
    const net::Delivery one = receipt ? receipt->delivery() : read;
    if (!best || rank(one) > rank(*best)) best = one;
  }
  return best;
}

bool Run::has_arrived() const {
  const auto what = delivery();
  return what == net::Delivery::taken || what == net::Delivery::read;
}

bool Run::watched() const {
  return std::ranges::any_of(viewers, [](net::Exchange* viewer) { return !viewer->client_gone(); });
}

bool Run::crowded() const {
  const auto there = [](net::Exchange* viewer) { return !viewer->client_gone(); };
  return viewers.size() >= kMostViewers &&
         static_cast<std::size_t>(std::ranges::count_if(viewers, there)) >= kMostViewers;
}

constexpr std::string_view kBeforeResult = R"({"success":true,"data":{"result":)";

net::HttpResponse outcome_reply(Operation operation, const Outcome& outcome) {
  if (const auto* failure = std::get_if<Failed>(&outcome)) return failed_reply(operation, *failure);
  const auto& done = std::get<Succeeded>(outcome);
  std::string body = std::string(kBeforeResult) + done.result;
  if (operation != Operation::agent_execute) {
    body += ',';
    append_member(body, "actionId", done.action_id);
  }
  if (!done.cache_entry.empty()) body += R"(,"cacheEntry":)" + done.cache_entry;
  body += "}}";
  net::HttpResponse reply = json_reply(200, std::move(body));
  if (!done.cache_status.empty()) reply.headers.add("x-cache-status", done.cache_status);
  return reply;
}

net::HttpResponse outcome_reply(const std::shared_ptr<const Run>& run) {
  const auto* done = std::get_if<Succeeded>(&*run->outcome());
  if (!done || done->result.size() < kWrittenInPlace) return outcome_reply(run->operation(), *run->outcome());
  net::HttpResponse reply = outcome_reply(run->operation(), Succeeded{.result = "",
                                                                      .action_id = done->action_id,
                                                                      .cache_status = done->cache_status,
                                                                      .cache_entry = done->cache_entry});
  reply.tail = reply.body.substr(kBeforeResult.size());
  reply.body.resize(kBeforeResult.size());
  reply.shared = std::shared_ptr<const std::string>(run, &done->result);
  return reply;
}

}  // namespace api
