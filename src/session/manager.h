// Manager: performs what the Store decides. It opens engines (one at a time for each session), hands out leases, closes
// what has ended, and empties the house on a drain. It keeps docs/session-contract.md;
// docs/internals/session-life.md says how.
#pragma once
#include <chrono>
#include <cstdint>
#include <expected>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "aio/context.h"
#include "aio/incidents.h"
#include "aio/latch.h"
#include "aio/scope.h"
#include "engine_api/engine.h"
#include "session/admission.h"
#include "session/hold_times.h"
#include "session/lease.h"
#include "session/limits.h"
#include "session/store.h"
#include "session/tombstones.h"

namespace session {

struct Refused {
  enum class Why { unknown, exists, full, draining };
  Why why;
  std::string state = {};               // for unknown: "absent" or the reason of its end
  std::chrono::seconds retry_after{0};  // for full and draining
  std::string detail = {};              // for unknown: what there is to say about the end; mostly nothing
};
using Failure = std::variant<Refused, base::Error>;

// What metrics want to hear of. Called on the loop, must not call back.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void started() {}
  virtual void ended(EndReason) {}
  virtual void refused(Refused::Why) {}
  virtual void pin_alarm() {}
};

class Manager {
 public:
  // All of these outlive the Manager; the observer may be null.
  Manager(aio::Executor executor, aio::Clock& clock, const base::Logger& log, engine::EngineFactory& factory,
          Limits limits, Observer* observer = nullptr);
  ~Manager();  // REQUIRES: drained, and no lease is out

  // A new session, under the given id or a fresh one. An eager one is open when this returns; a failed eager start ends
  // the session (start_failed). Waits at the hard limit for a place, bounded by admission_timeout; callers are served
  // in turn there. Cancelled: the session that was being made ends (client). Overtaken by a drain: refused as draining.
  aio::Task<std::expected<Lease, Failure>> start(const aio::Context& ctx, engine::SessionConfig config,
                                                 std::optional<std::string> id, engine::EventSink& events,
                                                 std::string owner, std::string caller = {});

  // Pins first, before the first wait; then waits until the session is open, by ctx.deadline. A lazy start that fails
  // leaves the session, and a later call tries again.
  aio::Task<std::expected<Lease, Failure>> lease(const aio::Context& ctx, std::string id, engine::EventSink& events,
                                                 std::string owner);

  // How many operations a run() that begins now would wait for.
  std::size_t ahead(const Lease& lease) const;

  // Waits for the session's turn, then does make(), which returns Task<Result<T>>. When the session ends meanwhile, the
  // work is cancelled and the error says how it ended (clauses 9, 13).
  template <class Make>
  auto run(const aio::Context& ctx, const Lease& lease, Make make) -> decltype(make());

  // Takes the session out of the index at once, pinned or not; returns when it is closed, close_timeout at the latest.
  aio::Task<std::expected<void, Refused>> end(const aio::Context& ctx, std::string id, EndReason reason);

  // "absent", or the reason why this id's last session ended.
  std::string state_of(const std::string& id);
  // That, for who asks for a session that there is not.
  Refused unknown(const std::string& id);
  std::optional<std::uint64_t> generation_of(const std::string& id) const;
  // What a session was started with, or null. Valid until the next wait.
  const engine::SessionConfig* config_of(const std::string& id) const;

  // Refuses starts from now on, those under way too, ends idle sessions at once and each pinned one as it is released;
  // after drain_timeout, or when hurry is set, ends the rest, and kills the browsers that do not close soon then.
  // Returns when every browser is gone.
  aio::Task<void> drain(aio::Latch& hurry);
  bool draining() const { return drain_begun_.is_set(); }
  // For what must not go on when a drain begins.
  aio::Task<void> drain_begun() { return drain_begun_.wait(); }

  // Invalid (max_sessions 0, or hard below it): nothing changes.
  base::Result<void> set_limits(const Limits& limits);
  const Limits& limits() const { return limits_; }

  std::size_t sessions() const { return store_.size(); }
  std::size_t pinned() const { return store_.pinned(); }
  std::size_t closing() const { return closing_; }
  std::size_t engines() const { return store_.size() + closing_; }  // clause 15
  std::size_t queued() const { return admission_.waiting(); }

 private:
  friend class Lease;
  template <class T>
  aio::Task<base::Result<T>> in_turn(const aio::Context& ctx, Live& live,
                                     std::function<aio::Task<base::Result<T>>()> make);
  aio::Task<base::Error> after_end(Live& live, base::Error error);
  static base::Error ended_error(const Live& live);

  aio::Task<std::optional<Refused>> admit(const aio::Context& ctx, std::string caller);
  Refused full() const;
  bool has_place() const;
  bool must_make_place() const;
  void serve_queue();
  void make_even();

  Lease hold(Store::Pin pin, std::string owner);
  void release(Lease& lease) noexcept;

  aio::Task<std::optional<Failure>> ensure_open(const aio::Context& ctx, std::shared_ptr<Live> live,
                                                engine::EventSink& events);
  aio::Task<bool> done_or_ended(const aio::Context& ctx, Opening& opening, Live& live);
  void spawn_open(const std::shared_ptr<Live>& live, const std::shared_ptr<Opening>& opening, std::string request_id);
  aio::Task<void> open(std::shared_ptr<Live> live, std::shared_ptr<Opening> opening, std::string request_id);
  void opened(const std::shared_ptr<Live>& live, std::unique_ptr<engine::Engine> engine);
  void on_death(const Ref& ref, const base::Error& cause);

  void end_now(Store::Victim victim);
  void end_all(std::vector<Store::Victim> victims);
  aio::Task<void> close(std::shared_ptr<Live> live);
  aio::Task<void> close_engine(engine::Engine& engine, const Ref& ref);
  aio::Task<void> give_back(engine::Rental& rental, const Ref& ref);

  aio::Task<void> keep_house();
  void report_long_pins();
  base::TimePoint next_chore() const;
  void note_chore();

  aio::Clock& clock_;
  const base::Logger& log_;
  engine::EngineFactory& factory_;
  Limits limits_;
  Observer* observer_;
  Observer silent_;
  Store store_;
  Tombstones tombstones_;
  Admission admission_;
  HoldTimes hold_times_;
  std::list<Held> held_;      // oldest lease first
  std::list<Held> reported_;  // moved here from held_ by the pin alarm, so that the next to report stands in front
  std::size_t closing_ = 0;
  aio::Latch drain_begun_;
  aio::Latch farewell_;    // browsers that have not closed by now are killed, rented ones stay with their owner
  aio::WaitList emptied_;  // woken when the last session has left the index
  aio::WaitList chores_;   // woken when keep_house must look again
  base::TimePoint next_look_ = base::kNever;
  std::optional<aio::Scope::ChildId> housekeeper_;
  aio::Scope scope_;  // last: its tasks use everything above
};

template <class T>
aio::Task<base::Result<T>> Manager::in_turn(const aio::Context& ctx, Live& live,
                                            std::function<aio::Task<base::Result<T>>()> make) {
  aio::Semaphore::Permit permit;
  if (ctx.deadline == base::kNever) {
    permit = co_await live.turn.acquire();
  } else {
    auto first = co_await aio::race(live.turn.acquire(), ctx.clock->sleep_until(ctx.deadline));
    if (first.index() == 1)
      co_return base::fail(base::Kind::timeout, "timed out waiting for an earlier operation on this session");
    permit = std::get<0>(std::move(first));
  }
  // The session may have ended while this waited, or before: its engine is closing and must not be used (clause 10).
  if (live.ended.is_set()) co_return std::unexpected(ended_error(live));
  co_return co_await aio::contained("an operation", make());
}

template <class Make>
auto Manager::run(const aio::Context& ctx, const Lease& lease, Make make) -> decltype(make()) {
  using Outcome = typename decltype(make())::value_type;  // Result<T>
  using T = typename Outcome::value_type;
  const std::shared_ptr<Live> live = lease.live_;
  std::function<aio::Task<base::Result<T>>()> work = std::move(make);
  auto first = co_await aio::race(in_turn<T>(ctx, *live, std::move(work)), live->ended.wait());
  if (first.index() == 1) co_return std::unexpected(ended_error(*live));
  base::Result<T> result = std::get<0>(std::move(first));
  if (result) co_return result;
  base::Error error = co_await after_end(*live, std::move(result).error());
  co_return std::unexpected(std::move(error));
}

}  // namespace session
