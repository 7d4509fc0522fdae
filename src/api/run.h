// Run: one operation, apart from the connections that watch it. A client that leaves does not stop its run; a retry of
// the same request joins it (api/runs.h), over JSON or over SSE, whichever the first one used. A run can be cancelled:
// its work is then unwound, and what it answers is said afterwards, by whoever knows more than that it was cancelled.
#pragma once
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <boost/json.hpp>

#include "aio/latch.h"
#include "api/held_bytes.h"
#include "api/replay_mask.h"
#include "api/reply.h"
#include "api/router.h"
#include "engine_api/event_sink.h"
#include "net/http.h"

namespace api {

// How a run ended: the result and its action id, or what failed.
struct Succeeded {
  std::string result;              // JSON
  std::string action_id;           // agentExecute tells it in a stream only
  std::string stream_result = {};  // in a stream, where the wire writes it otherwise; "": the same
  std::string cache_status = {};   // x-cache-status; "" when the cache was not wished for
  std::string cache_entry = {};    // JSON, beside the result; "" when there is none
};
using Outcome = std::variant<Succeeded, Failed>;

// It ended before it began: nothing was done, and a retry must try again rather than join.
bool refused(const Outcome& outcome);

// What makes two requests the same: the session's generation (an id can come back), whoever sent them, and what they
// ask for. A JSON and an SSE client may join each other.
struct RunKey {
  std::uint64_t generation = 0;
  std::string credentials = {};  // credentials_digest: an answer is nobody else's
  std::string request = {};      // request_digest; of one with an Idempotency-Key idempotency_digest
  friend auto operator<=>(const RunKey&, const RunKey&) = default;
};

class Run final : public engine::EventSink {
 public:
  explicit Run(Operation operation, RunKey key = {}, std::string caller = {});

  // A frame as it goes out. Its id is the same whenever it is sent: a client tells by it how far it got.
  struct Frame {
    std::string event;                        // data.status
    std::shared_ptr<const std::string> data;  // the JSON of "data"; not copied for each who watches
    std::string type;                         // system or log
    std::string id;
  };

  Operation operation() const { return operation_; }
  const RunKey& key() const { return key_; }
  const std::string& caller() const { return caller_; }

  static constexpr std::string_view kCancelled = "The operation was canceled";

  // --- the side that works
  void connected();
  void progress(engine::Progress line) override;
  void account(engine::Account account) override;
  void typed_password(const base::Secret& value) override;
  // What it answers if it is cancelled, in place of "The operation was canceled". Called at most once, when the work
  // has been unwound: what `tell` reads must be held by `tell` itself and not by the work.
  void when_cancelled(std::function<aio::Task<Outcome>()> tell) { tell_cancelled_ = std::move(tell); }

  // What it has come to so far, as JSON, for one whose session ends under it. As for `tell` of when_cancelled.
  void when_cut_off(std::function<aio::Task<std::string>(base::Error)> tell) { tell_cut_off_ = std::move(tell); }
  aio::Task<std::string> told_so_far(base::Error error) const;

  // --- the side that starts it (api/runs.h)
  void finish(Outcome outcome);  // once; later calls do nothing
  // What it is to be finished with when it was cancelled; the work has stopped.
  aio::Task<Outcome> cancelled_outcome();

  // --- the side that cancels
  void cancel() { cancel_asked_.set(); }  // returns at once; the work has stopped when there is an outcome
  aio::Task<void> cancel_asked() { return cancel_asked_.wait(); }
  // Told to stop, unless it had an outcome by itself before that reached it.
  bool cancelled() const { return stopped_ || (cancel_asked_.is_set() && !outcome_); }

  // --- the side that watches
  const std::optional<Outcome>& outcome() const { return outcome_; }
  bool refused() const { return outcome_ && api::refused(*outcome_); }
  // Frames are numbered from 0. Beyond kMaxFrames or kMaxFrameBytes the oldest are dropped, so first_frame() moves on:
  // a client that reads more slowly than the work reports misses those and costs no memory.
  std::size_t first_frame() const { return dropped_; }
  std::size_t end_frame() const { return dropped_ + frames_.size(); }
  const Frame& frame(std::size_t number) const { return frames_[number - dropped_]; }
  // Of the frames that each stream begins and ends with; they have no number.
  std::string starting_id() const { return id_of(kStarting); }
  std::string final_id() const { return id_of(kFinal); }
  // The number of the frame after the one of this id, dropped ones included; nothing when it is none of this run's.
  std::optional<std::size_t> after(std::string_view id) const;
  // Waits until there is a frame of this number or the outcome; returns at once when there is.
  aio::Task<void> news(std::size_t number);
  aio::Task<void> finished() { return finished_.wait(); }

  // What its verbs have told so far: all costs together, and the page where the last one ended. Nothing any more once
  // it has an outcome, since it may be kept for long.
  const engine::Account& accounted() const { return accounted_; }
  // What was typed into password fields; likewise.
  const ReplayMask& passwords() const { return passwords_; }
  // What is kept for who may still come: frames and outcome.
  std::size_t bytes() const { return frame_bytes_ + outcome_bytes_; }

  // A connection attached now may belong to a client that has left, before its own watch has had a turn to notice.
  bool watched() const;
  // As many as may watch it are there: each costs a connection.
  static constexpr std::size_t kMostViewers = 16;
  bool crowded() const;
  std::list<net::Exchange*> viewers = {};  // the longest there first, whose place nobody takes
  // Clients that had to give their places to others and were told to come again: until they have, a retry means this
  // run, whatever became of its answer elsewhere.
  std::size_t sent_away = 0;
  // A client that was there was sent the whole answer.
  void answered(std::shared_ptr<const net::Receipt> receipt) { receipts_.push_back(std::move(receipt)); }
  // What has become of the answer, by the client that it reached best; nothing when no client was sent all of it.
  // Without a receipt it counts as read.
  std::optional<net::Delivery> delivery() const;
  bool has_arrived() const;  // taken or read

  // --- what joins it (api/kept_runs.h)
  int attempt = 0;         // the highest retry count of those who asked for it
  bool retired = false;    // the same was asked for anew: a retry means that one
  bool resumable = false;  // somebody knows ids of its frames, or its Idempotency-Key
  // Nobody can ask for it again: its client has read the answer, and knows no ids.
  bool over() const { return outcome() && !resumable && sent_away == 0 && delivery() == net::Delivery::read; }
  std::string request = {};                     // request_digest
  HeldBytes::Hold held = {};                    // until it has ended
  std::optional<base::TimePoint> left_at = {};  // when the last client went away
  // How long it waited for its turn on its session; absent while it waits, and when it never came so far as to wait.
  std::optional<base::Duration> queue_time = {};
  std::optional<base::TimePoint> turn_at = {};  // when it got its turn
  base::TimePoint finished_at{};

 private:
  static constexpr std::size_t kMaxFrames = 1000;  // a screenful for any client, a bound for a run without one
  static constexpr std::size_t kMaxFrameBytes = 1024 * 1024;
  // An id is a UUID of the run plus the number of its frame, so that ids of dropped frames are known too.
  static constexpr std::uint64_t kStarting = 0;
  static constexpr std::uint64_t kFirst = 1;
  static constexpr std::uint64_t kFinal = std::uint64_t{1} << 40;
  std::string id_of(std::uint64_t offset) const;
  void add(std::string event, std::string data, std::string type);

  Operation operation_;
  RunKey key_;
  std::string caller_;
  std::string id_prefix_;
  std::uint64_t id_start_;
  std::vector<std::shared_ptr<const net::Receipt>> receipts_ = {};
  std::deque<Frame> frames_ = {};
  std::size_t dropped_ = 0;
  std::size_t frame_bytes_ = 0;
  std::size_t outcome_bytes_ = 0;
  std::optional<Outcome> outcome_ = {};
  engine::Account accounted_ = {};
  ReplayMask passwords_ = {};
  std::function<aio::Task<Outcome>()> tell_cancelled_ = {};
  std::function<aio::Task<std::string>(base::Error)> tell_cut_off_ = {};
  bool stopped_ = false;  // its outcome is that of a cancelled run
  aio::Latch cancel_asked_;
  aio::WaitList changed_;
  aio::Latch finished_;
};

// The JSON body of a successful run: {"success":true,"data":{"result":…,"actionId":"…"}}.
net::HttpResponse outcome_reply(Operation operation, const Outcome& outcome);
// The same of a run that has one; a large result is not copied, and lives as long as the run.
net::HttpResponse outcome_reply(const std::shared_ptr<const Run>& run);
// How large that is.
constexpr std::size_t kWrittenInPlace = 64 * 1024;

}  // namespace api
