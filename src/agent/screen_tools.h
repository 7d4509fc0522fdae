// ScreenTools: the toolbox of a model that uses a screen. What it calls is read by its family's vocabulary and done by
// a Hand; each call is answered with a picture of the window and the address of the page as they are then.
#pragma once
#include "agent/hand.h"
#include "agent/screen/safety.h"
#include "agent/screen/vocabulary.h"
#include "agent/toolbox.h"

namespace agent {

class ScreenTools final : public Toolbox {
 public:
  // hand outlives this. `window` is what it says of its window; points and pictures are in its pixels.
  ScreenTools(screen::Family family, Hand& hand, WindowSize window, screen::SafetyPolicy safety)
      : vocabulary_(screen::vocabulary_of(family)), hand_(hand), window_(window), safety_(safety) {}

  void offer(llm::Chat& chat) const override;
  aio::Task<base::Result<Scene>> scene(const aio::Context& ctx, bool first) override;
  aio::Task<base::Result<Used>> use(const aio::Context& ctx, const llm::ToolCall& call) override;
  std::optional<Finished> finished_by(const llm::ToolCall& call) const override;
  std::string url() const override { return hand_.url(); }

 private:
  std::vector<screen::Deed> read(const llm::ToolCall& call) const;
  aio::Task<base::Result<std::string>> perform(const aio::Context& ctx, screen::Deed& deed, Used& used);
  aio::Task<base::Result<void>> show(const aio::Context& ctx, Used& used);
  void move_pointer(const Gesture& gesture);

  const screen::Vocabulary& vocabulary_;
  Hand& hand_;
  const WindowSize window_;
  const screen::SafetyPolicy safety_;
  At pointer_;
  std::vector<At> region_;         // of the next picture; none: the whole window
  std::uint64_t fingerprint_ = 0;  // of the latest picture of the whole window
};

}  // namespace agent
