// CurlMulti: libcurl's multi-socket interface on the loop. It watches the sockets that curl names, runs curl's one
// timer, and says when a transfer has ended. Nothing here knows requests.
#pragma once
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "aio/task.h"

namespace net {

class CurlMulti {
 public:
  using Easy = void*;  // CURL*

  CurlMulti(aio::Executor executor, std::size_t max_connections);
  CurlMulti(const CurlMulti&) = delete;
  CurlMulti& operator=(const CurlMulti&) = delete;
  ~CurlMulti();  // REQUIRES: every transfer was removed

  // Starts a transfer; `ended` is called once with its CURLcode, from the loop, unless it is removed first. Neither
  // function may be called from within a callback of curl.
  void add(Easy easy, std::function<void(int)> ended);
  // Forgets the transfer; one that is under way has its connection closed at once.
  void remove(Easy easy);

 private:
  struct Core;
  std::shared_ptr<Core> core_;
};

}  // namespace net
