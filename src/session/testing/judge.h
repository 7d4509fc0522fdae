// Judge: a sequential model of the session contract. It is told, from outside of the Manager, what callers ask, what
// the log says, what engines do and what comes back, in the order in which it happens, and keeps its first objection.
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
#include "session/testing/waiting_line.h"

namespace session::testing {

class Judge final : public base::Logger, public engine::testing::EngineWatcher, public Observer {
 public:
  Judge(const aio::testing::Scheduler& scheduler, const aio::Clock& clock, Limits limits);

  // What is wrong, with the clause; "" so far.
  const std::string& objection() const { return objection_; }
  // Work ends and limits are for ever asked of this one. Set before anything happens.
  void watch(const Manager& manager) { manager_ = &manager; }

  // One use of a session that exists, from before the lease is asked for until just before it is let go.
  struct Use {
    Use(Judge& owner, const std::string& id);
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;
    ~Use() { done(); }
    void done();

    Judge& judge;
    std::string id;
    std::uint64_t session = 0;  // 0: there is none of this id
    base::TimePoint since;
    bool counts = false;
  };
  void leased(const Use& use, base::TimePoint deadline, const std::expected<Lease, Failure>& outcome);
  // One verb through run(), whose words are "ok" or the error's.
  void worked(const Use& use, base::TimePoint began, base::TimePoint deadline, const std::string& words);

  // One start, from before it is asked for until just before its lease is let go.
  struct Start {
    Start(Judge& owner, std::string wanted, std::string from, int by, bool eagerly);
    Start(const Start&) = delete;
    Start& operator=(const Start&) = delete;
    ~Start() { done(); }
    void done();

    Judge& judge;
    std::string id;
    std::string caller;
    int actor;
    bool eager;
    std::uint64_t call;  // names the session that comes of it, in logs and for engines
    base::TimePoint since;
    std::uint64_t step;
    bool existed;
    bool cancelled = false;
    bool answered = false;
    std::uint64_t session = 0;
    bool over = false;
  };
  void start_answered(Start& start, const std::expected<Lease, Failure>& outcome);

  // Around Manager::end.
  bool ending(const std::string& id);  // whether there is something to end
  void end_returned(const std::string& id, bool existed, base::TimePoint called, const std::string& refused_state,
                    bool ok);

  void cancelling(int actor);  // all calls of this actor, now
  void dying(const std::string& session);
  void died();
  void changing(const Limits& limits);
  void changed();
  void draining();
  void hurrying() { hurry_ = true; }
  void drained(base::TimePoint called, base::Duration beyond);

  // Nothing is ready to run: what must hold between two moments.
  void settled();

  // --- what the Manager says by itself
  void write(base::Level level, std::string_view event, const base::Fields& fields) const override;
  bool enabled(base::Level) const override { return true; }
  void opening(const std::string& session, bool stubborn) override;
  void open_failed(const std::string& session) override;
  void opened(const std::string& session) override;
  void verb_begun(const std::string& session) override;
  void verb_threw(const std::string& session) override { engines_[session].threw_at = now(); }
  void gone(const std::string& session) override;
  void ended(EndReason reason) override { ++told_ended_[reason]; }
  void pin_alarm() override { ++alarms_; }

  std::uint64_t judged() const { return judged_; }

 private:
  struct Session {
    std::string id;
    std::uint64_t call = 0;
    bool starting = true;
    int uses = 0;
    base::TimePoint last_used{};
    std::uint64_t order = 0;  // of its last use among all
    std::optional<EndReason> ended = {};
    base::TimePoint ended_at{};
    std::uint64_t ended_step = 0;
    bool in_use() const { return starting || uses > 0; }
  };
  struct Engine {
    bool opening = false;
    bool stubborn = false;  // cannot be cancelled
    bool alive = false;
    bool failed = false;
    base::TimePoint failed_at{};
    base::TimePoint threw_at{};
  };
  struct Hold {
    base::TimePoint since;
    bool alarmed = false;
  };

  void object(const std::string& what) const;
  void judge_openings();
  void judge_waiting();
  void judge_alarms();
  void on_started(std::uint64_t call, const std::string& id);
  void on_ended(const std::string& id, const std::string& reason);
  std::string why_not_evicted(const Session& session);
  void let_go(Session& session, base::TimePoint since);
  void judge_refused_at_once(const Start& start) const;
  void judge_full(const Start& start, std::chrono::seconds retry_after) const;
  std::size_t asking() const;
  std::size_t coming() const;
  std::size_t in_work() const;
  const Session* longest_idle() const;
  std::string state_of(const std::string& id) const;
  Session* in_index(const std::string& id);
  base::TimePoint now() const { return clock_.now(); }

  const aio::testing::Scheduler& scheduler_;
  const aio::Clock& clock_;
  const Manager* manager_ = nullptr;
  Limits limits_;
  mutable std::string objection_;
  mutable std::uint64_t judged_ = 0;

  std::uint64_t last_ = 0;                     // session, call or order given out
  std::map<std::uint64_t, Session> sessions_;  // all that ever were
  std::map<std::string, std::uint64_t> index_;
  std::map<std::string, EndReason> tombstones_;
  std::map<std::string, Engine> engines_;       // by the session's name for engines: its call
  std::map<std::uint64_t, Start*> starts_;      // under way, by call
  std::set<std::uint64_t> suspects_;            // ended while in use: allowed where that use ends in the same step
  std::optional<std::uint64_t> too_much_work_;  // the step of an eviction that asks for less work than there was
  std::uint64_t newest_evicted_ = 0;  // the order of the most recently used that was evicted since the last moment
  WaitingLine line_;
  std::size_t waited_ = 0;       // how many did at the last moment
  std::size_t most_asking_ = 0;  // starts that had no answer yet, since the last moment
  std::vector<Hold> holds_;
  std::deque<base::Duration> given_back_;
  std::string dying_;
  std::string ending_;
  std::optional<std::size_t> lowered_;  // max_sessions that is being set
  bool limits_changed_ = false;         // since the last moment
  std::optional<base::TimePoint> drain_;
  bool hurry_ = false;
  std::map<EndReason, int> told_ended_;
  std::map<EndReason, int> ended_;
  int alarms_ = 0;
  int due_alarms_ = 0;
  int perhaps_alarmed_ = 0;
};

}  // namespace session::testing
