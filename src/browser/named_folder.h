// A folder that a caller names (userDataDir, downloadsPath). It may be missing, with the folders above it: a start that
// is only looked at makes nothing, and what was made for one that comes to nothing goes again.
#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "browser/folder_uses.h"

namespace browser {

// Folders that a start names, and with them what was made of them. Without keep() or remove() what was made is left to
// whoever names them as well.
class MadeFolders {
 public:
  MadeFolders() = default;
  MadeFolders(MadeFolders&&) = default;
  MadeFolders& operator=(MadeFolders&&) = default;
  ~MadeFolders() { keep(); }  // what nobody could remove is nobody's to remove later, whoever has come there meanwhile
  void add(FolderUse folder) { named_.push_back(std::move(folder)); }
  bool empty() const { return named_.empty() && given_up_.empty(); }
  // They stay: the start has come out.
  void keep();
  // The start has come to nothing, and names them no longer.
  void give_up();
  // Whether the folder, given up, was made for a start that has not come out, and no other start names one in it: then
  // nothing in it is anybody's but what its own browser has left. Blocks.
  bool made_for_nothing(const std::string& path) const;
  // As far as they are still empty, since what somebody has put there is his, and no other start names them. Blocks.
  void remove();

 private:
  std::vector<FolderUse> named_;
  std::vector<std::string> given_up_;
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
