// Mutants that these catch: any folder will do; what was added to the file alone is not trusted any more.
#include "net/tls.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

namespace net {
namespace {
namespace fs = std::filesystem;

TEST(Tls, FindsCertificatesByNameWhereAllOfTheFileAreThere) {
  std::string folder = "/tmp/belay-tls-XXXXXX";
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  const std::string file = folder + "/ca-certificates.crt";
  const auto add = [](const std::string& path) {
    std::ofstream(path, std::ios::app) << "-----BEGIN CERTIFICATE-----\n";
  };
  add(file);
  EXPECT_FALSE(certificates_by_name(folder, file));
  add(folder + "/0123abcd.0");
  EXPECT_TRUE(certificates_by_name(folder, file));
  EXPECT_TRUE(certificates_by_name(folder, folder + "/none"));
  add(file);  // by hand
  EXPECT_FALSE(certificates_by_name(folder, file));
  EXPECT_FALSE(certificates_by_name(folder + "/none", file));
  fs::remove_all(folder);
}

}  // namespace
}  // namespace net
