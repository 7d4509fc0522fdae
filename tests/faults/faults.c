// Loaded into the server under test (LD_PRELOAD): makes calls fail as a table in a shared file says. The test writes
// it, and reads how often each call was seen and failed. Only the process that loaded it first is touched, none of its
// children.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "table.h"

// The order is that of CALLS in faults_test.py.
enum {
  kOpen,
  kOpenat,
  kClone,
  kThread,
  kEpollCtl,
  kEventfd,
  kRename,
  kRenameat2,
  kWrite,
  kMkdir,
  kMkdirat,
  kPipe2,
  kSocketpair,
  kSocket,
  kCalls
};

struct Row {
  _Atomic int32_t error;  // 0: the call does what it always does
  _Atomic int32_t skip;   // calls that pass first
  _Atomic int32_t seen;
  _Atomic int32_t failed;
};
struct Table {
  _Atomic int32_t pid;
  struct Row rows[kCalls];
};
static struct Table* table;

__attribute__((constructor)) static void load(void) {
  table = shared_table("BELAY_TEST_FAULTS", sizeof *table);
}

static int fails(int call) {
  if (!table || table->pid != getpid()) return 0;
  struct Row* row = &table->rows[call];
  ++row->seen;
  const int error = row->error;
  if (!error) return 0;
  if (row->skip > 0) {
    --row->skip;
    return 0;
  }
  ++row->failed;
  return error;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define FAIL_AS(call, result)                          \
  do {                                                 \
    const int error_now = fails(call);                 \
    if (error_now) return errno = error_now, (result); \
  } while (0)
#define MODE(flags, last)                  \
  mode_t mode = 0;                         \
  if ((flags) & (O_CREAT | __O_TMPFILE)) { \
    va_list rest;                          \
    va_start(rest, last);                  \
    mode = va_arg(rest, mode_t);           \
    va_end(rest);                          \
  }

int open(const char* path, int flags, ...) {
  MODE(flags, flags)
  FAIL_AS(kOpen, -1);
  return REAL(open)(path, flags, mode);
}
int open64(const char* path, int flags, ...) {
  MODE(flags, flags)
  FAIL_AS(kOpen, -1);
  return REAL(open64)(path, flags, mode);
}
int openat(int at, const char* path, int flags, ...) {
  MODE(flags, flags)
  FAIL_AS(kOpenat, -1);
  return REAL(openat)(at, path, flags, mode);
}
int openat64(int at, const char* path, int flags, ...) {
  MODE(flags, flags)
  FAIL_AS(kOpenat, -1);
  return REAL(openat64)(at, path, flags, mode);
}
int clone(int (*run)(void*), void* stack, int flags, void* argument, ...) {
  va_list rest;
  va_start(rest, argument);
  pid_t* const born = va_arg(rest, pid_t*);
  va_end(rest);
  FAIL_AS(kClone, -1);
  return REAL(clone)(run, stack, flags, argument, born, NULL, NULL);
}
int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*run)(void*), void* argument) {
  const int error = fails(kThread);
  return error ? error : REAL(pthread_create)(thread, attributes, run, argument);
}
int epoll_ctl(int epoll, int operation, int fd, struct epoll_event* event) {
  if (operation == EPOLL_CTL_ADD) FAIL_AS(kEpollCtl, -1);  // the others need no memory and have no limit
  return REAL(epoll_ctl)(epoll, operation, fd, event);
}
int eventfd(unsigned value, int flags) {
  int (*real)(unsigned, int) = dlsym(RTLD_NEXT, "eventfd");
  FAIL_AS(kEventfd, -1);
  return real(value, flags);
}
int rename(const char* from, const char* to) {
  int (*real)(const char*, const char*) = dlsym(RTLD_NEXT, "rename");
  FAIL_AS(kRename, -1);
  return real(from, to);
}
int renameat2(int at, const char* from, int to_at, const char* to, unsigned flags) {
  int (*real)(int, const char*, int, const char*, unsigned) = dlsym(RTLD_NEXT, "renameat2");
  FAIL_AS(kRenameat2, -1);
  return real(at, from, to_at, to, flags);
}
ssize_t write(int fd, const void* bytes, size_t size) {
  FAIL_AS(kWrite, -1);
  return REAL(write)(fd, bytes, size);
}
int mkdir(const char* path, mode_t mode) {
  FAIL_AS(kMkdir, -1);
  return REAL(mkdir)(path, mode);
}
int mkdirat(int at, const char* path, mode_t mode) {
  FAIL_AS(kMkdirat, -1);
  return REAL(mkdirat)(at, path, mode);
}
int pipe2(int* ends, int flags) {
  int (*real)(int*, int) = dlsym(RTLD_NEXT, "pipe2");
  FAIL_AS(kPipe2, -1);
  return real(ends, flags);
}
int socketpair(int domain, int type, int protocol, int* ends) {
  FAIL_AS(kSocketpair, -1);
  return REAL(socketpair)(domain, type, protocol, ends);
}
int socket(int domain, int type, int protocol) {
  FAIL_AS(kSocket, -1);
  return REAL(socket)(domain, type, protocol);
}
