// A throw-away RSA key for tests of signing.
#pragma once
#include <string>
#include <string_view>

namespace llm::testing {

struct RsaKey {
  std::string private_pem;
  std::string public_pem;
};

// Made on the first call; it opens nothing.
const RsaKey& rsa_key();

// Whether the key signed this text (RS256).
bool verifies(const RsaKey& key, std::string_view text, std::string_view signature);

}  // namespace llm::testing
