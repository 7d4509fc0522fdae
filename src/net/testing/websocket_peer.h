// WebSocketPeer: a WebSocket server on 127.0.0.1 with a thread of its own, one connection after the other, that behaves
// in one way.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "net/testing/certificates.h"

namespace net::testing {

enum class Peer {
  echo,       // every message comes back
  swallow,    // reads everything, says nothing
  hang_up,    // cuts the connection at the first message
  goodbye,    // closes in order at the first message: 1001 "going"
  deaf,       // upgrades, then never reads
  silent,     // takes the connection, then never says or reads anything
  not_found,  // answers the upgrade with 404
  raw,        // writes bytes of the test's as they are at the first message, then only reads
};

class WebSocketPeer {
 public:
  // With an identity it speaks TLS.
  explicit WebSocketPeer(Peer behaviour, std::optional<Identity> identity = {}, std::string raw = "");
  ~WebSocketPeer();  // cuts what is still connected

  std::uint16_t port() const;
  std::string url(const std::string& scheme, const std::string& target = "/") const;  // of 127.0.0.1

  // Of the last upgrade; "" when there was no such thing.
  std::string target() const;
  std::string header(const std::string& name) const;
  std::string server_name() const;  // what TLS was told (SNI)

  std::size_t bytes_received() const;  // in messages
  bool saw_goodbye() const;            // a client closed in order; waits until one has left, 5 s at most
  int close_code() const;              // of its close frame; as for saw_goodbye; 0 when there was none

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// A port of 127.0.0.1 where nobody listens.
std::uint16_t unused_port();

}  // namespace net::testing
