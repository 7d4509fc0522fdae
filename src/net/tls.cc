#include "net/tls.h"

#include <boost/asio/ssl/context.hpp>
#include <fmt/format.h>

namespace net {

namespace ssl = boost::asio::ssl;

base::Result<std::unique_ptr<ssl::context>> client_tls(const std::string& ca_file) {
  auto context = std::make_unique<ssl::context>(ssl::context::tls_client);
  SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
  boost::system::error_code error;
  context->set_default_verify_paths(error);
  if (!ca_file.empty()) {
    context->load_verify_file(ca_file, error);
    if (error)
      return base::fail(base::Kind::invalid,
                        fmt::format("the CA file {} cannot be used: {}", ca_file, error.message()));
  }
  return context;
}

}  // namespace net
