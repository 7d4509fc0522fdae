// Throw-away certificates for TLS tests, made by the openssl command: an authority, a server that it vouches for as
// 127.0.0.1, ::1 and localhost, and one that it vouches for as another host.
#pragma once
#include <memory>
#include <string>

namespace net::testing {

// PEM files.
struct Identity {
  std::string certificate;
  std::string key;
};

class Certificates {
 public:
  explicit Certificates(std::string folder) : folder_(std::move(folder)) {}
  Certificates(const Certificates&) = delete;
  Certificates& operator=(const Certificates&) = delete;
  ~Certificates();  // removes the files

  std::string ca_file() const { return folder_ + "/ca.pem"; }
  Identity server() const { return {folder_ + "/server.pem", folder_ + "/server.key"}; }
  Identity other_host() const { return {folder_ + "/other.pem", folder_ + "/other.key"}; }

 private:
  std::string folder_;
};

// CHECKs that the openssl command is there and works.
std::unique_ptr<Certificates> make_certificates();

}  // namespace net::testing
