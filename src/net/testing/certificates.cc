#include "net/testing/certificates.h"

#include <cstdlib>
#include <filesystem>

#include <fmt/format.h>

#include "base/check.h"

namespace net::testing {
namespace {

constexpr const char* kNewKey = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2";

void shell(const std::string& command) {
  CHECK(std::system((command + " >/dev/null 2>&1").c_str()) == 0, "this command failed: " + command);
}

void issue(const std::string& folder, const std::string& name, const std::string& alt_names) {
  const std::string base = folder + "/" + name;
  shell(fmt::format("openssl req {} -subj /CN={} -addext subjectAltName={} -keyout {}.key -out {}.csr", kNewKey, name,
                    alt_names, base, base));
  shell(
      fmt::format("openssl x509 -req -in {}.csr -copy_extensions copy -days 2 -CA {}/ca.pem -CAkey {}/ca.key "
                  "-CAcreateserial -out {}.pem",
                  base, folder, folder, base));
}

}  // namespace

Certificates::~Certificates() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::unique_ptr<Certificates> make_certificates() {
  std::string folder = (std::filesystem::temp_directory_path() / "belay-certificates-XXXXXX").string();
  CHECK(mkdtemp(folder.data()) != nullptr, "no temporary folder can be made");
  auto made = std::make_unique<Certificates>(folder);
  shell(fmt::format("openssl req -x509 {} -subj /CN=belay-test-authority -keyout {}/ca.key -out {}/ca.pem", kNewKey,
                    folder, folder));
  issue(folder, "server", "IP:127.0.0.1,IP:::1,DNS:localhost");
  issue(folder, "other", "DNS:other.example");
  return made;
}

}  // namespace net::testing
