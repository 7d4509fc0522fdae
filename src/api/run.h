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
#include <variant>

#include <boost/json.hpp>

#include "aio/latch.h"
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

class Run final : public engine::EventSink {
 public:
  explicit Run(Operation operation);

  // A frame as it goes out. Its id is the same whenever it is sent: a client tells by it how far it got.
  struct Frame {
    std::string event;  // data.status
    std::string data;   // the JSON of "data"
    std::string type;   // system or log
    std::string id;
  };

  Operation operation() const { return operation_; }

  // --- the side that works
  void connected();
  void progress(engine::Progress line) override;
  void account(engine::Account account) override;
  // What it answers if it is cancelled, in place of "The operation was canceled". Called at most once, when the work
  // has been unwound: what `tell` reads must be held by `tell` itself and not by the work.
  void when_cancelled(std::function<Outcome()> tell) { tell_cancelled_ = std::move(tell); }

  // What it has come to so far, as JSON, for one whose session ends under it. As for `tell` of when_cancelled.
  void when_cut_off(std::function<std::string(const base::Error&)> tell) { tell_cut_off_ = std::move(tell); }
  std::string told_so_far(const base::Error& error) const { return tell_cut_off_ ? tell_cut_off_(error) : ""; }

  // --- the side that starts it (api/runs.h)
  void finish(Outcome outcome);  // once; later calls do nothing
  void finish_cancelled();       // likewise; the work has stopped

  // --- the side that cancels
  void cancel() { cancel_asked_.set(); }  // returns at once; the work has stopped when there is an outcome
  aio::Task<void> cancel_asked() { return cancel_asked_.wait(); }
  // Told to stop, unless it had an outcome by itself before that reached it.
  bool cancelled() const { return stopped_ || (cancel_asked_.is_set() && !outcome_); }

  // --- the side that watches
  const std::optional<Outcome>& outcome() const { return outcome_; }
  // It ended before it began: nothing was done, and a retry must try again rather than join.
  bool refused() const;
  // Frames are numbered from 0. Beyond kMaxFrames or kMaxFrameBytes the oldest are dropped, so first_frame() moves on:
  // a client that reads more slowly than the work reports misses those and costs no memory.
  std::size_t first_frame() const { return dropped_; }
  std::size_t end_frame() const { return dropped_ + frames_.size(); }
  const Frame& frame(std::size_t number) const { return frames_[number - dropped_]; }
  // Of the frames that each stream begins and ends with; they have no number.
  const std::string& starting_id() const { return starting_id_; }
  const std::string& final_id() const { return final_id_; }
  // The number of the frame after the one of this id; nothing when it is none of this run's, or is dropped.
  std::optional<std::size_t> after(std::string_view id) const;
  // Waits until there is a frame of this number or the outcome; returns at once when there is.
  aio::Task<void> news(std::size_t number);
  aio::Task<void> finished() { return finished_.wait(); }

  // What its verbs have told so far: all costs together, and the page where the last one ended.
  const engine::Account& accounted() const { return accounted_; }
  // What is kept for who may still come: frames and outcome.
  std::size_t bytes() const { return frame_bytes_ + outcome_bytes_; }

  // A connection attached now may belong to a client that has left, before its own watch has had a turn to notice.
  bool watched() const;
  std::list<net::Exchange*> viewers = {};
  bool answered = false;  // some client has had the whole answer
  // How long it waited for its turn on its session; absent while it waits, and when it never came so far as to wait.
  std::optional<base::Duration> queue_time = {};
  base::TimePoint finished_at{};

 private:
  static constexpr std::size_t kMaxFrames = 1000;  // a screenful for any client, a bound for a run without one
  static constexpr std::size_t kMaxFrameBytes = 1024 * 1024;
  void add(std::string event, std::string data, std::string type);

  Operation operation_;
  std::string starting_id_;
  std::string final_id_;
  std::deque<Frame> frames_ = {};
  std::size_t dropped_ = 0;
  std::size_t frame_bytes_ = 0;
  std::size_t outcome_bytes_ = 0;
  std::optional<Outcome> outcome_ = {};
  engine::Account accounted_ = {};
  std::function<Outcome()> tell_cancelled_ = {};
  std::function<std::string(const base::Error&)> tell_cut_off_ = {};
  bool stopped_ = false;  // its outcome is that of a cancelled run
  aio::Latch cancel_asked_;
  aio::WaitList changed_;
  aio::Latch finished_;
};

// The JSON body of a successful run: {"success":true,"data":{"result":…,"actionId":"…"}}.
net::HttpResponse outcome_reply(Operation operation, const Outcome& outcome);

}  // namespace api
