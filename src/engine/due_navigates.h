// DueNavigates: the navigates that wait for their turn on a session. What is under way on the page that one of them
// means only keeps it from bringing another, and makes room.
#pragma once
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "aio/task.h"
#include "aio/wait_list.h"

namespace engine {

class DueNavigates {
 public:
  // One that waits until what is returned is gone. `frame_id`: the main frame of its page; absent: the active page.
  [[nodiscard]] std::shared_ptr<void> add(std::optional<std::string> frame_id);

  // Whether one waits for this page.
  bool mean(std::string_view page, std::string_view active_page) const;
  // Until another one waits.
  aio::Task<void> more() const { return state_->more.wait(); }

 private:
  struct State {
    std::list<std::optional<std::string>> frames;
    aio::WaitList more;
  };
  std::shared_ptr<State> state_ = std::make_shared<State>();  // those who wait may outlive the engine
};

}  // namespace engine
