// Hand: does gestures on the active page of a session, and sees what its window shows. The real one is
// engine/page_hand.h.
#pragma once
#include <optional>
#include <string>

#include "agent/gesture.h"
#include "aio/context.h"
#include "base/result.h"
#include "llm/chat.h"

namespace agent {

struct WindowSize {
  int width = 0;  // CSS pixels
  int height = 0;
};

class Hand {
 public:
  virtual ~Hand() = default;

  virtual std::string url() const = 0;

  // Whether the page shows a widget that asks for a proof of a person, as far as its frames tell.
  virtual bool sees_captcha() const = 0;

  // Does it, %name% of variables put in, and waits for its consequence, adaptively and not for long. What failed is
  // said in words for a model; errors end the run (the session is gone, the time is over).
  virtual aio::Task<base::Result<std::optional<std::string>>> perform(const aio::Context& ctx, Gesture gesture) = 0;

  // A PNG of what the window shows, one pixel of it a CSS pixel, whatever the device's scale. With a region (its upper
  // left and lower right corners), that part, enlarged to the window's size.
  virtual aio::Task<base::Result<llm::Image>> picture(const aio::Context& ctx, std::vector<At> region = {}) = 0;

  virtual aio::Task<base::Result<WindowSize>> window(const aio::Context& ctx) = 0;
};

}  // namespace agent
