// FewDescriptors: while it lives this process gets so many descriptors more, and then EMFILE.
#pragma once
#include <sys/resource.h>
#include <unistd.h>

namespace net::testing {

class FewDescriptors {
 public:
  // REQUIRES: there is no gap among those in use beyond the lowest free one.
  explicit FewDescriptors(rlim_t more) {
    getrlimit(RLIMIT_NOFILE, &before_);
    const int next = ::dup(0);  // the lowest that is free
    ::close(next);
    const rlimit few{.rlim_cur = static_cast<rlim_t>(next) + more, .rlim_max = before_.rlim_max};
    setrlimit(RLIMIT_NOFILE, &few);
  }
  FewDescriptors(const FewDescriptors&) = delete;
  FewDescriptors& operator=(const FewDescriptors&) = delete;
  ~FewDescriptors() { setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

}  // namespace net::testing
