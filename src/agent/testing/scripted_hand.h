// A Hand that notes what it is to do, and fails where it is told to.
#pragma once
#include <string>
#include <vector>

#include "agent/hand.h"

namespace agent::testing {

// One gesture in a line, for comparing: "click 5,6 left x1 +Control".
std::string shown(const Gesture& gesture);

class ScriptedHand final : public Hand {
 public:
  std::string url() const override { return address; }
  bool sees_captcha() const override { return captcha; }
  aio::Task<base::Result<std::optional<std::string>>> perform(const aio::Context& ctx, Gesture gesture) override;
  aio::Task<base::Result<llm::Image>> picture(const aio::Context& ctx, std::vector<At> region) override;
  aio::Task<base::Result<WindowSize>> window(const aio::Context& ctx) override;

  std::vector<std::string> done = {};  // gestures and pictures, in their order
  std::string address = "http://site.example/";
  std::string address_after = {};  // not empty: of the page after the next gesture
  std::string failure = {};        // of every gesture
  bool captcha = false;
  std::optional<base::Error> end = {};    // of the run, at the next gesture
  std::optional<base::Error> blind = {};  // instead of pictures
};

}  // namespace agent::testing
