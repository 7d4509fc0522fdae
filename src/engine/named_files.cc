#include "engine/named_files.h"

#include <algorithm>
#include <climits>

#include <fmt/format.h>

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

bool holds_whole(std::string_view text, std::string_view path) {
  // Compared where it could stand alone: a text that begins like it at each place is not gone through again and again.
  for (std::size_t at = text.find(path.front()); at != std::string_view::npos && path.size() <= text.size() - at;
       at = text.find(path.front(), at + 1))
    if (begins_there(text, at) && ends_there(text, at + path.size()) && text.substr(at, path.size()) == path)
      return true;
  return false;
}

}  // namespace

NamedFiles::NamedFiles(std::vector<std::string> words, const Variables& variables)
    : words_(with_variables(words, variables).value_or(words)) {
  for (const auto& [name, value] : variables) values_.emplace_back(value.reveal());
}

std::optional<std::string> NamedFiles::refuse(std::string_view method,
                                              const std::vector<std::string>& arguments) const {
  if (method != "setInputFiles") return std::nullopt;
  const auto it = std::ranges::find_if_not(arguments, [this](const std::string& path) { return named(path); });
  if (it == arguments.end()) return std::nullopt;
  return fmt::format(
      "the file \"{}\" may not be uploaded: the user named no such path. Only paths that stand in the user's own "
      "instruction or are values of variables may be, written in the same way",
      *it);
}

bool NamedFiles::named(std::string_view path) const {
  if (path.empty() || path.size() >= kMaxPath) return false;
  return std::ranges::find(values_, path) != values_.end() ||
         std::ranges::any_of(words_, [path](const std::string& text) { return holds_whole(text, path); });
}

}  // namespace engine
