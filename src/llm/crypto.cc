#include "llm/crypto.h"

#include <algorithm>
#include <memory>

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/sha.h>

#include "base/check.h"
#include "base/text.h"

namespace llm {
namespace {

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

// Never asks a terminal for a passphrase.
int no_passphrase(char*, int, int, void*) { return -1; }

// A signature's time grows with the cube of the key's bits, and OpenSSL signs with keys of any size. Providers make
// keys of 2048 or 4096.
constexpr int kMostBits = 4096;
constexpr std::size_t kMostPem = 32 * 1024;  // some eight times what such a key takes

// Of each number in it, for any may be the exponent or the modulus of a power.
bool is_too_large(const EVP_PKEY& key) {
  constexpr const char* kNumbers[] = {
      OSSL_PKEY_PARAM_RSA_N,         OSSL_PKEY_PARAM_RSA_E,         OSSL_PKEY_PARAM_RSA_D,
      OSSL_PKEY_PARAM_RSA_FACTOR1,   OSSL_PKEY_PARAM_RSA_FACTOR2,   OSSL_PKEY_PARAM_RSA_FACTOR3,
      OSSL_PKEY_PARAM_RSA_EXPONENT1, OSSL_PKEY_PARAM_RSA_EXPONENT2, OSSL_PKEY_PARAM_RSA_EXPONENT3};
  return std::ranges::any_of(kNumbers, [&key](const char* name) {
    BIGNUM* number = nullptr;
    if (EVP_PKEY_get_bn_param(&key, name, &number) != 1) return false;
    const bool large = BN_num_bits(number) > kMostBits;
    BN_clear_free(number);
    return large;
  });
}

}  // namespace

std::string sha256(std::string_view text) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(bytes_of(text), text.size(), digest);
  return {reinterpret_cast<const char*>(digest), sizeof digest};
}

std::string hmac_sha256(std::string_view key, std::string_view text) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  const auto* done =
      HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(text), text.size(), digest, &size);
  CHECK(done != nullptr, "HMAC-SHA-256 is not there");
  return {reinterpret_cast<const char*>(digest), size};
}

std::string hex(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) out += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return out;
}

std::string base64url(std::string_view bytes) {
  std::string out = base::base64(bytes);
  while (out.ends_with('=')) out.pop_back();
  for (char& c : out) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return out;
}

base::Result<std::string> sign_rs256(const base::Secret& private_key, std::string_view text) {
  const std::string_view pem = private_key.reveal();
  if (pem.size() > kMostPem)
    return base::fail(base::Kind::invalid,
                      fmt::format("The service account's private key has more than {} bytes", kMostPem));
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())),
                                                      &BIO_free);
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      PEM_read_bio_PrivateKey(bio.get(), nullptr, &no_passphrase, nullptr), &EVP_PKEY_free);
  if (!key || EVP_PKEY_base_id(key.get()) != EVP_PKEY_RSA)
    return base::fail(base::Kind::invalid, "The service account's private key is no RSA key in PEM form");
  if (is_too_large(*key))
    return base::fail(base::Kind::invalid,
                      fmt::format("The service account's private key has more than {} bits", kMostBits));
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  std::size_t size = 0;
  std::string signature;
  bool good = EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1 &&
              EVP_DigestSign(context.get(), nullptr, &size, bytes_of(text), text.size()) == 1;
  if (good) {
    signature.resize(size);
    good = EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes_of(text),
                          text.size()) == 1;
    signature.resize(size);
  }
  if (!good) return base::fail(base::Kind::invalid, "The service account's private key cannot sign");
  return signature;
}

}  // namespace llm
