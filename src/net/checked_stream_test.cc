#include "net/checked_stream.h"

#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace net {
namespace {

// Has as much as anybody asks for.
struct Endless {
  using executor_type = boost::asio::any_io_executor;

  boost::asio::io_context& context;
  std::size_t& asked;

  executor_type get_executor() { return context.get_executor(); }

  template <class Buffers, class Handler>
  void async_read_some(const Buffers& buffers, Handler&& handler) {
    asked = boost::asio::buffer_size(buffers);
    boost::asio::post(context, [handler = std::forward<Handler>(handler), size = asked]() mutable {
      std::move(handler)(boost::system::error_code(), size);
    });
  }
};

// Mutant: whatever is asked for.
TEST(CheckedStream, ReadsABoundedPieceAtATime) {
  boost::asio::io_context context;
  std::size_t asked = 0;
  CheckedStream<Endless> stream(Endless{context, asked}, 64 << 20);
  std::vector<char> large(2 * CheckedStream<Endless>::kMostAtOnce);
  std::size_t read = 0;
  const auto done = [&](const boost::system::error_code&, std::size_t size) { read = size; };
  stream.async_read_some(boost::asio::buffer(large), done);
  context.run();
  EXPECT_EQ(asked, CheckedStream<Endless>::kMostAtOnce);
  EXPECT_EQ(read, asked);

  context.restart();
  stream.async_read_some(boost::asio::buffer(large, 10), done);
  context.run();
  EXPECT_EQ(read, 10U);
}

}  // namespace
}  // namespace net
