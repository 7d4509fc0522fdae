#include <gtest/gtest.h>

#include "base/text.h"
#include "llm/crypto.h"
#include "llm/google_auth.h"
#include "llm/redact.h"
#include "llm/sigv4.h"
#include "llm/testing/rsa_key.h"

namespace llm {
namespace {

using base::Secret;

std::string authorization(const net::HttpCall& call) {
  for (const auto& header : call.secret_headers)
    if (header.name == "authorization") return std::string(header.value.reveal());
  return "";
}

// Two cases of the test suite that AWS publishes for Signature Version 4.
TEST(SigV4, SignsAsAwsDoes) {
  const AwsKeys keys{"AKIDEXAMPLE", Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")};
  const base::WallTime then{std::chrono::seconds(1440938160)};  // 2015-08-30T12:36:00Z
  const std::pair<const char*, const char*> cases[] = {
      {"GET", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
      {"POST", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"}};
  for (const auto& [method, signature] : cases) {
    net::HttpCall call{.method = method, .url = "https://example.amazonaws.com/"};
    ASSERT_TRUE(sign_aws(call, keys, "us-east-1", "service", then));
    EXPECT_EQ(call.headers.find("x-amz-date"), "20150830T123600Z");
    EXPECT_EQ(authorization(call),
              std::string("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
                          "SignedHeaders=host;x-amz-date, Signature=") +
                  signature);
  }
}

TEST(SigV4, SignsTheSessionTokenToo) {
  const AwsKeys keys{"AKIDEXAMPLE", Secret("secret"), Secret("token")};
  net::HttpCall call{.url = "https://bedrock-runtime.eu-west-1.amazonaws.com/model/a%3A0/converse"};
  call.headers.add("content-type", "application/json");
  ASSERT_TRUE(sign_aws(call, keys, "eu-west-1", "bedrock", {}));
  EXPECT_NE(authorization(call).find("SignedHeaders=content-type;host;x-amz-date;x-amz-security-token,"),
            std::string::npos);
}

TEST(GoogleAuth, SignsAClaimThatTheKeyVerifies) {
  const testing::RsaKey& key = testing::rsa_key();
  const GoogleAccount account{.client_email = "bot@p.example",
                              .private_key = Secret(key.private_pem),
                              .private_key_id = "7",
                              .token_url = "https://t.example/token"};
  const auto call = google_token_request(account, base::WallTime(std::chrono::seconds(1000)));
  ASSERT_TRUE(call) << call.error().message;
  EXPECT_EQ(call->url, "https://t.example/token");
  const std::string marker = "&assertion=";
  const std::string jwt = call->body.substr(call->body.find(marker) + marker.size());
  const auto parts = base::split(jwt, '.');
  ASSERT_EQ(parts.size(), 3u);
  EXPECT_EQ(parts[0], base64url(R"({"alg":"RS256","typ":"JWT","kid":"7"})"));
  EXPECT_EQ(parts[1], base64url(R"({"iss":"bot@p.example","scope":"https://www.googleapis.com/auth/cloud-platform",)"
                                R"("aud":"https://t.example/token","iat":1000,"exp":4600})"));
  const auto signature = sign_rs256(account.private_key, jwt.substr(0, jwt.rfind('.')));
  ASSERT_TRUE(signature);
  EXPECT_EQ(parts[2], base64url(*signature));
  EXPECT_TRUE(testing::verifies(key, jwt.substr(0, jwt.rfind('.')), *signature));
}

TEST(GoogleAuth, RefusesAKeyThatIsNone) {
  const auto call = google_token_request({.client_email = "a", .private_key = Secret("no PEM, secret")}, {});
  ASSERT_FALSE(call);
  EXPECT_EQ(call.error().message, "The service account's private key is no RSA key in PEM form");
}

std::string der(char tag, const std::string& content) {
  std::string size;
  for (std::size_t left = content.size(); left > 0; left /= 256)
    size.insert(size.begin(), static_cast<char>(left % 256));
  return tag + (std::string(1, static_cast<char>(0x80 + size.size())) + size) + content;
}
// An odd number of so many bytes.
std::string der_number(std::size_t bytes) { return der(2, std::string(1, '\0') + std::string(bytes, '\xf5')); }

// No key that anybody would make, but one by its form: the sizes of the modulus, the public exponent and the others.
Secret key_of(std::size_t modulus, std::size_t exponent, std::size_t others) {
  std::string numbers = der(2, std::string(1, '\0')) + der_number(modulus) + der_number(exponent);
  for (int i = 0; i < 6; ++i) numbers += der_number(others);
  std::string pem = "-----BEGIN RSA PRIVATE KEY-----\n";
  const std::string text = base::base64(der(0x30, numbers));
  for (std::size_t at = 0; at < text.size(); at += 64) pem += text.substr(at, 64) + "\n";
  return Secret(pem + "-----END RSA PRIVATE KEY-----\n");
}

TEST(GoogleAuth, RefusesAKeyThatSignsForMinutes) {
  const std::string large = "The service account's private key has more than 4096 bits";
  for (const Secret& key : {key_of(65536 / 8, 1, 1), key_of(256, 1025, 1), key_of(256, 1, 1025)}) {
    const auto signature = sign_rs256(key, "x");
    ASSERT_FALSE(signature);
    EXPECT_EQ(signature.error().kind, base::Kind::invalid);
    EXPECT_EQ(signature.error().message, large);
  }
  const auto allowed = sign_rs256(key_of(512, 1, 1), "x");
  EXPECT_TRUE(allowed || allowed.error().message != large);
  EXPECT_EQ(sign_rs256(Secret(std::string(32 * 1024 + 1, 'x')), "x").error().message,
            "The service account's private key has more than 32768 bytes");
}

TEST(GoogleAuth, ReadsTheTokenOrTheReason) {
  const auto token = google_token_reply({.status = 200, .body = R"({"access_token":"ya29.x","expires_in":3599})"});
  ASSERT_TRUE(token);
  EXPECT_EQ(token->token.reveal(), "ya29.x");
  EXPECT_EQ(token->lasts, std::chrono::seconds(3599));
  const auto refused = google_token_reply({.status = 400, .body = R"({"error_description":"Invalid JWT Signature."})"});
  EXPECT_EQ(refused.error().message, "Google gave no token for the service account: Invalid JWT Signature.");
  EXPECT_EQ(refused.error().kind, base::Kind::invalid);
  EXPECT_EQ(google_token_reply({.status = 200, .body = "garbage"}).error().kind, base::Kind::upstream);
}

TEST(Redact, LeavesNoKeyInAProvidersWords) {
  Endpoint endpoint;
  endpoint.key = Secret("my own key/with odd+letters");
  endpoint.headers["x-other"] = Secret("second-secret");
  endpoint.aws = AwsKeys{"ACCESS-ID", Secret("aws-secret"), Secret("aws-token")};
  endpoint.google = GoogleAccount{"bot@p.example", Secret("-----BEGIN KEY-----\nMIIEvQIBADANBg\n-----END KEY-----\n")};
  endpoint.url = "https://me:password-1@h.example/v1?api-version=2024-10-21&token=0123456789";
  const std::pair<const char*, const char*> cases[] = {
      {"bad key my own key/with odd+letters!", "bad key ***!"},
      {"second-secret aws-secret aws-token ACCESS-ID", "*** *** *** ***"},
      {"Incorrect API key provided: abc1****9xyz. Find it at https://p.example/keys.",
       "Incorrect API key provided: *** Find it at https://p.example/keys."},
      {"terces-dnoces ZOT", "*** ZOT"},
      {"c2Vjb25kLXNlY3JldA==", "***"},
      {"Basic bWU6c2Vjb25kLXNlY3JldA==", "Basic ***"},
      {"my%20own%20key%2Fwith%20odd%2Bletters", "***"},
      {"7365636f6e642d736563726574 7365636F6E642D736563726574", "*** ***"},
      {"sk-proj-1234567890 gsk_1234567890 AIzaSyA1234567890", "*** *** ***"},
      {"SECOND-SECRET second&#45;secret second%252dsecret second\\u002dsecret", "*** *** *** ***"},
      {"PASSWORD%2D1 at 2024-10-21 with 0123456789 or MIIEvQIBADANBg", "*** at 2024-10-21 with *** or ***"},
      {"The model `gpt-4o-mini-2024-07-18` does not exist", "The model `gpt-4o-mini-2024-07-18` does not exist"},
      {"stub failure", "stub failure"}};
  for (const auto& [text, clean] : cases) EXPECT_EQ(redact(text, redactor_of(endpoint)), clean);
}

}  // namespace
}  // namespace llm
