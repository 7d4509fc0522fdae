// What the judge says of ends, whoever caused them.
#include <algorithm>

#include <fmt/format.h>

#include "session/testing/judge.h"

namespace session::testing {

using namespace std::chrono_literals;

namespace {

std::optional<EndReason> reason_of(const std::string& word) {
  for (int n = 0; n <= static_cast<int>(EndReason::lost); ++n)
    if (to_string(static_cast<EndReason>(n)) == word) return static_cast<EndReason>(n);
  return std::nullopt;
}

}  // namespace

Judge::End::End(Judge& owner, std::string wanted) : judge(owner), id(std::move(wanted)), called(owner.now()) {
  if (judge.in_index(id)) session = judge.index_.at(id);
  judge.ending_.insert(id);
  judge.ends_.insert(this);
}

void Judge::end_returned(const End& end, const std::expected<void, Refused>& outcome) {
  ++judged_;
  const bool existed = end.session != 0;
  if (outcome.has_value() != existed)
    return object(fmt::format("10: the end of {} was {}", end.id, outcome ? "a second one" : "refused"));
  if (!outcome) return judge_unknown(end.id, outcome.error());
  const Session& session = sessions_.at(end.session);
  if (!session.ended) return object("10: an end left its session");
  const Engine& engine = engine_of(session);
  if (is_wholly_gone(engine)) return;
  // Only what cannot be cancelled is not waited for any longer.
  if (!engine.stubborn || now() < session.ended_at + limits_.close_timeout)
    object("10: an end is answered before its session is closed");
}

void Judge::dying(const std::string& session, const std::string& cause) {
  dying_ = session;
  cause_ = cause;
}

void Judge::died() {
  for (const auto& [id, number] : index_)
    if (std::to_string(sessions_.at(number).call) == dying_) object("13: the death of a browser ended nothing");
  dying_.clear();
}

// --- ends
// -----------------------------------------------------------------------------------------------------------------

// Places that are free, or will be once what is closing has closed.
std::size_t Judge::coming() const {
  return limits_.max_sessions_hard > index_.size() ? limits_.max_sessions_hard - index_.size() : 0;
}

std::string Judge::why_not_evicted(const Session& session) {
  // Several that leave the index together are told of one after the other, so the order is judged between two moments.
  newest_evicted_ = std::max(newest_evicted_, session.order);
  if (lowered_ && index_.size() > *lowered_) return "";
  const bool old_enough = now() - session.last_used >= limits_.bounded_min_idle();
  const bool excess = index_.size() > limits_.max_sessions;
  const bool for_start = asking() > 0 && index_.size() >= limits_.max_sessions;
  const bool for_waiting = asking() > coming();
  if (old_enough) return excess || for_start || for_waiting ? "" : "18: evicted although nothing needs its place";
  // The victim is out of the index already; starts that ask may have been promised places.
  const bool at_the_hard_limit = manager_->engines() + asking() >= limits_.max_sessions_hard;
  if (!for_waiting || !at_the_hard_limit) return "18: evicted before min_idle";
  // As with suspects_: work that ends in this very step may have made room.
  if (in_work() >= limits_.max_sessions) too_much_work_ = scheduler_.steps();
  return "";
}

void Judge::on_ended(const std::string& id, const std::string& word, const std::string& detail) {
  Session* found = in_index(id);
  const auto reason = reason_of(word);
  if (!found || !reason) return object("10: an end of what does not exist");
  Session& session = *found;
  const auto start = starts_.find(session.call);
  const bool start_cancelled = start != starts_.end() && start->second->cancelled;
  std::string wrong;
  switch (*reason) {
    case EndReason::client:
      if (!ending_.contains(id) && !(session.starting && start_cancelled))
        wrong = "9: ended as by a client, and by none";
      break;
    case EndReason::idle:
      if (limits_.idle_ttl == base::Duration{} || now() - session.last_used < limits_.idle_ttl)
        wrong = "21: expired before its time";
      break;
    case EndReason::evicted:
      // Of one in use it is judged when its use ends: that may be in this very step.
      if (!session.in_use()) wrong = why_not_evicted(session);
      break;
    case EndReason::crashed:
      if (std::to_string(session.call) != dying_) wrong = "13: crashed, and its browser lives";
      session.cause = cause_;
      break;
    case EndReason::start_failed: {
      const Engine& engine = engine_of(session);
      const bool late = start != starts_.end() && now() >= start->second->deadline;
      if (!session.starting || !(late || (engine.failed && engine.failed_at == now())))
        wrong = "3: start_failed, but it did not";
      break;
    }
    case EndReason::drained:
      if (!drain_) wrong = "25: drained without a drain";
      break;
    case EndReason::lost:
      wrong = "14: lost";
      break;
  }
  if (!wrong.empty()) object(fmt::format("{} ({})", wrong, id));
  if (detail != session.cause) object("13: the log tells another cause");
  const std::uint64_t number = index_.at(id);
  const bool budget_over = drain_ && now() >= budget_until();
  const bool spares_uses = *reason == EndReason::idle || *reason == EndReason::evicted;
  if (session.in_use() && spares_uses) suspects_.insert(number);
  if (session.uses > 0 && *reason == EndReason::drained && !budget_over) suspects_.insert(number);
  session.ended = *reason;
  session.ended_at = now();
  session.ended_step = scheduler_.steps();
  index_.erase(id);
  graves_.add({id, *reason, session.cause, now()});
  ++ended_[*reason];
  changes();
}

void Judge::look_at_graves() {
  std::set<std::string> ids;
  for (const Graves::Grave& grave : graves_.all()) ids.insert(grave.id);
  for (const std::string& id : ids) look_at_grave(id);
}

}  // namespace session::testing
