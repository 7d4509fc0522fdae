// EndPlan: by when the process has to be gone, whatever hangs. Decides; os/watchdog.h carries it out.
#pragma once
#include <algorithm>

#include "base/time.h"

namespace os {

class EndPlan {
 public:
  // `grace`: what may come after the drain, or after a second signal: answers that say so, browsers that close.
  EndPlan(base::Duration drain, base::Duration grace) : drain_(drain), grace_(grace) {}

  // A signal to end. The second leaves the grace only, the third nothing.
  void signal(base::TimePoint now) {
    ++signals_;
    const base::Duration left = signals_ == 1   ? std::min(drain_, base::kNever - now - grace_) + grace_
                                : signals_ == 2 ? grace_
                                                : base::Duration::zero();
    end_within(now, left);
  }

  // Nothing is left to be waited for but what takes this long. An earlier end stays.
  void end_within(base::TimePoint now, base::Duration left) { deadline_ = std::min(deadline_, base::after(now, left)); }

  int signals() const { return signals_; }
  base::TimePoint deadline() const { return deadline_; }  // kNever: it is not to end

 private:
  base::Duration drain_;
  base::Duration grace_;
  int signals_ = 0;
  base::TimePoint deadline_ = base::kNever;
};

}  // namespace os
