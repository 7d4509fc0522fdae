#include "api/run.h"

#include <fmt/format.h>

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

}  // namespace

void Run::add(Frame frame) {
  frames_.push_back(std::move(frame));
  if (frames_.size() > kMaxFrames) {
    frames_.pop_front();
    ++dropped_;
  }
  changed_.wake_all();
}

void Run::connected() { add({"connected", R"({"status":"connected"})", "system"}); }

void Run::progress(engine::Progress line) { add({"running", progress_json(line), "log"}); }

void Run::finish(Outcome outcome) {
  if (outcome_) return;
  outcome_ = std::move(outcome);
  finished_.set();
  changed_.wake_all();
}

net::HttpResponse outcome_reply(Operation operation, const Outcome& outcome) {
  if (const auto* failure = std::get_if<Failed>(&outcome)) return failed_reply(operation, *failure);
  const auto& done = std::get<Succeeded>(outcome);
  std::string body = R"({"success":true,"data":{"result":)" + json::write(done.result);
  if (!done.action_id.empty()) {
    body += ',';
    append_member(body, "actionId", done.action_id);
  }
  body += "}}";
  return json_reply(200, std::move(body));
}

}  // namespace api
