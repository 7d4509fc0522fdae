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
  const std::pair<const char*, const char*> cases[] = {
      {"bad key my own key/with odd+letters!", "bad key ***!"},
      {"second-secret aws-secret aws-token ACCESS-ID", "*** *** *** ***"},
      {"Incorrect API key provided: abc1****9xyz. Find it at https://p.example/keys.",
       "Incorrect API key provided: *** Find it at https://p.example/keys."},
      {"sk-proj-1234567890 gsk_1234567890 AIzaSyA1234567890", "*** *** ***"},
      {"The model `gpt-4o-mini-2024-07-18` does not exist", "The model `gpt-4o-mini-2024-07-18` does not exist"},
      {"stub failure", "stub failure"}};
  for (const auto& [text, clean] : cases) EXPECT_EQ(redact(text, endpoint), clean);
}

}  // namespace
}  // namespace llm
