#include "os/launcher.h"

#include <atomic>

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

namespace os {
namespace {

constexpr std::size_t kStack = 256 * 1024;

}  // namespace

Launcher& Launcher::of_this_process() {
  static std::atomic<Launcher*> current = nullptr;
  static std::atomic<pid_t> owner = 0;
  static std::mutex making;
  // A copy of this process has the object, but none of its threads.
  if (owner.load() == getpid()) return *current.load();
  const std::scoped_lock lock(making);
  if (owner.load() != getpid()) {
    current = new Launcher;
    owner = getpid();
  }
  return *current.load();
}

bool Launcher::run(Job job) {
  const std::scoped_lock lock(mutex_);
  if (free_ <= jobs_.size() && !add_thread()) return false;
  jobs_.push_back(std::move(job));
  wanted_.notify_one();
  return true;
}

bool Launcher::add_thread() {
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0) return false;
  pthread_attr_setstacksize(&attributes, kStack);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);  // signals are for the others
  pthread_t thread{};
  const auto start = [](void* self) -> void* {
    static_cast<Launcher*>(self)->work();
    return nullptr;
  };
  const bool added = pthread_create(&thread, &attributes, start, this) == 0;
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  pthread_attr_destroy(&attributes);
  if (added) ++free_;
  return added;
}

void Launcher::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wanted_.wait(lock, [this] { return !jobs_.empty(); });
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    --free_;
    lock.unlock();
    job();
    job = nullptr;  // what it owned goes without the lock
    lock.lock();
    ++free_;
  }
}

}  // namespace os
