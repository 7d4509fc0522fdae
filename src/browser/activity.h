// Activity: the traffic of one page as its sessions tell it, and a way to wait until they tell more.
#pragma once
#include <string>
#include <string_view>

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
  [[nodiscard]] cdp::Subscription follow(cdp::Session& session) {
    return session.on_each(Traffic::kEvents, [this](std::string_view method, const json::Value& params) {
      traffic_.on_event(method, params, clock_.now());
      changed_.wake_all();
    });
  }
  void acted() { traffic_.acted(clock_.now()); }

  base::TimePoint now() const { return clock_.now(); }

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
