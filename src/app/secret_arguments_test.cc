#include "app/secret_arguments.h"

#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace app {
namespace {

TEST(SecretArguments, are_overwritten_where_they_stand_and_nothing_else_is) {
  std::vector<std::string> texts = {"belay",        "--token",         "0123456789abcdef", "--port", "1",
                                    "--token=abcd", "--token-file=/x", "--tokens=y",       "--token"};
  std::vector<char*> argv;
  for (std::string& text : texts) argv.push_back(text.data());
  hide_secret_arguments(static_cast<int>(argv.size()), argv.data());
  EXPECT_EQ(texts, (std::vector<std::string>{"belay", "--token", "****************", "--port", "1", "--token=****",
                                             "--token-file=/x", "--tokens=y", "--token"}));
}

}  // namespace
}  // namespace app
