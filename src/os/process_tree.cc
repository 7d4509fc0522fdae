#include "os/process_tree.h"

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

namespace os {
namespace fs = std::filesystem;
namespace {

// The second field of stat is the name in parentheses and may hold anything; what follows begins with the third.
std::istringstream stat_from_third_field(pid_t pid) {
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  std::string text;
  std::getline(file, text);
  const std::size_t name_ends = text.rfind(')');
  return std::istringstream(name_ends == std::string::npos ? std::string() : text.substr(name_ends + 1));
}

pid_t parent_of(pid_t pid) {
  std::istringstream rest = stat_from_third_field(pid);
  std::string state;
  pid_t parent = 0;
  rest >> state >> parent;
  return parent;
}

std::vector<pid_t> numbers_in(const std::string& folder) {
  std::vector<pid_t> out;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
    if (const pid_t pid = std::atoi(it->path().filename().c_str()); pid > 0) out.push_back(pid);
  return out;
}

}  // namespace

unsigned long long start_time(pid_t pid) {
  std::istringstream rest = stat_from_third_field(pid);
  std::string word;
  for (int field = 3; field <= 22; ++field) rest >> word;
  return rest ? std::stoull(word) : 0;
}

bool tells_nothing(pid_t pid) {
  std::istringstream rest = stat_from_third_field(pid);
  std::string state;
  rest >> state;
  return rest && state != "Z" && state != "X" && std::ifstream(fmt::format("/proc/{}/cmdline", pid)).get() == EOF;
}

std::vector<pid_t> all_processes() { return numbers_in("/proc"); }

std::vector<pid_t> children_of(pid_t pid) {
  static const bool kListed = std::ifstream("/proc/thread-self/children").is_open();
  std::vector<pid_t> out;
  if (!kListed) {
    for (const pid_t other : all_processes())
      if (parent_of(other) == pid) out.push_back(other);
    return out;
  }
  const std::string tasks = fmt::format("/proc/{}/task", pid);
  for (const pid_t task : numbers_in(tasks)) {
    std::ifstream file(fmt::format("{}/{}/children", tasks, task));
    for (pid_t child = 0; file >> child;) out.push_back(child);
  }
  return out;
}

std::vector<pid_t> descendants_of(pid_t pid) {
  std::vector<pid_t> out = children_of(pid);
  for (std::size_t i = 0; i < out.size(); ++i)
    for (const pid_t child : children_of(out[i])) out.push_back(child);
  return out;
}

std::string variable_of(pid_t pid, const std::string& name) {
  std::ifstream file(fmt::format("/proc/{}/environ", pid));
  std::string entry;
  while (std::getline(file, entry, '\0'))
    if (entry.starts_with(name + "=")) return entry.substr(name.size() + 1);
  return "";
}

// Not by an iterator over the stream, which throws when the process has gone since it was opened.
std::string told_of(pid_t pid, const char* what) {
  std::ifstream file(fmt::format("/proc/{}/{}", pid, what));
  std::string out;
  std::array<char, 4096> chunk;
  while (file.read(chunk.data(), chunk.size()) || file.gcount() > 0)
    out.append(chunk.data(), static_cast<std::size_t>(file.gcount()));
  return out;
}

std::string word_of_command_line(pid_t pid, const std::string& prefix) {
  const std::string line = told_of(pid, "cmdline");
  const std::size_t at = line.find(prefix);
  if (at == std::string::npos) return "";
  const std::size_t begin = at + prefix.size();
  return line.substr(begin, line.find_first_of(std::string_view("\0 ", 2), begin) - begin);
}

}  // namespace os
