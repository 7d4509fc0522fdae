// Activity: the traffic of one page as its sessions tell it, and a way to wait until they tell more.
#pragma once
#include <string>
#include <vector>

#include "aio/clock.h"
#include "aio/wait_list.h"
#include "browser/silence.h"
#include "browser/traffic.h"
#include "cdp/session.h"

namespace browser {

class Activity {
 public:
  Activity(std::string main_frame_id, const aio::Clock& clock) : traffic_(std::move(main_frame_id)), clock_(clock) {}
  // Listens to this session too, for as long as what is returned is kept.
  std::vector<cdp::Subscription> follow(cdp::Session& session) {
    std::vector<cdp::Subscription> out;
    for (const std::string_view method : Traffic::kEvents)
      out.push_back(session.on(method, [this, method](const json::Value& params) {
        traffic_.on_event(method, params, clock_.now());
        changed_.wake_all();
      }));
    return out;
  }
  void acted() { traffic_.acted(clock_.now()); }

  const Traffic& traffic() const { return traffic_; }
  aio::Task<void> changed() { return changed_.wait(); }
  Silence& silence() { return silence_; }

 private:
  Traffic traffic_;
  Silence silence_;
  const aio::Clock& clock_;
  aio::WaitList changed_;
};

}  // namespace browser
