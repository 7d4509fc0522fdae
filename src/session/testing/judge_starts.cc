// What the judge says of starts.
#include <algorithm>

#include "session/testing/judge.h"
#include "session/testing/judge_words.h"

namespace session::testing {

using namespace std::chrono_literals;

Judge::Start::Start(Judge& owner, std::optional<std::string> wanted, std::string from, int by, bool eagerly,
                    base::TimePoint until)
    : judge(owner),
      id(std::move(wanted)),
      caller(std::move(from)),
      actor(by),
      eager(eagerly),
      deadline(until),
      call(++owner.last_),
      since(owner.now()),
      step(owner.scheduler_.steps()),
      existed(id && owner.in_index(*id) != nullptr),
      listener(owner.listener()) {
  listener->session = std::to_string(call);
  judge.starts_[call] = this;
  judge.most_asking_ = std::max(judge.most_asking_, judge.asking());
}

void Judge::Start::done() {
  listener->listens = false;
  if (std::exchange(over, true)) return;
  judge.starts_.erase(call);
  if (session == 0) return judge.line_.leaves(call);
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

std::vector<int> Judge::actors_that_wait() const {
  std::vector<int> out;
  for (const auto& [call, start] : starts_)
    if (start->waits()) out.push_back(start->actor);
  return out;
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

void Judge::judge_full(const Start& start, std::chrono::seconds retry_after) {
  const bool waited = now() - start.since >= limits_.admission_timeout || now() >= start.deadline;
  if (!waited && !limits_changed_ && most_asking_ <= limits_.admission_waiters)
    object("17: a start was refused before its time, with room in the queue");
  if (start.step == scheduler_.steps())
    judge_refused_at_once(start);
  else if (!waited)
    line_.displaced(start.call, start.caller);
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
  start.listener->listens = false;
  if (outcome) {
    if (drain_) object("25: a start was answered with a session in a drain");
    if (start.session == 0) return object("23: a start gave a session that was not started");
    if (start.eager && !outcome->has_engine()) object("18: an eager start gave a session without an engine");
    const Session& session = sessions_.at(start.session);
    if (outcome->id() != session.id) object("23: a start gave a session of another id");
    if (session.ended && session.ended_at < now()) object("10: a start gave a session that has ended");
    return;
  }
  if (const auto* refused = std::get_if<Refused>(&outcome.error())) {
    using enum Refused::Why;
    if (refused->why != exists) ++refused_[refused->why];
    if (start.session != 0 && !drain_) object("17: a start was refused after its session was made");
    if (refused->why == exists && !start.existed && !(start.id && in_index(*start.id)))
      object("23: refused, though the id is free");
    if (refused->why == draining && !drain_) object("25: refused as draining before the drain");
    if (refused->why == draining && refused->retry_after != 1s) object("25: a drain names another Retry-After");
    if (refused->why == full && drain_) object("25: a start in a drain is told that there is no room");
    if (refused->why == full) judge_full(start, refused->retry_after);
    if (refused->why == unknown) object("17: a start was told that its session is unknown");
    if (start.existed && refused->why != exists) object("23: an id that exists was refused for another reason");
    return;
  }
  const std::string& words = std::get<base::Error>(outcome.error()).message;
  if (start.session == 0) return object("3: a start without a session failed with: " + words);
  if (drain_) return object("25: a start in a drain failed with: " + words);
  const Session& session = sessions_.at(start.session);
  if (!session.ended) return object("3: a start failed and its session stays");
  const bool late = words == kOpeningTooLate && now() >= start.deadline;
  const bool failed = *session.ended == EndReason::start_failed && (is_failed_opening(words) || late);
  if (!failed && words != ended_words(*session.ended, session.cause)) object("14: a start failed with: " + words);
}

void Judge::on_started(std::uint64_t call, const std::string& id) {
  ++started_;
  const auto it = starts_.find(call);
  if (it == starts_.end()) return object("17: a session of a start that is over");
  Start& start = *it->second;
  if (index_.contains(id)) object("23: a second session under one id");
  if (start.id ? id != *start.id : id.size() < 8) object("23: a session under another id than was asked for");
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

}  // namespace session::testing
