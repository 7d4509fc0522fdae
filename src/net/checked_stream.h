// CheckedStream: a stream to a WebSocket server whose reads fail as soon as what came breaks the protocol, in place of
// when Beast gets to it. For websocket.cc only: it needs Asio and Beast.
#pragma once
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/compose.hpp>
#include <boost/asio/post.hpp>

#include "net/frame_checker.h"

namespace boost::beast {
enum class role_type;
}

namespace net {

template <class Next>
class CheckedStream {
 public:
  using executor_type = typename Next::executor_type;
  using next_layer_type = Next;

  // Bytes of one read. The kernel may hold 32 MB for a socket (tcp(7), tcp_rmem), and Beast asks for a whole message:
  // one read of all that took 30 ms.
  static constexpr std::size_t kMostAtOnce = 256 * 1024;

  CheckedStream(Next next, std::uint64_t max_message) : next_(std::move(next)), checker_(max_message) {}

  executor_type get_executor() { return next_.get_executor(); }
  Next& next_layer() { return next_; }
  const Next& next_layer() const { return next_; }
  const FrameChecker& checker() const { return checker_; }
  // The upgrade is through: from here on a violation fails reads. What came with its answer has been seen.
  void begin() { begun_ = true; }

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    using Error = boost::system::error_code;
    return boost::asio::async_compose<Token, void(Error, std::size_t)>(
        [this, buffers, reading = false](auto& self, Error error = {}, std::size_t size = 0) mutable {
          if (!std::exchange(reading, true)) return next_.async_read_some(first_piece(buffers), std::move(self));
          feed(buffers, size);
          if (begun_ && checker_.violation()) error = make_error_code(boost::system::errc::protocol_error);
          self.complete(error, size);
        },
        token, next_);
  }

  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    return next_.async_write_some(buffers, std::forward<Token>(token));
  }

 private:
  template <class Buffers>
  static boost::asio::mutable_buffer first_piece(const Buffers& buffers) {
    for (auto it = boost::asio::buffer_sequence_begin(buffers); it != boost::asio::buffer_sequence_end(buffers); ++it)
      if (boost::asio::mutable_buffer(*it).size() > 0) return boost::asio::buffer(*it, kMostAtOnce);
    return {};
  }

  template <class Buffers>
  void feed(const Buffers& buffers, std::size_t size) {
    for (auto it = boost::asio::buffer_sequence_begin(buffers);
         size > 0 && it != boost::asio::buffer_sequence_end(buffers); ++it) {
      const boost::asio::const_buffer piece = boost::asio::buffer(*it, size);
      checker_.feed({static_cast<const char*>(piece.data()), piece.size()});
      size -= piece.size();
    }
  }

  Next next_;
  FrameChecker checker_;
  bool begun_ = false;
};

// Beast asks for this when the closing handshake is over, or when it has told the other side what was wrong. Its own
// way is to wait until the other side hangs up, which one that breaks the protocol may never do: the news would wait
// too.
template <class Next, class Handler>
void async_teardown(boost::beast::role_type, CheckedStream<Next>& stream, Handler&& handler) {
  boost::asio::post(stream.get_executor(), [handler = std::forward<Handler>(handler)]() mutable {
    std::move(handler)(boost::system::error_code());
  });
}

template <class Next>
void teardown(boost::beast::role_type, CheckedStream<Next>&, boost::system::error_code& error) {
  error = {};
}

}  // namespace net
