// Judge: a sequential model of the session contract (docs/session-contract.md). It is told, from outside of the
// Manager, what callers ask, what the log says, what engines do and what comes back, in the order in which it happens,
// and keeps its first objection.
// It knows nothing of how the Manager works: what it may not see it derives from the contract.
#pragma once
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "aio/testing/scheduler.h"
#include "base/log.h"
#include "engine_api/testing/fake_engine.h"
#include "session/manager.h"
#include "session/testing/graves.h"
#include "session/testing/judged_session.h"
#include "session/testing/waiting_line.h"

namespace session::testing {

class Judge final : public base::Logger, public engine::testing::EngineWatcher, public Observer {
 public:
  Judge(const aio::testing::Scheduler& scheduler, const aio::Clock& clock, Limits limits);

  // What is wrong, with the clause; "" so far.
  const std::string& objection() const { return objection_; }
  // Whom to ask what everybody may ask. Set before anything happens.
  void watch(Manager& manager) { manager_ = &manager; }

  // What one call is told while it waits for its browser (clause 24).
  struct Listener final : engine::EventSink {
    void progress(engine::Progress line) override;
    Judge* judge = nullptr;
    std::string session;  // the name of its engine
    bool listens = true;
    int heard = 0;  // of the line that is being told
  };

  // One use of a session, from before the lease is asked for until just before it is let go.
  struct Use {
    Use(Judge& owner, const std::string& wanted, int by, base::TimePoint until);
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;
    ~Use() { done(); }
    void done();

    Judge& judge;
    std::string id;
    int actor;
    base::TimePoint deadline;
    std::uint64_t number;
    std::uint64_t session = 0;  // 0: there is none of this id
    base::TimePoint since;
    Listener* listener;
    bool counts = false;
    bool cancelled = false;
    enum class Doing { leasing, nothing, waiting, working } doing = Doing::leasing;
    std::uint64_t asked = 0;  // its place among those that asked for a turn
    base::TimePoint began{};  // its run
    bool broke = false;
    std::optional<base::TimePoint> verb_over = {};
  };
  void leased(Use& use, const std::expected<Lease, Failure>& outcome);
  // One verb through run(): asked for with this many ahead, its turn, and its words, "ok" or the error's.
  void asks_for_turn(Use& use, std::size_t ahead);
  void has_turn(Use& use);
  void worked(Use& use, const std::string& words);

  // One start, from before it is asked for until just before its lease is let go.
  struct Start {
    Start(Judge& owner, std::optional<std::string> wanted, std::string from, int by, bool eagerly,
          base::TimePoint until);
    Start(const Start&) = delete;
    Start& operator=(const Start&) = delete;
    ~Start() { done(); }
    void done();
    bool waits() const { return session == 0 && !existed && !answered; }

    Judge& judge;
    std::optional<std::string> id;  // or a fresh one
    std::string caller;
    int actor;
    bool eager;
    base::TimePoint deadline;
    std::uint64_t call;  // names the session that comes of it, in logs and for engines
    base::TimePoint since;
    std::uint64_t step;
    bool existed;
    Listener* listener;
    bool cancelled = false;
    bool answered = false;
    std::uint64_t session = 0;
    bool over = false;
  };
  void start_answered(Start& start, const std::expected<Lease, Failure>& outcome);

  // Around Manager::end.
  struct End {
    End(Judge& owner, std::string wanted);
    End(const End&) = delete;
    End& operator=(const End&) = delete;
    ~End() { judge.ends_.erase(this); }

    Judge& judge;
    std::string id;
    std::uint64_t session = 0;  // 0: there is nothing to end
    base::TimePoint called;
  };
  void end_returned(const End& end, const std::expected<void, Refused>& outcome);

  void cancelling(int actor);  // all calls of this actor, now
  void dying(const std::string& session, const std::string& cause);
  void died();
  void changing(const Limits& limits);
  void changed(bool accepted);
  void draining();
  void hurrying();
  void drained();
  // Whose starts wait for a place.
  std::vector<int> actors_that_wait() const;
  std::vector<std::string> ids_in_work() const;
  // Whether a verb of this engine failed for its connection's sake.
  bool is_broken(const std::string& session) const;
  // Every id that ever ended names the reason that it should name now.
  void look_at_graves();
  void look_at_grave(const std::string& id) { judge_unknown(id, manager_->unknown(id)); }
  const Graves& graves() const { return graves_; }

  // Nothing is ready to run: what must hold between two moments.
  void settled();

  // --- what the Manager says by itself
  void write(base::Level level, std::string_view event, const base::Fields& fields) const override;
  bool enabled(base::Level) const override { return true; }
  void started() override { ++told_started_; }
  void ended(EndReason reason) override { ++told_ended_[reason]; }
  void refused(Refused::Why why) override { ++told_refused_[why]; }
  void pin_alarm() override { ++alarms_; }

  // --- what engines and rented browsers do
  void opening(const std::string& session, bool stubborn) override;
  void open_failed(const std::string& session) override;
  void opened(const std::string& session) override;
  void verb_begun(const std::string& session) override;
  void verb_threw(const std::string& session) override { engines_[session].threw_at = now(); }
  void verb_broke(const std::string& session) override;
  void verb_over(const std::string& session) override;
  void line_begins(const std::string& session) override;
  void line_told(const std::string& session) override;
  void closing(const std::string& session, Closes how) override;
  void killed(const std::string& session) override;
  void gone(const std::string& session) override;
  void rented(const std::string& session) { engines_[session].rental = Engine::Rental::held; }
  void giving_back(const std::string& session);
  void given_back(const std::string& session);

  std::uint64_t judged() const { return judged_; }

 private:
  using Session = JudgedSession;
  struct Engine {
    bool opening = false;
    base::TimePoint opening_at{};
    bool stubborn = false;  // cannot be cancelled
    bool alive = false;
    bool failed = false;
    base::TimePoint failed_at{};
    base::TimePoint threw_at{};
    Use* turn = nullptr;  // of whom its verb is
    bool works = false;
    bool broken = false;
    std::optional<base::TimePoint> closing_at = {};
    Closes closes = Closes::in_time;
    enum class Rental { none, held, given, over } rental = Rental::none;
    base::TimePoint given_at{};
  };
  struct Hold {
    base::TimePoint since;
    bool alarmed = false;
  };

  void object(const std::string& what) const;
  void judge_openings();
  void judge_uses();
  void judge_closing();
  void judge_waiting();
  void judge_alarms();
  void judge_told();
  void on_started(std::uint64_t call, const std::string& id);
  void on_ended(const std::string& id, const std::string& reason, const std::string& detail);
  std::string why_not_evicted(const Session& session);
  void let_go(Session& session, base::TimePoint since);
  void judge_unknown(const std::string& id, const Refused& refused) const;
  void judge_refused_at_once(const Start& start) const;
  void judge_full(const Start& start, std::chrono::seconds retry_after);
  std::size_t asking() const;
  std::size_t coming() const;
  std::size_t in_work() const { return ids_in_work().size(); }
  const Session* longest_idle() const;
  Engine& engine_of(const Session& session) { return engines_[std::to_string(session.call)]; }
  bool is_wholly_gone(const Engine& engine) const;
  bool is_over(const std::string& call) const;
  base::TimePoint budget_until() const;    // of the drain; never without one
  base::TimePoint farewell_until() const;  // browsers have until then
  Listener* listener();
  void changes() { last_change_ = now(); }
  Session* in_index(const std::string& id);
  base::TimePoint now() const { return clock_.now(); }

  const aio::testing::Scheduler& scheduler_;
  const aio::Clock& clock_;
  Manager* manager_ = nullptr;
  Limits limits_;
  mutable std::string objection_;
  mutable std::uint64_t judged_ = 0;

  std::uint64_t last_ = 0;                     // session, call or order given out
  std::map<std::uint64_t, Session> sessions_;  // all that ever were
  std::map<std::string, std::uint64_t> index_;
  Graves graves_;
  std::map<std::string, Engine> engines_;   // by the session's name for engines: its call
  std::map<std::uint64_t, Start*> starts_;  // under way, by call
  std::map<std::uint64_t, Use*> uses_;      // the same
  std::set<const End*> ends_;               // the same
  std::deque<Listener> listeners_;          // for ever: what is told to a call that is over must be seen
  std::vector<std::pair<std::uint64_t, std::uint64_t>> turns_;  // session and place of those that began, at this moment
  std::set<std::uint64_t> suspects_;            // ended while in use: allowed where that use ends in the same step
  std::optional<std::uint64_t> too_much_work_;  // the step of an eviction that asks for less work than there was
  std::uint64_t newest_evicted_ = 0;  // the order of the most recently used that was evicted since the last moment
  WaitingLine line_;
  std::size_t waited_ = 0;       // how many did at the last moment
  std::size_t most_asking_ = 0;  // starts that had no answer yet, since the last moment
  std::vector<Hold> holds_;
  std::deque<base::Duration> given_back_;
  std::string dying_, cause_;
  std::set<std::string> ending_;        // ids, since the last moment
  std::optional<std::size_t> lowered_;  // max_sessions that is being set
  bool possible_ = true;                // such limits as are being set
  bool limits_changed_ = false;         // since the last moment
  std::optional<base::TimePoint> drain_;
  base::TimePoint hurry_ = base::kNever;
  base::TimePoint last_change_{};  // when the last session, browser or rental went
  int told_started_ = 0, started_ = 0;
  std::map<EndReason, int> told_ended_, ended_;
  std::map<Refused::Why, int> told_refused_, refused_;
  int alarms_ = 0, due_alarms_ = 0, perhaps_alarmed_ = 0;
};

}  // namespace session::testing
