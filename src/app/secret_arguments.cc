#include "app/secret_arguments.h"

#include <cstring>
#include <string_view>

namespace app {
namespace {

constexpr std::string_view kSecretFlag = "--token";

void hide(char* text) { std::memset(text, '*', std::strlen(text)); }

}  // namespace

void hide_secret_arguments(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == kSecretFlag && i + 1 < argc)
      hide(argv[++i]);
    else if (argument.starts_with(kSecretFlag) && argument.substr(kSecretFlag.size()).starts_with('='))
      hide(argv[i] + kSecretFlag.size() + 1);
  }
}

}  // namespace app
