#include "aio/task.h"

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>

namespace aio {

bool is_canceled(const std::exception_ptr& error) {
  if (!error) return false;
  try {
    std::rethrow_exception(error);
  } catch (const boost::system::system_error& e) {
    return e.code() == asio::error::operation_aborted;
  } catch (...) {
    return false;
  }
}

std::exception_ptr canceled() {
  return std::make_exception_ptr(boost::system::system_error(asio::error::operation_aborted));
}

void throw_canceled() { throw boost::system::system_error(asio::error::operation_aborted); }

Task<void> yield() {
  const Executor executor = co_await asio::this_coro::executor;
  co_await asio::post(executor, use_task);
}

}  // namespace aio
