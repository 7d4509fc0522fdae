// Loaded into the server under test (LD_PRELOAD): calls that may wait for a file system, a name, a process or a peer do
// wait when the loop's thread, which is the process's first, makes them. The test arms it in a shared file and reads
// there which calls that were. None of the children is touched.
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "table.h"

enum { kCalls = 64, kName = 120 };

// As in slow_test.py.
struct Table {
  _Atomic int32_t pid;
  _Atomic int32_t armed;  // for how many milliseconds a call sleeps
  _Atomic int32_t seen;
  char calls[kCalls][kName];
};
static struct Table* table;

__attribute__((constructor)) static void load(void) {
  table = shared_table("BELAY_TEST_SLOW", sizeof *table);
}

static int on_loop(void) {
  return table && table->armed && table->pid == getpid() && gettid() == getpid();
}

static void wait_in(const char* call, const char* about) {
  const int place = table->seen++;
  if (place < kCalls) snprintf(table->calls[place], kName, "%s %s", call, about ? about : "");
  const struct timespec time = {table->armed / 1000, table->armed % 1000 * 1000000L};
  nanosleep(&time, 0);
}

// What the kernel tells of this process, and of any in /proc/PID/stat, it has at hand. The arguments and the environment
// of a process are in its own memory, which it may be holding.
static int at_hand(const char* path) {
  const size_t length = strlen(path);
  return !strncmp(path, "/proc/self/", 11) || !strncmp(path, "/proc/thread-self/", 18) ||
         (!strncmp(path, "/proc/", 6) && length > 5 && !strcmp(path + length - 5, "/stat"));
}

static void named(const char* call, const char* path) {
  if (on_loop() && path && !at_hand(path)) wait_in(call, path);
}

static void opened(const char* call, int fd) {
  struct stat info;
  int (*real)(int, struct stat*) = dlsym(RTLD_NEXT, "fstat");
  if (!on_loop() || real(fd, &info) != 0 || (!S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode))) return;
  char link[40];
  char path[kName] = "";
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t (*name)(const char*, char*, size_t) = dlsym(RTLD_NEXT, "readlink");
  if (name(link, path, sizeof path - 1) > 0 && !strncmp(path, "/proc/", 6)) return;
  wait_in(call, path);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
// A call that is given a path, or a descriptor: (result, name, parameters, what it is given, arguments).
#define BY_NAME(type, name, parameters, path, ...) \
  type name parameters {                           \
    type(*real) parameters = dlsym(RTLD_NEXT, #name); \
    named(#name, path);                            \
    return real(__VA_ARGS__);                      \
  }
#define BY_DESCRIPTOR(type, name, parameters, fd, ...) \
  type name parameters {                               \
    type(*real) parameters = dlsym(RTLD_NEXT, #name);  \
    opened(#name, fd);                                 \
    return real(__VA_ARGS__);                          \
  }
#define OPENING(name, parameters, path, flags, ...)       \
  int name parameters {                                   \
    mode_t mode = 0;                                      \
    if (flags & (O_CREAT | __O_TMPFILE)) {                \
      va_list rest;                                       \
      va_start(rest, flags);                              \
      mode = va_arg(rest, mode_t);                        \
      va_end(rest);                                       \
    }                                                     \
    int(*real) parameters = dlsym(RTLD_NEXT, #name);      \
    named(#name, path);                                   \
    return real(__VA_ARGS__, mode);                       \
  }

OPENING(open, (const char* path, int flags, ...), path, flags, path, flags)
OPENING(open64, (const char* path, int flags, ...), path, flags, path, flags)
OPENING(openat, (int at, const char* path, int flags, ...), path, flags, at, path, flags)
OPENING(openat64, (int at, const char* path, int flags, ...), path, flags, at, path, flags)

BY_NAME(FILE*, fopen, (const char* path, const char* mode), path, path, mode)
BY_NAME(FILE*, fopen64, (const char* path, const char* mode), path, path, mode)
BY_NAME(DIR*, opendir, (const char* path), path, path)
BY_NAME(int, access, (const char* path, int mode), path, path, mode)
BY_NAME(int, stat, (const char* path, struct stat* info), path, path, info)
BY_NAME(int, stat64, (const char* path, struct stat64* info), path, path, info)
BY_NAME(int, lstat, (const char* path, struct stat* info), path, path, info)
BY_NAME(int, lstat64, (const char* path, struct stat64* info), path, path, info)
BY_NAME(int, fstatat, (int at, const char* path, struct stat* info, int flags), path, at, path, info, flags)
BY_NAME(int, statx, (int at, const char* path, int flags, unsigned mask, struct statx* info), path, at, path, flags, mask,
        info)
BY_NAME(ssize_t, readlink, (const char* path, char* text, size_t size), path, path, text, size)
BY_NAME(ssize_t, readlinkat, (int at, const char* path, char* text, size_t size), path, at, path, text, size)
BY_NAME(char*, realpath, (const char* path, char* text), path, path, text)
BY_NAME(int, mkdir, (const char* path, mode_t mode), path, path, mode)
BY_NAME(int, mkdirat, (int at, const char* path, mode_t mode), path, at, path, mode)
BY_NAME(int, rmdir, (const char* path), path, path)
BY_NAME(int, unlink, (const char* path), path, path)
BY_NAME(int, unlinkat, (int at, const char* path, int flags), path, at, path, flags)
BY_NAME(int, remove, (const char* path), path, path)
BY_NAME(int, rename, (const char* from, const char* to), from, from, to)
BY_NAME(int, renameat, (int at, const char* from, int to_at, const char* to), from, at, from, to_at, to)
BY_NAME(int, symlink, (const char* target, const char* path), path, target, path)
BY_NAME(int, symlinkat, (const char* target, int at, const char* path), path, target, at, path)
BY_NAME(int, fchmodat, (int at, const char* path, mode_t mode, int flags), path, at, path, mode, flags)
BY_NAME(int, getaddrinfo,
        (const char* name, const char* service, const struct addrinfo* hints, struct addrinfo** found), name, name,
        service, hints, found)

BY_DESCRIPTOR(ssize_t, read, (int fd, void* bytes, size_t size), fd, fd, bytes, size)
BY_DESCRIPTOR(ssize_t, pread, (int fd, void* bytes, size_t size, off_t at), fd, fd, bytes, size, at)
BY_DESCRIPTOR(ssize_t, pwrite, (int fd, const void* bytes, size_t size, off_t at), fd, fd, bytes, size, at)
BY_DESCRIPTOR(int, fsync, (int fd), fd, fd)
BY_DESCRIPTOR(int, ftruncate, (int fd, off_t size), fd, fd, size)
BY_DESCRIPTOR(int, fstat, (int fd, struct stat* info), fd, fd, info)
BY_DESCRIPTOR(int, flock, (int fd, int operation), fd, fd, operation)
BY_DESCRIPTOR(int, close, (int fd), fd, fd)  // what was written may have to go to a server first

static void unless_at_once(const char* call, int at_once) {
  if (!at_once && on_loop()) wait_in(call, 0);
}

int connect(int fd, const struct sockaddr* to, socklen_t size) {
  int (*real)(int, const struct sockaddr*, socklen_t) = dlsym(RTLD_NEXT, "connect");
  const int local = to && to->sa_family == AF_UNIX;  // a path
  unless_at_once("connect", !local && fcntl(fd, F_GETFL) & O_NONBLOCK);
  return real(fd, to, size);
}
int poll(struct pollfd* fds, nfds_t count, int timeout) {
  unless_at_once("poll", timeout == 0);
  return REAL(poll)(fds, count, timeout);
}
// A child that is known to have ended is buried at once (WNOHANG).
pid_t waitpid(pid_t pid, int* status, int options) {
  unless_at_once("waitpid", options & WNOHANG);
  return REAL(waitpid)(pid, status, options);
}
int waitid(idtype_t type, id_t id, siginfo_t* info, int options) {
  unless_at_once("waitid", options & WNOHANG);
  return REAL(waitid)(type, id, info, options);
}
int usleep(useconds_t time) {
  unless_at_once("usleep", 0);
  return REAL(usleep)(time);
}
pid_t fork(void) {
  unless_at_once("fork", 0);
  return REAL(fork)();
}
int clone(int (*run)(void*), void* stack, int flags, void* argument, ...) {
  va_list rest;
  va_start(rest, argument);
  pid_t* const born = va_arg(rest, pid_t*);
  va_end(rest);
  unless_at_once("clone", 0);
  return REAL(clone)(run, stack, flags, argument, born, NULL, NULL);
}
