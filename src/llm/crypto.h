// The few cryptographic functions that providers' ways of signing need (OpenSSL inside).
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"

namespace llm {

std::string sha256(std::string_view text);                             // 32 bytes
std::string hmac_sha256(std::string_view key, std::string_view text);  // 32 bytes
std::string hex(std::string_view bytes);                               // lower case
std::string base64url(std::string_view bytes);                         // without padding (RFC 4648 §5)

// RSASSA-PKCS1-v1_5 with SHA-256 (RS256). The key is PEM, of 4096 bits at most; its signature takes
// milliseconds or, for the largest, some tens. Error: Kind::invalid, when it is no such key.
base::Result<std::string> sign_rs256(const base::Secret& private_key, std::string_view text);

}  // namespace llm
