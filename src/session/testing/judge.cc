// What the judge knows, and what it says of uses.
#include "session/testing/judge.h"

#include <algorithm>

#include "session/testing/judge_words.h"

namespace session::testing {

using namespace std::chrono_literals;

Judge::Judge(const aio::testing::Scheduler& scheduler, const aio::Clock& clock, Limits limits)
    : scheduler_(scheduler), clock_(clock), limits_(limits) {}

void Judge::object(const std::string& what) const {
  if (objection_.empty()) objection_ = fmt::format("at {} ms: {}", now().time_since_epoch() / 1ms, what);
}

Judge::Session* Judge::in_index(const std::string& id) {
  const auto it = index_.find(id);
  return it == index_.end() ? nullptr : &sessions_.at(it->second);
}

std::vector<std::string> Judge::ids_in_work() const {
  std::vector<std::string> out;
  for (const auto& [id, number] : index_)
    if (sessions_.at(number).uses > 0) out.push_back(id);
  return out;
}

const Judge::Session* Judge::longest_idle() const {
  const Session* out = nullptr;
  for (const auto& [id, number] : index_) {
    const Session& session = sessions_.at(number);
    if (!session.in_use() && (!out || session.order < out->order)) out = &session;
  }
  return out;
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

// --- what is told to those who wait
// ---------------------------------------------------------------------------------------

Judge::Listener* Judge::listener() {
  Listener& out = listeners_.emplace_back();
  out.judge = this;
  return &out;
}

void Judge::Listener::progress(engine::Progress line) {
  ++heard;
  if (!listens) judge->object("24: a line is told to a call that is over");
  if (line.message != session) judge->object("24: a line of another session");
}

void Judge::line_begins(const std::string&) {
  for (Listener& one : listeners_) one.heard = 0;
}

// Who comes after an opening was given up waits for the next, and hears nothing of this one: it ends at this moment, or
// cannot be cancelled. Of the next it hears from the moment after.
void Judge::line_told(const std::string& session) {
  if (engines_[session].stubborn || engines_[session].opening_at == now()) return;
  for (const auto& [number, use] : uses_)
    if (use->doing == Use::Doing::leasing && use->since < now() && use->listener->session == session &&
        use->listener->heard != 1 && !use->cancelled && now() < use->deadline && !sessions_.at(use->session).ended)
      object("24: a line is not told to a call that waits for the browser");
}

// --- uses
// -----------------------------------------------------------------------------------------------------------------

Judge::Use::Use(Judge& owner, const std::string& wanted, int by, base::TimePoint until)
    : judge(owner),
      id(wanted),
      actor(by),
      deadline(until),
      number(++owner.last_),
      since(owner.now()),
      listener(owner.listener()) {
  Session* found = judge.in_index(id);
  if (!found) return;
  session = judge.index_.at(id);
  listener->session = std::to_string(found->call);
  counts = true;
  ++found->uses;
  judge.holds_.push_back({since});
  judge.uses_[number] = this;
}

void Judge::Use::done() {
  listener->listens = false;
  if (!std::exchange(counts, false)) return;
  judge.uses_.erase(number);
  Session& mine = judge.sessions_.at(session);
  Engine& engine = judge.engine_of(mine);
  if (engine.turn == this) engine.turn = nullptr;
  --mine.uses;
  judge.let_go(mine, since);
}

void Judge::judge_unknown(const std::string& id, const Refused& refused) const {
  if (refused.why != Refused::Why::unknown) object("14: refused for another reason than that it is unknown");
  const Graves::Grave* grave = graves_.find(id, now());
  const std::string state = graves_.state(id, now());
  if (refused.state != state) object(fmt::format("14: {} is told to be {}, not {}", id, refused.state, state));
  if (refused.detail != (grave ? grave->detail : "")) object("13: the cause of a crash is told wrongly");
}

void Judge::leased(Use& use, const std::expected<Lease, Failure>& outcome) {
  ++judged_;
  use.doing = Use::Doing::nothing;
  use.listener->listens = false;
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
    return judge_unknown(use.id, *refused);
  }
  const std::string& words = std::get<base::Error>(outcome.error()).message;
  if (use.session == 0) return object("14: what does not exist failed with: " + words);
  const Session& session = sessions_.at(use.session);
  if (session.ended && words == ended_words(*session.ended, session.cause)) {
    if (session.ended_at != now() && session.ended_at > use.since) object("9: the end was told late");
    return;
  }
  const Engine& engine = engine_of(session);
  if (is_failed_opening(words)) {
    if (!engine.failed || engine.failed_at != now()) object("22: an opening failed that did not");
    return;
  }
  if (words != kOpeningTooLate || now() < use.deadline) object("22: a lease failed with: " + words);
}

void Judge::asks_for_turn(Use& use, std::size_t ahead) {
  std::size_t least = 0, most = 0;  // whoever stops at this moment may have stopped already
  for (const auto& [number, other] : uses_) {
    if (other->session != use.session || other->doing < Use::Doing::waiting) continue;
    ++most;
    const bool stops =
        other->cancelled || other->verb_over || (other->doing == Use::Doing::waiting && now() >= other->deadline);
    if (!stops) ++least;
  }
  if (!sessions_.at(use.session).ended && (ahead < least || ahead > most))
    object(fmt::format("4: {} are told to be ahead, not {} to {}", ahead, least, most));
  use.doing = Use::Doing::waiting;
  use.asked = ++last_;
  use.began = now();
  use.broke = false;
  use.verb_over.reset();
}

void Judge::has_turn(Use& use) {
  Engine& engine = engine_of(sessions_.at(use.session));
  if (engine.works) object("4: two operations on one session at once");
  use.doing = Use::Doing::working;
  engine.turn = &use;
  turns_.emplace_back(use.session, use.asked);
}

void Judge::worked(Use& use, const std::string& words) {
  ++judged_;
  const auto did = std::exchange(use.doing, Use::Doing::nothing);
  const Session& session = sessions_.at(use.session);
  Engine& engine = engine_of(session);
  if (engine.turn == &use) engine.turn = nullptr;
  if (words == "ok") {
    if (did != Use::Doing::working || !use.verb_over) object("9: work that was not done is told as done");
    if (session.ended && session.ended_at < now()) object("9: work of a session that has ended went on");
    return;
  }
  if (session.ended && words == ended_words(*session.ended, session.cause)) {
    if (session.ended_at != now() && use.began != now()) object("9: the end was told late to work under way");
    return;
  }
  if (words.starts_with("An internal error") && engine.threw_at == now()) return;
  if (words == kLost) {  // the news of the death may take a second
    if (!use.broke || now() < *use.verb_over + 1s)
      object("13: a broken connection is told before its cause can be known");
    return;
  }
  if (words != kTurnTooLate || now() < use.deadline || did != Use::Doing::waiting)
    object("9: work failed with: " + words);
}

void Judge::cancelling(int actor) {
  for (const auto& [call, start] : starts_)
    if (start->actor == actor) start->cancelled = true;
  for (const auto& [number, use] : uses_)
    if (use->actor == actor) use->cancelled = true;
}

}  // namespace session::testing
