// Removes what servers that are gone have left in the root of sessions, in slices, so that whoever runs it can stop
// between two of them.
#pragma once
#include <cstddef>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include <sys/types.h>

#include "os/session_folder.h"

namespace os {

class Sweep {
 public:
  enum class Next {
    go_on,  // at once
    wait,   // a moment: what is killed is still writing
    end,
  };

  // At most `budget` entries of the file system are removed in one slice. Blocks: call on a worker.
  explicit Sweep(std::size_t budget = 256) : budget_(budget) {}
  Next step();

  int removed() const { return removed_; }
  // What it could not remove and why, the first few; and why it did not begin.
  const std::vector<std::string>& problems() const { return problems_; }

 private:
  void list();
  Next take_next();
  void problem(const std::string& path, const std::string& why);
  void kill_users(const std::string& path);

  std::size_t budget_;
  bool listed_ = false;
  std::deque<std::string> left_;  // paths
  std::map<std::string, std::vector<pid_t>> users_;
  SessionFolder current_;
  int waits_ = 0;
  int removed_ = 0;
  std::vector<std::string> problems_;
};

}  // namespace os
