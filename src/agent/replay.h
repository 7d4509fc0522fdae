// Replay: does again what a kept run did, each step on an element that is still what it was, and sees whether it came
// to the same. Stops at the first that does not fit; whoever goes on from there is told what was done.
#pragma once
#include <string>
#include <vector>

#include "agent/cache.h"
#include "agent/find_again.h"
#include "agent/hand.h"
#include "agent/recording.h"
#include "agent/workplace.h"
#include "engine_api/event_sink.h"

namespace agent {

struct ReplaySettings {
  base::Milliseconds step{45'000};     // of one step
  base::Milliseconds patience{2'000};  // for an element, the focus or an address to become what it was
};

struct Replayed {
  std::vector<std::string> done = {};  // the steps that were done, a line each
  bool whole = false;
  std::string why = {};     // it is not
  std::string unsure = {};  // the step that may have been done all the same, a line
};

// What a model that goes on from there is told, or that has to judge what came of it.
std::string story_of(const Replayed& replayed);

class Replay {
 public:
  // All outlive this. What is done goes into the recording and the record by itself: place and hand are those below
  // the recording's covers.
  Replay(Workplace& place, Hand& hand, Recording& recording, engine::AgentRecord& record, engine::EventSink& events,
         ReplaySettings settings = {})
      : place_(place), hand_(hand), recording_(recording), record_(record), events_(events), settings_(settings) {}

  // Errors are those that end the session's work from outside.
  aio::Task<base::Result<Replayed>> run(const aio::Context& ctx, KeptRun kept);

 private:
  // What a step came to: whether it was done, and what does not fit ("" when all does).
  struct Came {
    bool done = false;
    std::string why = {};
    bool tried = false;  // it was sent to the page
  };
  using Step = aio::Task<base::Result<Came>>;
  Step step(const aio::Context& ctx, KeptStep kept);
  Step carry_out(const aio::Context& ctx, ByElement& it);
  Step carry_out(const aio::Context& ctx, ByHand& it);
  Step carry_out(const aio::Context& ctx, DialogAnswer& it);
  Step carry_out(const aio::Context& ctx, TabMove& it);
  Step carry_out(const aio::Context& ctx, Reading& it);
  Found find(const aio::Context& ctx, std::string selector, engine::Identity identity);
  aio::Task<base::Result<std::string>> outcome(const aio::Context& ctx, const KeptStep& kept, std::string before);
  void tell(const aio::Context& ctx, const KeptStep& kept, const Came& came, const std::string& url);

  Workplace& place_;
  Hand& hand_;
  Recording& recording_;
  engine::AgentRecord& record_;
  engine::EventSink& events_;
  const ReplaySettings settings_;
};

}  // namespace agent
