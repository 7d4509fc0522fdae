#include "cdp/mux.h"

#include <utility>

#include <fmt/format.h>

#include "cdp/limits.h"
#include "cdp/message.h"

namespace cdp {

void Call::settle(base::Result<Payload> outcome) {
  if (done.is_set()) return;
  result = std::move(outcome);
  done.set();
  if (const auto callback = std::exchange(then, nullptr)) callback(*result);
}

base::Result<Mux::Command> Mux::command(const std::string& session_id, std::string_view method,
                                        const json::Object& params, std::shared_ptr<Call> call) {
  if (why_ != CloseReason::none) return std::unexpected(error_of(why_, detail_));
  if (!knows(session_id)) return std::unexpected(error_of(CloseReason::detached));
  const std::uint64_t id = ++last_id_;
  if (call) {
    pending_.emplace(id, Waiting{session_id, std::move(call)});
    calls_of_[session_id].insert(id);
  }
  return Command{id, command_text(id, session_id, method, params)};
}

std::shared_ptr<Call> Mux::take(std::uint64_t id) {
  auto node = pending_.extract(id);
  if (!node) return nullptr;
  if (const auto it = calls_of_.find(node.mapped().session_id); it != calls_of_.end()) {
    it->second.erase(id);
    if (it->second.empty()) calls_of_.erase(it);
  }
  return std::move(node.mapped().call);
}

base::Result<bool> Mux::attached(const std::string& parent, std::string session_id, std::string target_id) {
  if (session_id.empty() || why_ != CloseReason::none || !knows(parent)) return false;
  if (session_id.size() > kMaxId || target_id.size() > kMaxId)
    return base::fail(base::Kind::upstream, fmt::format("the browser named a target by more than {} bytes", kMaxId));
  if (sessions_.contains(session_id)) return false;
  if (sessions_.size() >= kMaxSessions)
    return base::fail(base::Kind::upstream, fmt::format("the browser attached more than {} targets", kMaxSessions));
  below_[parent].insert(session_id);
  sessions_.emplace(std::move(session_id), Attached{parent, std::move(target_id)});
  return true;
}

bool Mux::forget_session(const std::string& session_id) {
  const auto node = sessions_.extract(session_id);
  if (!node) return false;
  const auto it = below_.find(node.mapped().parent);
  it->second.erase(session_id);
  if (it->second.empty()) below_.erase(it);
  return true;
}

std::vector<std::string> Mux::detached(const std::string& session_id) {
  std::vector<std::string> ended{session_id};
  if (!forget_session(session_id)) return {};
  for (std::size_t i = 0; i < ended.size(); ++i) {
    const std::string parent = ended[i];
    fail_calls_of(parent, error_of(CloseReason::detached));
    const auto it = below_.find(parent);
    if (it == below_.end()) continue;
    const std::vector<std::string> below(it->second.begin(), it->second.end());
    for (const std::string& id : below)
      if (forget_session(id)) ended.push_back(id);
  }
  return ended;
}

void Mux::crashed(const std::string& session_id) { fail_calls_of(session_id, error_of(CloseReason::crashed)); }

void Mux::close(CloseReason reason, std::string detail) {
  if (why_ != CloseReason::none) return;
  why_ = reason;
  detail_ = std::move(detail);
  sessions_.clear();
  below_.clear();
  calls_of_.clear();
  const base::Error error = error_of(reason, detail_);
  for (auto& [id, waiting] : std::exchange(pending_, {})) waiting.call->settle(std::unexpected(error));
}

std::string Mux::session_of(std::string_view target_id) const {
  for (const auto& [id, attached] : sessions_)
    if (attached.target_id == target_id) return id;
  return "";
}

void Mux::fail_calls_of(const std::string& session_id, const base::Error& error) {
  const auto node = calls_of_.extract(session_id);
  if (!node) return;
  for (const std::uint64_t id : node.mapped())
    if (const auto call = take(id)) call->settle(std::unexpected(error));
}

}  // namespace cdp
