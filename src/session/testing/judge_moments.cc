// What the judge says between two moments, and what it is told of them.
#include <algorithm>

#include "session/testing/judge.h"

namespace session::testing {

using namespace std::chrono_literals;

namespace {

std::string text(const base::Fields& fields, std::string_view key) {
  for (const base::Field& field : fields)
    if (field.key == key) return std::get<std::string>(field.value);
  return "";
}

}  // namespace

void Judge::settled() {
  ++judged_;
  ending_.clear();
  if (!suspects_.empty()) object("2: a session in use was taken away");
  if (too_much_work_) object("18: evicted before min_idle, with max_sessions in work");
  const Session* idle = longest_idle();
  const base::Duration age = idle ? now() - idle->last_used : base::Duration{};
  if (idle && idle->order < newest_evicted_) object("18: evicted, but not the longest idle");
  newest_evicted_ = 0;
  if (idle && drain_) object("25: an idle session is kept in a drain");
  if (idle && limits_.idle_ttl > base::Duration{} && age >= limits_.idle_ttl) object("21: an expired session is kept");
  if (idle && age >= limits_.bounded_min_idle() && index_.size() > limits_.max_sessions)
    object("18: more sessions than max_sessions are kept");
  judge_told();
  judge_uses();
  judge_openings();
  judge_closing();
  judge_waiting();
  judge_alarms();
  limits_changed_ = false;
}

// What everybody can ask for, and what metrics hear.
void Judge::judge_told() {
  if (manager_->sessions() != index_.size()) object("15: the count of sessions is wrong");
  const auto in_use = static_cast<std::size_t>(
      std::ranges::count_if(index_, [&](const auto& entry) { return sessions_.at(entry.second).in_use(); }));
  if (manager_->pinned() != in_use) object(fmt::format("1: {} are pinned, not {}", manager_->pinned(), in_use));
  for (const auto& [id, number] : index_) {
    const engine::SessionConfig* config = manager_->config_of(id);
    if (!config || config->model.settings->name != std::to_string(sessions_.at(number).call))
      object("8: another session stands under an id");
  }
  if (told_ended_ != ended_) object("14: metrics hear of other ends than the log");
  if (told_started_ != started_) object("15: metrics hear of other starts than the log");
  if (told_refused_ != refused_) object("17: metrics hear of other refusals than callers");
}

// Nobody waits for what has come, has ended, or is too late.
void Judge::judge_uses() {
  for (const auto& [number, use] : uses_) {
    using enum Use::Doing;
    const Session& session = sessions_.at(use->session);
    const Engine& engine = engine_of(session);
    if (use->doing == nothing) continue;
    if (session.ended) object("9: a call is not told of the end of its session");
    if (use->doing != working && now() >= use->deadline) object("22: a call waits beyond its deadline");
    if (use->doing == leasing && engine.alive) object("3: a call waits for a browser that is open");
    if (use->doing == leasing && !engine.opening) object("22: a call waits for a browser, and none is opened");
    if (use->doing == waiting && !engine.works) object("4: an operation waits for its turn, and none is at work");
    if (use->doing == working && use->verb_over && !(use->broke && now() < *use->verb_over + 1s))
      object("9: an operation is over and not answered");
    for (const auto& [began, place] : turns_)
      if (use->doing == waiting && began == use->session && use->asked < place)
        object("4: a later operation came first");
  }
  turns_.clear();
}

// An opening goes on only for a session that exists and that somebody waits for; one that cannot be cancelled is
// excused.
void Judge::judge_openings() {
  for (const auto& [number, session] : sessions_) {
    const Engine& engine = engine_of(session);
    if (!engine.opening || engine.stubborn) continue;
    if (session.ended) object("11: an opening goes on after its session's end");
    const auto start = starts_.find(session.call);
    const bool for_start = start != starts_.end() && start->second->eager && !start->second->answered;
    const bool for_use = std::ranges::any_of(uses_, [&, of = number](const auto& entry) {
      return entry.second->session == of && entry.second->doing == Use::Doing::leasing;
    });
    if (!for_start && !for_use) object("22: an opening goes on that nobody waits for");
  }
  for (const auto& [call, start] : starts_) {
    if (start->session == 0 || start->answered) continue;
    const Session& session = sessions_.at(start->session);
    const Engine& engine = engine_of(session);
    if (drain_ && session.uses == 0) object("25: a start that is under way goes on in a drain");
    if (session.ended) object("9: a start is not told of the end of its session");
    if (now() >= start->deadline) object("22: a start waits beyond its deadline");
    if (engine.alive || !start->eager) object("3: a start is not answered, and its session is there");
    if (!engine.opening) object("22: a start waits for a browser, and none is opened");
  }
}

void Judge::judge_waiting() {
  const std::size_t waited = std::exchange(waited_, 0);
  for (const auto& [call, start] : starts_)
    if (start->session == 0) line_.waits(call, start->caller);
  if (const std::string unfair = line_.settle(); !unfair.empty()) object(unfair);
  most_asking_ = asking();
  waited_ = line_.size();
  if (manager_->queued() != line_.size())
    object(fmt::format("17: {} starts are said to wait, not {}", manager_->queued(), line_.size()));
  if (line_.size() == 0) return;
  if (!limits_changed_ && line_.size() > std::max(waited, limits_.admission_waiters))
    object("17: more starts wait than the queue has places");
  if (drain_) object("25: a start waits in a drain");
  if (manager_->engines() < limits_.max_sessions_hard) object("17: starts wait although there is room");
  const Session* idle = longest_idle();
  const bool can_go =
      idle && (now() - idle->last_used >= limits_.bounded_min_idle() || in_work() < limits_.max_sessions);
  if (can_go && line_.size() > coming()) object("18: a start waits although an idle session could go");
  for (const auto& [call, start] : starts_)
    if (start->session == 0 && (now() - start->since >= limits_.admission_timeout || now() >= start->deadline))
      object("17: a start waits longer than admission_timeout, or beyond its deadline");
}

void Judge::judge_alarms() {
  for (Hold& hold : holds_)
    if (!hold.alarmed && now() - hold.since >= limits_.pin_alarm) {
      hold.alarmed = true;
      ++due_alarms_;
    }
  // What was let go at the moment when it was due may have been reported before, or not.
  if (!drain_ && (alarms_ < due_alarms_ || alarms_ > due_alarms_ + perhaps_alarmed_))
    object("5: pins that are held for long are reported wrongly");
  due_alarms_ = alarms_;
  perhaps_alarmed_ = 0;
}

// --- what is told
// ---------------------------------------------------------------------------------------------------------

void Judge::write(base::Level, std::string_view event, const base::Fields& fields) const {
  auto& self = const_cast<Judge&>(*this);  // a logger's write is const, for it changes nothing that callers see
  if (event == "session started") self.on_started(std::stoull(text(fields, "reqId")), text(fields, "sessionId"));
  if (event == "session ended")
    self.on_ended(text(fields, "sessionId"), text(fields, "reason"), text(fields, "detail"));
}

void Judge::opening(const std::string& session, bool stubborn) {
  Engine& engine = engines_[session];
  if (is_over(session)) object("11: a browser is opened for a session that has ended");
  if (engine.opening || engine.alive) object("22: a second engine for one session");
  engine.opening = true;
  engine.opening_at = now();
  engine.stubborn = stubborn;
}

void Judge::open_failed(const std::string& session) {
  engines_[session].failed = true;
  engines_[session].failed_at = now();
}

void Judge::opened(const std::string& session) {
  engines_[session].opening = false;
  engines_[session].alive = true;
}

void Judge::verb_begun(const std::string& session) {
  engines_[session].works = true;
  for (const auto& [number, one] : sessions_)
    if (std::to_string(one.call) == session && one.ended && one.ended_step < scheduler_.steps() && one.ended_at < now())
      object("10: work began on a session that has ended");
}

void Judge::verb_broke(const std::string& session) {
  Engine& engine = engines_[session];
  engine.broken = true;
  if (engine.turn) engine.turn->broke = true;
}

bool Judge::is_broken(const std::string& session) const {
  const auto it = engines_.find(session);
  return it != engines_.end() && it->second.broken;
}

void Judge::verb_over(const std::string& session) {
  Engine& engine = engines_[session];
  engine.works = false;
  if (engine.turn) engine.turn->verb_over = now();
}

}  // namespace session::testing
