// A folder of a test's own that is TMPDIR while it lives.
#pragma once
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

namespace os::testing {

class TempFolder : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NE(mkdtemp(tmp_.data()), nullptr);
    setenv("TMPDIR", tmp_.c_str(), 1);
  }
  void TearDown() override {
    unsetenv("TMPDIR");
    std::filesystem::remove_all(tmp_);
  }

  std::string root() const { return tmp_ + "/belay-" + std::to_string(geteuid()); }

  static std::string write(const std::string& path, const std::string& text = "x") {
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path) << text;
    return path;
  }
  static bool exists(const std::string& path) { return std::filesystem::exists(std::filesystem::symlink_status(path)); }

  std::string tmp_ = "/tmp/belay-os-XXXXXX";
};

}  // namespace os::testing
