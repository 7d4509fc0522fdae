#include "net/peer_user.h"

#include <array>
#include <cerrno>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/testing/few_descriptors.h"

namespace net {
namespace {

// A listener on the loopback and a socket that is connected to it.
class Pair {
 public:
  Pair() {
    listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(listener_, as_name(name), sizeof name), 0);
    EXPECT_EQ(::listen(listener_, 1), 0);
    socklen_t size = sizeof name;
    EXPECT_EQ(::getsockname(listener_, as_name(name), &size), 0);
    name_ = name;
  }
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;
  ~Pair() {
    for (const int fd : {listener_, client, server})
      if (fd >= 0) ::close(fd);
  }
  void connect() {
    client = ::socket(AF_INET, SOCK_STREAM, 0);
    EXPECT_EQ(::connect(client, as_name(name_), sizeof name_), 0);
  }
  void accept() { server = ::accept(listener_, nullptr, nullptr); }

  int client = -1;
  int server = -1;

 private:
  static sockaddr* as_name(sockaddr_in& name) { return reinterpret_cast<sockaddr*>(&name); }
  int listener_ = -1;
  sockaddr_in name_{};
};

TEST(PeerUser, IsTheOneWhoHoldsTheOtherEnd) {
  if (!can_tell_peer_users()) GTEST_SKIP() << "this kernel does not tell";
  Pair pair;
  pair.connect();
  pair.accept();
  EXPECT_EQ(peer_user(pair.server), ::geteuid());
  EXPECT_EQ(peer_user(pair.client), ::geteuid());
}

TEST(PeerUser, IsAnotherWhereAnotherConnected) {
  if (!can_tell_peer_users()) GTEST_SKIP() << "this kernel does not tell";
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become somebody else";
  constexpr uid_t kNobody = 65534;
  Pair pair;
  std::array<int, 2> done{};
  ASSERT_EQ(::pipe(done.data()), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(done[1]);
    if (::setresuid(kNobody, kNobody, kNobody) != 0) ::_exit(1);
    pair.connect();
    char end = 0;
    static_cast<void>(::read(done[0], &end, 1));
    ::_exit(0);
  }
  ::close(done[0]);
  pair.accept();
  EXPECT_EQ(peer_user(pair.server), kNobody);
  ::close(done[1]);
  ::waitpid(child, nullptr, 0);
}

// Connects as another user in a child, which then does `then` with its socket and leaves.
void as_nobody(Pair& pair, void (*then)(int)) {
  const pid_t child = ::fork();
  if (child == 0) {
    if (::setresuid(65534, 65534, 65534) != 0) ::_exit(1);
    pair.connect();
    then(pair.client);
    ::_exit(0);
  }
  ::waitpid(child, nullptr, 0);
  pair.accept();
}

// Mutant: the inode not looked at. The kernel names root for a socket that was closed, so that anybody who sends a
// request and closes would be taken for root.
TEST(PeerUser, IsNobodyOnceTheOtherEndIsClosed) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become somebody else";
  Pair closed;
  as_nobody(closed, [](int socket) { ::close(socket); });
  EXPECT_EQ(peer_user(closed.server), std::unexpected(ENOENT));
  Pair reset;
  as_nobody(reset, [](int socket) {
    const linger now{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    ::close(socket);
  });
  EXPECT_EQ(peer_user(reset.server), std::unexpected(ENOENT));
}

TEST(PeerUser, IsStillToldOfAClientThatHasClosedItsSendingSide) {
  if (!can_tell_peer_users()) GTEST_SKIP() << "this kernel does not tell";
  Pair pair;
  pair.connect();
  pair.accept();
  EXPECT_EQ(::shutdown(pair.client, SHUT_WR), 0);
  EXPECT_EQ(peer_user(pair.server), ::geteuid());
}

TEST(PeerUser, IsNobodyOfWhatIsNoConnection) {
  EXPECT_EQ(peer_user(-1), std::unexpected(ENOENT));
  EXPECT_EQ(peer_user(0), std::unexpected(ENOENT));
}

// Mutants: told as a closed socket; a server that starts in such a moment lets everybody in.
TEST(PeerUser, CannotBeAskedForWithoutADescriptor) {
#if __has_feature(address_sanitizer)
  GTEST_SKIP() << "without descriptors UBSan cannot look at objects and takes them all for broken";
#endif
  if (!can_tell_peer_users()) GTEST_SKIP() << "this kernel does not tell";
  Pair pair;
  pair.connect();
  pair.accept();
  {
    const testing::FewDescriptors none(0);
    EXPECT_EQ(peer_user(pair.server), std::unexpected(EMFILE));
    EXPECT_TRUE(can_tell_peer_users());
  }
  EXPECT_EQ(peer_user(pair.server), ::geteuid());
}

}  // namespace
}  // namespace net
