#include "api/run.h"

#include <algorithm>

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
  return frame.event.size() + frame.data.size() + frame.type.size() + frame.id.size();
}

std::size_t size_of(const Outcome& outcome) {
  if (const auto* done = std::get_if<Succeeded>(&outcome))
    return done->result.size() + done->stream_result.size() + done->cache_entry.size();
  const auto& failure = std::get<Failed>(outcome);
  return failure.message.size() + failure.result.size();
}

}  // namespace

Run::Run(Operation operation) : operation_(operation), starting_id_(base::uuid_v4()), final_id_(base::uuid_v4()) {}

void Run::add(std::string event, std::string data, std::string type) {
  frames_.push_back({std::move(event), std::move(data), std::move(type), base::uuid_v4()});
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
  finished_.set();
  changed_.wake_all();
}

void Run::finish_cancelled() {
  if (outcome_) return;
  stopped_ = true;
  const auto tell = std::exchange(tell_cancelled_, nullptr);
  finish(tell ? tell() : Failed{.status = 500, .message = "The operation was canceled"});
}

aio::Task<void> Run::news(std::size_t number) {
  while (number >= end_frame() && !outcome_) co_await changed_.wait();
}

std::optional<std::size_t> Run::after(std::string_view id) const {
  if (id == starting_id_) return 0;
  if (id == final_id_ && outcome_) return end_frame();
  const auto it = std::ranges::find(frames_, id, &Frame::id);
  if (it == frames_.end()) return std::nullopt;
  return dropped_ + static_cast<std::size_t>(it - frames_.begin()) + 1;
}

bool Run::refused() const {
  const auto* failure = outcome_ ? std::get_if<Failed>(&*outcome_) : nullptr;
  return failure && (!failure->session_state.empty() || failure->retry_after_seconds > 0);
}

bool Run::watched() const {
  return std::ranges::any_of(viewers, [](net::Exchange* viewer) { return !viewer->client_gone(); });
}

net::HttpResponse outcome_reply(Operation operation, const Outcome& outcome) {
  if (const auto* failure = std::get_if<Failed>(&outcome)) return failed_reply(operation, *failure);
  const auto& done = std::get<Succeeded>(outcome);
  std::string body = R"({"success":true,"data":{"result":)" + done.result;
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

}  // namespace api
