// Deeds that several vocabularies have, once their arguments are read.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "agent/screen/words.h"

namespace agent::screen {

Deed done(std::string_view type, std::optional<At> at, Gesture gesture);
Deed clicked(std::string_view type, Click gesture);
// How many keys one call may press, repeats among them.
inline constexpr std::size_t kMostPresses = 1000;
base::Result<void> may_press(const Arguments& arguments, std::size_t chords);
// Each chord in turn, the whole row so many times. Error: there is none, and `lacks` names what should hold them, or
// too many.
base::Result<Deed> pressed(const Arguments& arguments, const std::vector<std::string>& chords, std::string_view lacks,
                           base::Milliseconds held = {}, std::size_t times = 1);
// In the direction that the argument of this name tells, so far across or down.
base::Result<Deed> scrolled(const Arguments& arguments, std::string_view direction, At at, double across, double down,
                            std::vector<std::string> held = {});

}  // namespace agent::screen
