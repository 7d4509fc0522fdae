#include "api/view.h"

#include "aio/race.h"

namespace api {
namespace {

// One connection's watch over a run; ends on every way out.
class Viewer {
 public:
  Viewer(Runs& runs, std::shared_ptr<Run> run, net::Exchange& exchange, OnLeave on_leave)
      : runs_(runs),
        run_(std::move(run)),
        place_(run_->viewers.insert(run_->viewers.end(), &exchange)),
        exchange_(exchange),
        on_leave_(on_leave) {
    run_->left_at.reset();
    if (run_->sent_away > 0) --run_->sent_away;  // it is likely the one
    tell_places();
  }
  Viewer(const Viewer&) = delete;
  Viewer& operator=(const Viewer&) = delete;
  ~Viewer() {
    const bool sent_away = exchange_.gave_way();
    if (sent_away) ++run_->sent_away;
    run_->viewers.erase(place_);
    tell_places();
    // Not when a retry has joined meanwhile: its client is still waiting.
    if (on_leave_ == OnLeave::cancel && !sent_away && !run_->outcome() && run_->viewers.empty()) run_->cancel();
    runs_.left(*run_);
  }

 private:
  void tell_places() const {
    std::size_t before = 0;
    for (net::Exchange* viewer : run_->viewers) viewer->waits_behind(before++);
  }

  Runs& runs_;
  std::shared_ptr<Run> run_;
  std::list<net::Exchange*>::iterator place_;
  net::Exchange& exchange_;
  OnLeave on_leave_;
};

// Where a stream has come to.
struct Place {
  std::size_t next = 0;  // the number of the frame to be written
  std::string last_id;   // of the frame that was written last
};

// Writes the frames that are there; false when the client is gone.
aio::Task<bool> write_frames(net::Exchange& exchange, const Run& run, Place& place, Framing framing) {
  while (place.next < run.end_frame()) {
    if (place.next < run.first_frame()) place.next = run.first_frame();
    const Run::Frame& frame = run.frame(place.next++);
    place.last_id = frame.id;
    net::Chunk chunk = frame_chunk(frame, framing);
    if (!co_await exchange.write_chunk(std::move(chunk))) co_return false;
  }
  co_return true;
}

enum class Next { news, silence, client_left };

// What comes first: something to be told, kHeartbeat of silence, or the client's leaving.
aio::Task<Next> next_of(net::Exchange& exchange, Run& run, std::size_t number, aio::Clock& clock) {
  auto told = aio::race(run.news(number), clock.sleep(kHeartbeat));
  auto first = co_await aio::race(std::move(told), exchange.client_left());
  if (first.index() == 1) co_return Next::client_left;
  co_return std::get<0>(first).index() == 0 ? Next::news : Next::silence;
}

}  // namespace

aio::Task<void> answer_json(net::Exchange& exchange, Runs& runs, std::shared_ptr<Run> run, OnLeave on_leave) {
  const Viewer viewer(runs, run, exchange, on_leave);
  if (!run->outcome()) {
    auto first = co_await aio::race(run->finished(), exchange.client_left());
    if (first.index() == 1 && !run->outcome()) co_return;
  }
  net::HttpResponse reply = outcome_reply(run);
  // The kernel takes what is written for a client that has just closed; such a run must stay open to its retry.
  const bool there = !exchange.client_gone();
  if (co_await exchange.send(std::move(reply)) && there) run->answered(exchange.receipt());
}

aio::Task<void> answer_stream(net::Exchange& exchange, Runs& runs, std::shared_ptr<Run> run, Framing framing,
                              OnLeave on_leave, std::string last_event_id) {
  const Viewer viewer(runs, run, exchange, on_leave);
  run->resumable = true;
  const std::optional<std::size_t> resumed = run->after(last_event_id);
  if (!co_await exchange.begin_stream(200, stream_headers())) co_return;
  if (!resumed && !co_await exchange.write_chunk({.text = starting_frame(*run, framing)})) co_return;
  aio::Clock& clock = runs.clock();
  const base::TimePoint began = clock.now();
  Place place{.next = resumed.value_or(0), .last_id = resumed ? last_event_id : run->starting_id()};
  for (;;) {
    if (!co_await write_frames(exchange, *run, place, framing)) co_return;
    if (run->outcome()) break;
    const Next next = co_await next_of(exchange, *run, place.next, clock);
    if (next == Next::client_left) co_return;
    if (next == Next::news) continue;
    std::string heartbeat = heartbeat_frame(place.last_id, clock.now() - began, framing);
    if (!co_await exchange.write_chunk({.text = std::move(heartbeat)})) co_return;
  }
  const bool there = !exchange.client_gone();
  if (last_event_id != run->final_id() && !co_await exchange.write_chunk(final_chunk(run, framing))) co_return;
  if (co_await exchange.end_stream() && there) run->answered(exchange.receipt());
}

}  // namespace api
