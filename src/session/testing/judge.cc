#include "session/testing/judge.h"

#include <algorithm>

#include <fmt/format.h>

namespace session::testing {

using namespace std::chrono_literals;

namespace {

std::string ended_words(EndReason reason) {
  if (reason == EndReason::crashed) return "The browser crashed";
  return fmt::format("Session was closed: {}", to_string(reason));
}

// What an opening is told to have failed with, which returned an error or threw.
bool is_failed_opening(const std::string& words) {
  return words.starts_with("connect ECONNREFUSED") || words.starts_with("An internal error");
}

std::optional<EndReason> reason_of(const std::string& word) {
  for (int n = 0; n <= static_cast<int>(EndReason::lost); ++n)
    if (to_string(static_cast<EndReason>(n)) == word) return static_cast<EndReason>(n);
  return std::nullopt;
}

std::string text(const base::Fields& fields, std::string_view key) {
  for (const base::Field& field : fields)
    if (field.key == key) return std::get<std::string>(field.value);
  return "";
}

}  // namespace

Judge::Judge(const aio::testing::Scheduler& scheduler, const aio::Clock& clock, Limits limits)
    : scheduler_(scheduler), clock_(clock), limits_(limits) {}

void Judge::object(const std::string& what) const {
  if (objection_.empty()) objection_ = fmt::format("at {} ms: {}", now().time_since_epoch() / 1ms, what);
}

Judge::Session* Judge::in_index(const std::string& id) {
  const auto it = index_.find(id);
  return it == index_.end() ? nullptr : &sessions_.at(it->second);
}

std::string Judge::state_of(const std::string& id) const {
  const auto it = tombstones_.find(id);
  return it == tombstones_.end() ? "absent" : std::string(to_string(it->second));
}

std::size_t Judge::in_work() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(index_, [&](const auto& entry) { return sessions_.at(entry.second).uses > 0; }));
}

const Judge::Session* Judge::longest_idle() const {
  const Session* out = nullptr;
  for (const auto& [id, number] : index_) {
    const Session& session = sessions_.at(number);
    if (!session.in_use() && (!out || session.order < out->order)) out = &session;
  }
  return out;
}

// --- uses
// -----------------------------------------------------------------------------------------------------------------

Judge::Use::Use(Judge& owner, const std::string& wanted) : judge(owner), id(wanted), since(owner.now()) {
  Session* found = judge.in_index(id);
  if (!found) return;
  session = judge.index_.at(id);
  counts = true;
  ++found->uses;
  judge.holds_.push_back({since});
}

void Judge::Use::done() {
  if (!std::exchange(counts, false)) return;
  Session& mine = judge.sessions_.at(session);
  --mine.uses;
  judge.let_go(mine, since);
}

void Judge::let_go(Session& session, base::TimePoint since) {
  const auto hold = std::ranges::find(holds_, since, &Hold::since);
  if (!hold->alarmed && now() - since >= limits_.pin_alarm) ++perhaps_alarmed_;
  holds_.erase(hold);
  given_back_.push_back(now() - since);
  if (given_back_.size() > 64) given_back_.pop_front();
  if (too_much_work_ == scheduler_.steps() && in_work() < limits_.max_sessions) too_much_work_.reset();
  const bool drained = session.ended == EndReason::drained && session.uses == 0;  // a drain spares no start
  if ((drained || !session.in_use()) && session.ended && session.ended_step == scheduler_.steps())
    std::erase_if(suspects_, [&](std::uint64_t number) { return &sessions_.at(number) == &session; });
  if (session.in_use()) return;
  session.last_used = now();
  session.order = ++last_;
}

void Judge::leased(const Use& use, base::TimePoint deadline, const std::expected<Lease, Failure>& outcome) {
  ++judged_;
  if (outcome) {
    if (use.session == 0) return object("14: a lease of a session that does not exist");
    const Session& session = sessions_.at(use.session);
    if (session.ended && session.ended_at < now()) return object("10: a lease of a session that has ended");
    if (!outcome->has_engine()) object("3: a lease without an engine");
    if (std::to_string(session.call) != outcome->config().model.settings->name) object("8: a lease of another session");
    return;
  }
  if (const auto* refused = std::get_if<Refused>(&outcome.error())) {
    if (use.session != 0) return object("14: a session that exists was not found");
    if (refused->why != Refused::Why::unknown) object("14: refused for another reason than that it is unknown");
    if (refused->state != state_of(use.id))
      object(fmt::format("14: {} is told to be {}, not {}", use.id, refused->state, state_of(use.id)));
    return;
  }
  const std::string& words = std::get<base::Error>(outcome.error()).message;
  if (use.session == 0) return object("14: what does not exist failed with: " + words);
  const Session& session = sessions_.at(use.session);
  if (session.ended && words == ended_words(*session.ended)) {
    if (session.ended_at != now() && session.ended_at > use.since) object("9: the end was told late");
    return;
  }
  const Engine& engine = engines_[std::to_string(session.call)];
  if (is_failed_opening(words)) {
    if (!engine.failed || engine.failed_at != now()) object("22: an opening failed that did not");
    return;
  }
  if (words != "timed out waiting for the browser to open" || now() < deadline)
    object("22: a lease failed with: " + words);
}

void Judge::worked(const Use& use, base::TimePoint began, base::TimePoint deadline, const std::string& words) {
  ++judged_;
  const Session& session = sessions_.at(use.session);
  if (words == "ok") {
    if (session.ended && session.ended_at < now()) object("9: work of a session that has ended went on");
    return;
  }
  if (session.ended && words == ended_words(*session.ended)) {
    if (session.ended_at != now() && began != now()) object("9: the end was told late to work under way");
    return;
  }
  if (words.starts_with("An internal error") && engines_[std::to_string(session.call)].threw_at == now()) return;
  if (!words.starts_with("timed out waiting for an earlier operation") || now() < deadline)
    object("9: work failed with: " + words);
}

// --- starts
// ---------------------------------------------------------------------------------------------------------------

Judge::Start::Start(Judge& owner, std::string wanted, std::string from, int by, bool eagerly)
    : judge(owner),
      id(std::move(wanted)),
      caller(std::move(from)),
      actor(by),
      eager(eagerly),
      call(++owner.last_),
      since(owner.now()),
      step(owner.scheduler_.steps()),
      existed(owner.in_index(id) != nullptr) {
  judge.starts_[call] = this;
  judge.most_asking_ = std::max(judge.most_asking_, judge.asking());
}

void Judge::Start::done() {
  if (std::exchange(over, true)) return;
  judge.starts_.erase(call);
  judge.line_.leaves(call);
  if (session == 0) return;
  Session& mine = judge.sessions_.at(session);
  mine.starting = false;
  const base::TimePoint held = since;
  judge.let_go(mine, held);
}

// Starts that have neither a session nor an answer.
std::size_t Judge::asking() const {
  return static_cast<std::size_t>(std::ranges::count_if(
      starts_, [](const auto& entry) { return entry.second->session == 0 && !entry.second->existed; }));
}

// Refused in the step in which it asked: the queue was full, and no other caller had two more in it than this one.
void Judge::judge_refused_at_once(const Start& start) const {
  std::map<std::string, std::size_t> waiting;
  for (const auto& [call, other] : starts_)
    if (other != &start && other->session == 0 && !other->existed) ++waiting[other->caller];
  const bool all_wait = manager_->queued() + 1 == asking();  // none has a place promised
  for (const auto& [caller, count] : waiting)
    if (all_wait && count >= waiting[start.caller] + 2)
      object("17: a full queue had no room for a caller with fewer in it");
}

void Judge::judge_full(const Start& start, std::chrono::seconds retry_after) const {
  const bool waited = now() - start.since >= limits_.admission_timeout;
  if (!waited && !limits_changed_ && most_asking_ <= limits_.admission_waiters)
    object("17: a start was refused before its time, with room in the queue");
  if (start.step == scheduler_.steps()) judge_refused_at_once(start);
  base::Duration back = given_back_.empty() ? base::Duration(5s) : base::Duration{};
  for (const base::Duration time : given_back_) back += time / static_cast<long>(given_back_.size());
  base::Duration held{};
  for (const Hold& hold : holds_) held += (now() - hold.since) / static_cast<long>(holds_.size());
  const auto mean = std::chrono::ceil<std::chrono::seconds>(std::max(back, held));
  const auto slack = std::chrono::ceil<std::chrono::seconds>(std::max(back, held) + 1ms);
  const auto wanted = std::max(mean, std::chrono::seconds(1));
  if (retry_after != wanted && retry_after != slack)
    object(fmt::format("17: Retry-After is {}, not {}", retry_after.count(), wanted.count()));
}

void Judge::start_answered(Start& start, const std::expected<Lease, Failure>& outcome) {
  ++judged_;
  start.answered = true;
  if (outcome) {
    if (drain_) object("25: a start was answered with a session in a drain");
    if (start.session == 0) return object("23: a start gave a session that was not started");
    if (start.eager && !outcome->has_engine()) object("18: an eager start gave a session without an engine");
    const Session& session = sessions_.at(start.session);
    if (session.ended && session.ended_at < now()) object("10: a start gave a session that has ended");
    return;
  }
  if (const auto* refused = std::get_if<Refused>(&outcome.error())) {
    using enum Refused::Why;
    if (start.session != 0 && !drain_) object("17: a start was refused after its session was made");
    if (refused->why == exists && !start.existed && !in_index(start.id)) object("23: refused, though the id is free");
    if (refused->why == draining && !drain_) object("25: refused as draining before the drain");
    if (refused->why == full) judge_full(start, refused->retry_after);
    if (refused->why == unknown) object("17: a start was told that its session is unknown");
    if (start.existed && refused->why != exists) object("23: an id that exists was refused for another reason");
    return;
  }
  const std::string& words = std::get<base::Error>(outcome.error()).message;
  if (start.session == 0) return object("3: a start without a session failed with: " + words);
  const Session& session = sessions_.at(start.session);
  if (!session.ended) return object("3: a start failed and its session stays");
  const bool failed = *session.ended == EndReason::start_failed && is_failed_opening(words);
  if (!failed && words != ended_words(*session.ended)) object("14: a start failed with: " + words);
}

void Judge::on_started(std::uint64_t call, const std::string& id) {
  const auto it = starts_.find(call);
  if (it == starts_.end()) return object("17: a session of a start that is over");
  Start& start = *it->second;
  if (index_.contains(id)) object("23: a second session under one id");
  if (drain_) object("25: a session was started in a drain");
  // A place may have been promised at this moment under limits that were wider.
  if (!limits_changed_ && manager_->engines() > limits_.max_sessions_hard)
    object("17: more engines than the hard limit");
  line_.let_in(call, start.caller);
  start.session = ++last_;
  start.since = now();
  sessions_.emplace(start.session, Session{.id = id, .call = call});
  index_[id] = start.session;
  holds_.push_back({now()});
}

// --- ends
// -----------------------------------------------------------------------------------------------------------------

bool Judge::ending(const std::string& id) {
  ending_ = id;
  return in_index(id) != nullptr;
}

void Judge::end_returned(const std::string& id, bool existed, base::TimePoint called, const std::string& refused_state,
                         bool ok) {
  ++judged_;
  if (ok != existed) return object(fmt::format("10: the end of {} was {}", id, ok ? "a second one" : "refused"));
  if (!ok && refused_state != state_of(id)) object("14: the end of what is gone names another reason");
  if (now() - called > 2 * limits_.close_timeout) object("12: an end took longer than its time");
}

void Judge::cancelling(int actor) {
  for (const auto& [call, start] : starts_)
    if (start->actor == actor) start->cancelled = true;
}

void Judge::dying(const std::string& session) { dying_ = session; }

void Judge::died() {
  for (const auto& [id, number] : index_)
    if (std::to_string(sessions_.at(number).call) == dying_) object("13: the death of a browser ended nothing");
  dying_.clear();
}

void Judge::changing(const Limits& limits) {
  if (limits.max_sessions < limits_.max_sessions) lowered_ = limits.max_sessions;
  limits_ = limits;
  limits_changed_ = true;
}

void Judge::changed() {
  if (lowered_ && index_.size() > *lowered_ && longest_idle()) object("19: a lower capacity left an idle session");
  lowered_.reset();
}

void Judge::draining() { drain_ = now(); }

void Judge::drained(base::TimePoint called, base::Duration beyond) {
  if (!index_.empty()) object("25: sessions are left after a drain");
  if (manager_->engines() != 0) object("25: engines are left after a drain");
  for (const auto& [name, engine] : engines_)
    if (engine.alive || engine.opening) object("25: a browser is left after a drain");
  if (now() - called > limits_.drain_timeout + beyond) object("25: a drain took longer than its time");
}

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

void Judge::on_ended(const std::string& id, const std::string& word) {
  Session* found = in_index(id);
  const auto reason = reason_of(word);
  if (!found || !reason) return object("10: an end of what does not exist");
  Session& session = *found;
  const auto start = starts_.find(session.call);
  const bool start_cancelled = start != starts_.end() && start->second->cancelled;
  std::string wrong;
  switch (*reason) {
    case EndReason::client:
      if (ending_ != id && !(session.starting && start_cancelled)) wrong = "9: ended as by a client, and by none";
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
      break;
    case EndReason::start_failed:
      if (!session.starting || !engines_[std::to_string(session.call)].failed)
        wrong = "3: start_failed, but it did not";
      break;
    case EndReason::drained:
      if (!drain_) wrong = "25: drained without a drain";
      break;
    case EndReason::lost:
      wrong = "14: lost";
      break;
  }
  if (!wrong.empty()) object(fmt::format("{} ({})", wrong, id));
  const std::uint64_t number = index_.at(id);
  const bool budget_over = drain_ && (hurry_ || now() >= *drain_ + limits_.drain_timeout);
  const bool spares_uses = *reason == EndReason::idle || *reason == EndReason::evicted;
  if (session.in_use() && spares_uses) suspects_.insert(number);
  if (session.uses > 0 && *reason == EndReason::drained && !budget_over) suspects_.insert(number);
  session.ended = *reason;
  session.ended_at = now();
  session.ended_step = scheduler_.steps();
  index_.erase(id);
  tombstones_[id] = *reason;
  ++ended_[*reason];
}

// --- between two moments
// --------------------------------------------------------------------------------------------------

void Judge::settled() {
  ++judged_;
  ending_.clear();
  if (!suspects_.empty()) object("2: a session in use was taken away");
  if (too_much_work_) object("18: evicted before min_idle, with max_sessions in work");
  if (manager_->sessions() != index_.size()) object("15: the count of sessions is wrong");
  const auto in_use = static_cast<std::size_t>(
      std::ranges::count_if(index_, [&](const auto& entry) { return sessions_.at(entry.second).in_use(); }));
  if (manager_->pinned() != in_use) object(fmt::format("1: {} are pinned, not {}", manager_->pinned(), in_use));
  if (told_ended_ != ended_) object("14: metrics hear of other ends than the log");

  const Session* idle = longest_idle();
  const base::Duration age = idle ? now() - idle->last_used : base::Duration{};
  if (idle && idle->order < newest_evicted_) object("18: evicted, but not the longest idle");
  newest_evicted_ = 0;
  if (idle && drain_) object("25: an idle session is kept in a drain");
  if (idle && limits_.idle_ttl > base::Duration{} && age >= limits_.idle_ttl) object("21: an expired session is kept");
  if (idle && age >= limits_.bounded_min_idle() && index_.size() > limits_.max_sessions)
    object("18: more sessions than max_sessions are kept");
  judge_openings();
  judge_waiting();
  judge_alarms();
  limits_changed_ = false;
}

// An opening goes on only for a session that exists and that somebody waits for; one that cannot be cancelled is
// excused.
void Judge::judge_openings() {
  for (const auto& [number, session] : sessions_) {
    const Engine& engine = engines_[std::to_string(session.call)];
    if (!engine.opening || engine.stubborn) continue;
    if (session.ended) object("11: an opening goes on after its session's end");
    if (!session.in_use()) object("22: an opening goes on that nobody waits for");
  }
  for (const auto& [call, start] : starts_)
    if (drain_ && start->session != 0 && !start->answered && sessions_.at(start->session).uses == 0)
      object("25: a start that is under way goes on in a drain");
}

void Judge::judge_waiting() {
  const std::size_t waited = std::exchange(waited_, 0);
  for (const auto& [call, start] : starts_)
    if (start->session == 0) line_.waits(call, start->caller);
  if (const std::string unfair = line_.settle(); !unfair.empty()) object(unfair);
  most_asking_ = asking();
  waited_ = line_.size();
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
    if (start->session == 0 && now() - start->since >= limits_.admission_timeout)
      object("17: a start waits longer than admission_timeout");
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
  if (event == "session ended") self.on_ended(text(fields, "sessionId"), text(fields, "reason"));
}

void Judge::opening(const std::string& session, bool stubborn) {
  Engine& engine = engines_[session];
  if (engine.opening || engine.alive) object("22: a second engine for one session");
  engine.opening = true;
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

void Judge::gone(const std::string& session) {
  engines_[session].opening = false;
  engines_[session].alive = false;
}

void Judge::verb_begun(const std::string& session) {
  for (const auto& [number, one] : sessions_)
    if (std::to_string(one.call) == session && one.ended && one.ended_step < scheduler_.steps() && one.ended_at < now())
      object("10: work began on a session that has ended");
}

}  // namespace session::testing
