// Mutants that these catch: any folder will do; what was added to the file alone is not trusted any more; a context is
// made for each connection; a changed file is never read again; contexts of different files are one.
#include "net/tls.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <boost/asio/ssl/context.hpp>
#include <gtest/gtest.h>

#include "net/testing/certificates.h"

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

TEST(Tls, ReadsItsFilesOnceForAllConnections) {
  const auto certificates = testing::make_certificates();
  const auto first = client_tls(certificates->ca_file());
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(*client_tls(certificates->ca_file()), *first);
  EXPECT_NE(*client_tls(""), *first);
  EXPECT_EQ(*client_tls(certificates->ca_file()), *first);
}

TEST(Tls, ReadsAFileThatHasChangedAgain) {
  const auto certificates = testing::make_certificates();
  const std::string file = certificates->ca_file() + ".mine";
  EXPECT_NE(client_tls(file).error().message.find(file), std::string::npos);
  fs::copy_file(certificates->ca_file(), file);
  const auto before = client_tls(file);
  ASSERT_TRUE(before) << before.error().message;
  std::ofstream(file, std::ios::app) << std::ifstream(certificates->ca_file()).rdbuf();
  const auto after = client_tls(file);
  ASSERT_TRUE(after) << after.error().message;
  EXPECT_NE(*after, *before);
  std::ofstream(file) << "no certificate";
  EXPECT_FALSE(client_tls(file));
}

}  // namespace
}  // namespace net
