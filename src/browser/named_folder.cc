#include "browser/named_folder.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <functional>
#include <optional>
#include <random>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/fd.h"
#include "os/session_folder.h"
#include "os/session_root.h"

namespace browser {
namespace fs = std::filesystem;
namespace {

constexpr int kFolder = O_DIRECTORY | O_CLOEXEC;
constexpr int kTries = 3;

std::unexpected<base::Error> cannot_be_made(const std::string& path, int error) {
  return base::fail(base::Kind::browser, fmt::format("{} cannot be made: {}", path, std::strerror(error)));
}

// Of a file or folder that is there only for a moment. Servers of several containers may share the folder, each as the
// process 1.
std::string probe_name() {
  std::random_device random;
  return fmt::format(".belay-{:08x}{:08x}", random(), random());
}

// make(name) returns 0, or -1 as errno says. The name it was made by; "" when it was not.
template <class Make>
std::string make_probe(Make make) {
  for (int tries = 1;; ++tries) {
    std::string name = probe_name();
    if (make(name.c_str()) == 0) return name;
    if (errno != EEXIST || tries == kTries) return "";
  }
}

base::Result<void> try_to_write(const std::string& path) {
  const os::Fd folder(open(path.c_str(), O_RDONLY | O_NONBLOCK | kFolder));
  if (!folder) return base::fail(base::Kind::browser, fmt::format("{}: {}", path, std::strerror(errno)));
  const std::string name = make_probe([&](const char* probe) {
    const os::Fd file(openat(folder.get(), probe, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    return file ? 0 : -1;
  });
  if (name.empty())
    return base::fail(base::Kind::browser, fmt::format("{} cannot be written to: {}", path, std::strerror(errno)));
  unlinkat(folder.get(), name.c_str(), 0);
  return {};
}

// Folders that were kept for their callers (kept-XXXXXX) are theirs to use again. The root is made first, by its own
// rules: made as somebody's parent folder it would be open to others.
bool lies_in_session_root(const std::string& path) {
  const auto root = os::open_session_root();
  if (!root) return false;  // the start will say why
  std::error_code error;
  const fs::path within = fs::weakly_canonical(path, error).lexically_relative(fs::weakly_canonical(root->path, error));
  if (error || within.empty() || *within.begin() == "..") return false;
  return !within.begin()->string().starts_with(os::kKeptPrefix);
}

base::Result<std::string> absolute_path(const std::string& path) {
  std::error_code error;
  const fs::path full = fs::absolute(path, error).lexically_normal();
  if (error)
    return base::fail(base::Kind::browser,
                      fmt::format("{} is relative to the server's working folder, which is gone", path));
  std::string out = full.has_filename() ? full : full.parent_path();
  if (out == "/") return base::fail(base::Kind::browser, "/ is the whole file system; name a folder of its own");
  if (lies_in_session_root(out))
    return base::fail(
        base::Kind::browser,
        fmt::format("{} lies where the server keeps the folders of sessions and removes what is left of them; "
                    "choose a folder elsewhere",
                    out));
  return out;
}

// How much of a path is there.
struct Reached {
  os::Fd folder;                     // the innermost that is
  std::vector<std::string> folders;  // those that are not, the outermost first
};

// As errno says where it fails.
std::optional<Reached> reach(const std::string& path) {
  Reached out;
  for (fs::path at = path;; at = at.parent_path()) {
    out.folder = os::Fd(open(at.c_str(), O_PATH | kFolder));
    if (out.folder) break;
    if (errno != ENOENT) return std::nullopt;
    out.folders.push_back(at);
  }
  std::ranges::reverse(out.folders);
  return out;
}

// However much of it is there.
std::string canonical(const std::string& path) {
  std::error_code error;
  const fs::path out = fs::weakly_canonical(path, error);
  return error ? path : out.string();
}

// 0, or -1 as errno says.
int make_missing(const std::string& path) {
  struct stat info{};
  if (stat(path.c_str(), &info) == 0) return 0;  // whatever it is
  const auto reached = reach(path);
  if (!reached) return -1;
  for (const std::string& folder : reached->folders) {
    if (mkdir(folder.c_str(), folder == path ? 0700 : 0777) == 0)
      FolderUses::of_this_process().made(canonical(folder));
    else if (errno != EEXIST)
      return -1;
  }
  return 0;
}

// A folder of another name, since its own may be made by another start at this moment.
base::Result<void> try_to_make(const std::string& path) {
  const auto reached = reach(path);
  if (!reached) return cannot_be_made(path, errno);
  if (reached->folders.empty()) return {};              // it has just been made
  for (const std::string& folder : reached->folders) {  // a link that leads nowhere, and names that are too long
    struct stat info{};
    const std::string name = fs::path(folder).filename();
    if (fstatat(reached->folder.get(), name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno != ENOENT) return cannot_be_made(path, errno);
    } else if (folder == reached->folders.front() && S_ISLNK(info.st_mode)) {
      return base::fail(base::Kind::browser, fmt::format("{} cannot be made: {} is a link to nowhere", path, folder));
    }
  }
  const std::string name = make_probe([&](const char* probe) { return mkdirat(reached->folder.get(), probe, 0700); });
  if (name.empty()) return cannot_be_made(path, errno);
  unlinkat(reached->folder.get(), name.c_str(), AT_REMOVEDIR);
  return {};
}

}  // namespace

void MadeFolders::keep() {
  give_up();
  for (const std::string& path : std::exchange(given_up_, {})) FolderUses::of_this_process().keep(path);
}

void MadeFolders::give_up() {
  for (const FolderUse& folder : named_) given_up_.push_back(folder.path());
  named_.clear();
}

bool MadeFolders::made_for_nothing(const std::string& path) const {
  const std::string at = canonical(path);
  return std::ranges::find(given_up_, at) != given_up_.end() && FolderUses::of_this_process().made_for_nothing(at);
}

void MadeFolders::remove() {
  give_up();
  std::ranges::sort(given_up_, std::greater());  // one may lie in another
  for (const std::string& path : std::exchange(given_up_, {})) FolderUses::of_this_process().remove(path);
}

base::Result<NamedFolder> find_folder(const std::string& path) {
  TRY(std::string full, absolute_path(path));
  NamedFolder out{.path = std::move(full)};
  struct stat info{};
  out.exists = stat(out.path.c_str(), &info) == 0;
  TRY_VOID(out.exists ? try_to_write(out.path) : try_to_make(out.path));
  return out;
}

base::Result<std::string> make_folder(const std::string& path, MadeFolders& made) {
  TRY(std::string out, absolute_path(path));
  made.add(FolderUse(canonical(out)));
  // Another start may be removing, at this moment, what it has made of the folders around it.
  for (int tries = 1; make_missing(out) != 0; ++tries)
    if (errno != ENOENT || tries == kTries) return cannot_be_made(out, errno);
  TRY_VOID(try_to_write(out));
  return out;
}

}  // namespace browser
