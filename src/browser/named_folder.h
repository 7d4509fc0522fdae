// A folder that a caller names (userDataDir, downloadsPath). It may be missing, with the folders above it: a start that
// is only looked at makes nothing, and what was made for one that comes to nothing goes again.
#pragma once
#include <string>
#include <vector>

#include "base/result.h"

namespace browser {

// Folders that were made for a start, the outermost first.
class MadeFolders {
 public:
  void add(std::string path) { paths_.push_back(std::move(path)); }
  bool empty() const { return paths_.empty(); }
  // They stay: the start has come out.
  void keep() { paths_.clear(); }
  // As far as they are still empty: what somebody has put there since is his.
  void remove();

 private:
  std::vector<std::string> paths_;
};

struct NamedFolder {
  std::string path;  // absolute
  bool exists = false;
};

// Whether it is there or can be made, and can be written to; the error says what is in the way. Makes nothing that
// stays.
base::Result<NamedFolder> find_folder(const std::string& path);

// Makes what is missing of it and tries to write there. Its absolute path. What it makes is in `made`, also when it
// fails.
base::Result<std::string> make_folder(const std::string& path, MadeFolders& made);

}  // namespace browser
