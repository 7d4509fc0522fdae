// TLS for clients: whom we trust.
#pragma once
#include <memory>
#include <string>

#include "base/result.h"

namespace boost::asio::ssl {
class context;
}

namespace net {

// What a client offers. No Diffie-Hellman over finite fields: its group is the server's choice, which with 10,000 bits
// takes a second of the processor, and handshakes run on the loop.
inline constexpr const char* kTlsCiphers = "DEFAULT:!kDHE:!kDHEPSK";  // of TLS 1.2
inline constexpr const char* kTlsGroups = "X25519:P-256:P-384:P-521";

// TLS 1.2 and 1.3, the system's certificates and those of ca_file (PEM; "": none) on top. To read them takes 20 ms of a
// processor, so it is done once for all connections, and again when one of the files has changed. Blocks: call on a
// worker. Error: Kind::invalid naming the file. Callers include <boost/asio/ssl/context.hpp>.
base::Result<std::shared_ptr<boost::asio::ssl::context>> client_tls(const std::string& ca_file);

// Whether each certificate of `file` can be found in `folder` by the hash of its name (openssl-rehash(1)). Not so where
// somebody has added one to the file by hand.
bool certificates_by_name(const std::string& folder, const std::string& file);

}  // namespace net
