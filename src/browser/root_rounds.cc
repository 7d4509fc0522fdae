#include "browser/root_rounds.h"

#include <fmt/format.h>

#include "browser/call_arguments.h"

namespace browser {

std::string RootRounds::again(std::string_view function, bool enough) const {
  if (!epoch_) return fmt::format("(...a) => __belay.{}(...a)", function);
  return fmt::format("(...a) => __belay.again({}, {}, '{}', ...a)", *epoch_, enough, function);
}

std::string RootRounds::question() const { return again(function_, spent()); }
std::string RootRounds::hosts() const { return again("hosts", false); }

bool RootRounds::wanted(const json::Value& answer, const json::Array& arguments) {
  if (!json::get_bool(answer, "hosts").value_or(false)) return false;
  if (spent() && !have_time(arguments)) return false;
  epoch_ = json::get_double(answer, "epoch").value_or(0);
  return true;
}

}  // namespace browser
