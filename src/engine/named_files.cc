#include "engine/named_files.h"

#include <algorithm>
#include <climits>
#include <cstdint>
#include <functional>
#include <numeric>

#include <fmt/format.h>

#include "aio/compute.h"
#include "base/text.h"

namespace engine {
namespace {

constexpr std::size_t kMaxPath = PATH_MAX;  // the system opens none that is longer
constexpr std::string_view kSpaces = " \t\r\n";
constexpr std::string_view kOpening = "\"'`([{<=:,;";
constexpr std::string_view kClosing = "\"'`)]}>,;";
constexpr std::string_view kEndOfSentence = ".!?:";

bool is_one_of(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }
// Quotes and sentences of other scripts.
bool is_foreign(char c) { return static_cast<unsigned char>(c) >= 0x80; }

bool begins_there(std::string_view text, std::size_t at) {
  return at == 0 || is_one_of(text[at - 1], kSpaces) || is_one_of(text[at - 1], kOpening) || is_foreign(text[at - 1]);
}

bool ends_there(std::string_view text, std::size_t at) {
  if (at < text.size() && is_one_of(text[at], kEndOfSentence)) ++at;
  return at == text.size() || is_one_of(text[at], kSpaces) || is_one_of(text[at], kClosing) || is_foreign(text[at]);
}

// For each beginning of the path, how long the longest other beginning is that it ends with.
std::vector<std::uint16_t> shorter_beginnings(std::string_view path) {
  std::vector<std::uint16_t> out(path.size(), 0);
  for (std::size_t i = 1, length = 0; i < path.size(); ++i) {
    while (length > 0 && path[i] != path[length]) length = out[length - 1];
    if (path[i] == path[length]) ++length;
    out[i] = static_cast<std::uint16_t>(length);
  }
  return out;
}

// In one walk that never goes back: a text that begins like the path at each place takes no longer than another.
bool holds_whole(std::string_view text, std::string_view path) {
  if (path.size() > text.size()) return false;
  const std::vector<std::uint16_t> shorter = shorter_beginnings(path);
  std::size_t length = 0;  // of the path's longest beginning with which the text ends there
  for (std::size_t i = 0; i < text.size(); ++i) {
    while (length > 0 && text[i] != path[length]) length = shorter[length - 1];
    if (text[i] == path[length]) ++length;
    if (length < path.size()) continue;
    if (begins_there(text, i + 1 - length) && ends_there(text, i + 1)) return true;
    length = shorter[length - 1];
  }
  return false;
}

}  // namespace

NamedFiles::NamedFiles(std::vector<std::string> words, const Variables& variables)
    : words_(with_variables(words, variables).value_or(words)) {
  for (const auto& [name, value] : variables) values_.emplace_back(value.reveal());
}

std::optional<std::string> NamedFiles::refuse(std::string_view method, const std::vector<std::string>& arguments,
                                              const std::stop_token& stop) {
  if (method != "setInputFiles") return std::nullopt;
  if (arguments.size() > left_)
    return fmt::format("more than {} files are to be uploaded, which is the limit for what a model names", kMostFiles);
  left_ -= arguments.size();
  const auto it = std::ranges::find_if_not(
      arguments, [&](const std::string& path) { return !stop.stop_requested() && named(path); });
  if (it == arguments.end()) return std::nullopt;
  return fmt::format(
      "the file \"{}\" may not be uploaded: the user named no such path. Only paths that stand in the user's own "
      "instruction or are values of variables may be, written in the same way",
      base::truncate(base::repair_utf8(*it), kMaxPath));
}

aio::Task<std::optional<std::string>> NamedFiles::refuse(const aio::Context& ctx, std::string_view method,
                                                         const std::vector<std::string>& arguments) {
  const std::size_t bytes = method == "setInputFiles" ? words_bytes() * arguments.size() : 0;
  co_return co_await aio::compute(ctx, bytes,
                                  [&](const std::stop_token& stop) { return refuse(method, arguments, stop); });
}

std::size_t NamedFiles::words_bytes() const {
  return std::transform_reduce(words_.begin(), words_.end(), std::size_t{0}, std::plus(),
                               [](const std::string& text) { return text.size(); });
}

bool NamedFiles::named(std::string_view path) const {
  if (path.empty() || path.size() >= kMaxPath) return false;
  return std::ranges::find(values_, path) != values_.end() ||
         std::ranges::any_of(words_, [path](const std::string& text) { return holds_whole(text, path); });
}

}  // namespace engine
