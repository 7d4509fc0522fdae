#include "net/tls.h"

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <string_view>
#include <utility>

#include <boost/asio/ssl/context.hpp>
#include <fmt/format.h>
#include <openssl/x509.h>
#include <sys/stat.h>

#include "base/check.h"

namespace net {

namespace ssl = boost::asio::ssl;

namespace {

using TlsContext = std::shared_ptr<ssl::context>;

base::Result<TlsContext> make_client_tls(const std::string& ca_file) {
  auto context = std::make_shared<ssl::context>(ssl::context::tls_client);
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

// What tells one state of a file or folder from the next.
using FileStamp = std::array<std::int64_t, 5>;

FileStamp stamp_of(const char* path) {
  struct stat info{};
  if (stat(path, &info) != 0) return {};
  return {static_cast<std::int64_t>(info.st_dev), static_cast<std::int64_t>(info.st_ino),
          static_cast<std::int64_t>(info.st_size), info.st_mtim.tv_sec, info.st_mtim.tv_nsec};
}

// Of all that a context is made from.
std::array<FileStamp, 3> stamps_of(const std::string& ca_file) {
  const auto or_default = [](const char* variable, const char* path) {
    const char* const named = std::getenv(variable);
    return stamp_of(named ? named : path);
  };
  return {stamp_of(ca_file.c_str()), or_default(X509_get_default_cert_file_env(), X509_get_default_cert_file()),
          or_default(X509_get_default_cert_dir_env(), X509_get_default_cert_dir())};
}

// Of the process, by CA file, of which its operator names one. Threads that come together wait for the one that reads.
class TlsContexts {
 public:
  base::Result<TlsContext> get(const std::string& ca_file) {
    const std::lock_guard one_at_a_time(mutex_);
    const auto stamps = stamps_of(ca_file);  // first: what changes meanwhile is read next time
    if (const auto it = made_.find(ca_file); it != made_.end() && it->second.stamps == stamps)
      return it->second.context;
    TRY(TlsContext context, make_client_tls(ca_file));
    made_.insert_or_assign(ca_file, Made{stamps, context});
    return context;
  }

 private:
  struct Made {
    std::array<FileStamp, 3> stamps;
    TlsContext context;
  };
  std::mutex mutex_;
  std::map<std::string, Made> made_;
};

}  // namespace

base::Result<std::shared_ptr<ssl::context>> client_tls(const std::string& ca_file) {
  static TlsContexts contexts;
  return contexts.get(ca_file);
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
