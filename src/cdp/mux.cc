#include "cdp/mux.h"

#include <utility>

#include "cdp/message.h"

namespace cdp {

void Call::settle(base::Result<json::Value> outcome) {
  if (result) return;
  result = std::move(outcome);
  done.set();
  if (const auto callback = std::exchange(then, nullptr)) callback(*result);
}

base::Result<Mux::Command> Mux::command(const std::string& session_id, std::string_view method,
                                        const json::Object& params, std::shared_ptr<Call> call) {
  if (why_ != CloseReason::none) return std::unexpected(error_of(why_, detail_));
  if (!knows(session_id)) return std::unexpected(error_of(CloseReason::detached));
  const std::uint64_t id = ++last_id_;
  if (call) pending_.emplace(id, Waiting{session_id, std::move(call)});
  return Command{id, command_text(id, session_id, method, params)};
}

std::shared_ptr<Call> Mux::take(std::uint64_t id) {
  auto node = pending_.extract(id);
  return node ? std::move(node.mapped().call) : nullptr;
}

void Mux::attached(const std::string& parent, std::string session_id, std::string target_id) {
  if (session_id.empty() || why_ != CloseReason::none || !knows(parent)) return;
  sessions_.insert_or_assign(std::move(session_id), Attached{parent, std::move(target_id)});
}

std::vector<std::string> Mux::detached(const std::string& session_id) {
  std::vector<std::string> ended;
  if (sessions_.erase(session_id) == 0) return ended;
  ended.push_back(session_id);
  for (std::size_t i = 0; i < ended.size(); ++i) {
    const std::string parent = ended[i];
    fail_calls_of(parent, error_of(CloseReason::detached));
    std::erase_if(sessions_, [&](const auto& entry) {
      if (entry.second.parent != parent) return false;
      ended.push_back(entry.first);
      return true;
    });
  }
  return ended;
}

void Mux::crashed(const std::string& session_id) { fail_calls_of(session_id, error_of(CloseReason::crashed)); }

void Mux::close(CloseReason reason, std::string detail) {
  if (why_ != CloseReason::none) return;
  why_ = reason;
  detail_ = std::move(detail);
  sessions_.clear();
  const base::Error error = error_of(reason, detail_);
  for (auto& [id, waiting] : std::exchange(pending_, {})) waiting.call->settle(std::unexpected(error));
}

std::string Mux::session_of(std::string_view target_id) const {
  for (const auto& [id, attached] : sessions_)
    if (attached.target_id == target_id) return id;
  return "";
}

void Mux::fail_calls_of(const std::string& session_id, const base::Error& error) {
  std::erase_if(pending_, [&](auto& entry) {
    if (entry.second.session_id != session_id) return false;
    entry.second.call->settle(std::unexpected(error));
    return true;
  });
}

}  // namespace cdp
