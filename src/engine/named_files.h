// Which files of the server a model may put into pages: those that the caller named. A model reads pages as well, and a
// page may ask it for any file.
#pragma once
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "engine/variables.h"

namespace engine {

class NamedFiles {
 public:
  // How many files may be asked about: each is looked for in all of the words.
  static constexpr std::size_t kMostFiles = 100;

  NamedFiles() = default;  // none
  // Named are: the values of variables, and what stands in `words`, the caller's own, between spaces, quotes and the
  // like. %name% in them is replaced. A path that no system would open is never named.
  NamedFiles(std::vector<std::string> words, const Variables& variables);

  // Why the method may not be done with these arguments (variables already in them); nothing when it may.
  std::optional<std::string> refuse(std::string_view method, const std::vector<std::string>& arguments,
                                    const std::stop_token& stop = {});
  // The same; where there is much to look through, on a worker. All of these outlive the task.
  aio::Task<std::optional<std::string>> refuse(const aio::Context& ctx, std::string_view method,
                                               const std::vector<std::string>& arguments);

 private:
  bool named(std::string_view path) const;
  std::size_t words_bytes() const;

  std::vector<std::string> words_;
  std::vector<std::string> values_;
  std::size_t left_ = kMostFiles;
};

}  // namespace engine
