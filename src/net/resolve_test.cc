// Names to addresses: what needs no name server, what one answers, and one that never does. The name servers are the
// test's.
#include "net/resolve.h"

#include <array>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/udp.hpp>
#include <gtest/gtest.h>

#include "aio/context.h"
#include "aio/scope.h"
#include "aio/testing/run.h"

namespace net {
namespace {

namespace asio = boost::asio;
using aio::Task;
using asio::ip::udp;
using namespace std::chrono_literals;
using Socket = asio::basic_datagram_socket<udp, aio::Executor>;
using Found = base::Result<std::vector<asio::ip::address>>;

enum class Answer { silence, address, many, none };

// A name server with one answer to every question about IPv4: 192.0.2.7, or twenty addresses from there on.
struct NameServer {
  explicit NameServer(const aio::Executor& executor, Answer a)
      : socket(executor, udp::endpoint(asio::ip::address_v4::loopback(), 0)), scope(executor), answer(a) {
    scope.spawn(serve());
  }
  std::string name() const { return "127.0.0.1:" + std::to_string(socket.local_endpoint().port()); }

  Task<void> serve() {
    for (;;) {
      std::array<char, 1024> bytes;
      udp::endpoint from;
      auto [error, n] = co_await socket.async_receive_from(asio::buffer(bytes), from, asio::as_tuple(aio::use_task));
      if (error) co_return;
      ++asked;
      if (answer == Answer::silence) continue;
      std::string reply(bytes.data(), n);
      const std::size_t type = reply.find('\0', 12) + 2;  // behind the name: 1 is A, 28 is AAAA
      const int found = reply.at(type) != 1 ? 0 : answer == Answer::address ? 1 : answer == Answer::many ? 20 : 0;
      reply.resize(type + 3);
      reply[2] = static_cast<char>(0x81);                                     // a response
      reply[3] = static_cast<char>(0x80 | (answer == Answer::none ? 3 : 0));  // NXDOMAIN
      for (const std::size_t at : {6U, 7U, 8U, 9U, 10U, 11U}) reply[at] = 0;
      reply[7] = static_cast<char>(found);
      for (int i = 0; i < found; ++i) {
        reply += std::string("\xc0\x0c\0\x01\0\x01\0\0\0\x3c\0\x04\xc0\0\x02", 15);
        reply += static_cast<char>(7 + i);
      }
      socket.send_to(asio::buffer(reply), from);
    }
  }
  Task<void> stop() {
    socket.close();
    return scope.finish();
  }

  Socket socket;
  aio::Scope scope;
  Answer answer;
  int asked = 0;
};

Task<void> look_up(NameServer& server, std::string name, std::chrono::milliseconds timeout, Found& out) {
  out = co_await resolve(std::move(name), {.servers = server.name(), .timeout = timeout});
  co_await server.stop();
}

Found look_up_at(Answer answer, const std::string& name, std::chrono::milliseconds timeout = 0ms) {
  aio::Loop loop;
  NameServer server(loop.executor(), answer);
  Found out;
  aio::testing::run_real(loop, look_up(server, name, timeout, out));
  return out;
}

std::string words(const Found& found) {
  if (!found) return found.error().message;
  std::string out;
  for (const auto& address : *found) out += address.to_string() + " ";
  return out;
}

TEST(Resolve, WhoAnswersForANameDoesNotChooseHowManyAddressesAreTried) {
  const Found found = look_up_at(Answer::many, "somewhere.example");
  ASSERT_TRUE(found) << words(found);
  EXPECT_EQ(found->size(), 16U);
}

TEST(Resolve, AddressesAndTheLoopbackNeedNoNameServer) {
  EXPECT_EQ(words(look_up_at(Answer::silence, "192.0.2.1")), "192.0.2.1 ");
  EXPECT_EQ(words(look_up_at(Answer::silence, "2001:db8::1")), "2001:db8::1 ");
  for (const char* name : {"localhost", "LOCALHOST", "localhost.", "a.b.localhost"})
    EXPECT_EQ(words(look_up_at(Answer::silence, name)), "::1 127.0.0.1 ") << name;
}

TEST(Resolve, AsksTheNameServer) { EXPECT_EQ(words(look_up_at(Answer::address, "model.example")), "192.0.2.7 "); }

TEST(Resolve, TellsANameThatIsNotThere) {
  EXPECT_EQ(words(look_up_at(Answer::none, "nowhere.example")), "getaddrinfo ENOTFOUND nowhere.example");
  EXPECT_EQ(words(look_up_at(Answer::none, "no spaces")), "getaddrinfo ENOTFOUND no spaces");
}

TEST(Resolve, GivesUpOnASilentNameServer) {
  EXPECT_EQ(words(look_up_at(Answer::silence, "dead.example", 20ms)), "getaddrinfo EAI_AGAIN dead.example");
}

Task<void> beside_a_silent_one(NameServer& silent, NameServer& other, Found& out, std::size_t& left) {
  aio::Scope scope(co_await asio::this_coro::executor);
  std::vector<Found> lost(50);
  for (Found& one : lost) scope.spawn(look_up(silent, "dead.example", 1h, one));
  while (silent.asked < 50) co_await aio::yield();
  out = co_await resolve("model.example", {.servers = other.name()});
  left = scope.size();
  co_await scope.cancel();
  co_await silent.stop();
  co_await other.stop();
}

// Fifty look-ups that would take an hour; another is answered, and leaving them leaves nothing on the loop.
TEST(Resolve, WaitsForNoOtherLookUpAndCanBeGivenUpAtOnce) {
  aio::Loop loop;
  NameServer silent(loop.executor(), Answer::silence);
  NameServer other(loop.executor(), Answer::address);
  Found out;
  std::size_t left = 0;
  aio::testing::run_real(loop, beside_a_silent_one(silent, other, out, left));
  EXPECT_EQ(words(out), "192.0.2.7 ");
  EXPECT_EQ(left, 50U);
}

}  // namespace
}  // namespace net
