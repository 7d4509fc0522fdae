#include "net/tls.h"

#include <filesystem>
#include <fstream>
#include <string_view>

#include <boost/asio/ssl/context.hpp>
#include <fmt/format.h>

#include "base/check.h"

namespace net {

namespace ssl = boost::asio::ssl;

base::Result<std::unique_ptr<ssl::context>> client_tls(const std::string& ca_file) {
  auto context = std::make_unique<ssl::context>(ssl::context::tls_client);
  SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
  CHECK(SSL_CTX_set_cipher_list(context->native_handle(), kTlsCiphers) == 1 &&
            SSL_CTX_set1_groups_list(context->native_handle(), kTlsGroups) == 1,
        "OpenSSL lacks a cipher");
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

bool certificates_by_name(const std::string& folder, const std::string& file) {
  const auto is_hash = [](std::string_view name) {
    return name.size() > 9 && name[8] == '.' && name.find_first_not_of("0123456789abcdef") == 8;
  };
  std::size_t named = 0;
  std::error_code error;
  for (std::filesystem::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
    named += is_hash(it->path().filename().native());
  if (named == 0) return false;
  std::size_t in_file = 0;
  std::ifstream bundle(file);
  for (std::string line; std::getline(bundle, line);) in_file += line.starts_with("-----BEGIN ");
  return in_file <= named;
}

}  // namespace net
