#include "api/caller.h"

#include <gtest/gtest.h>

namespace api {
namespace {

using Fields = std::initializer_list<std::pair<std::string, std::string>>;

net::HttpRequest request_with(Fields fields) {
  net::HttpRequest out{.method = "POST", .target = "/v1/sessions/a/act", .headers = {}, .body = ""};
  for (const auto& [name, value] : fields) out.headers.add(name, value);
  return out;
}

const GuardSettings kNoToken;
const GuardSettings kToken{.token = base::Secret("our-token")};

std::string caller(const GuardSettings& settings, Fields fields, std::string_view peer = "192.0.2.1") {
  return caller_key(settings, request_with(fields), peer);
}
std::string credentials(const GuardSettings& settings, Fields fields) {
  return credentials_digest(settings, request_with(fields));
}

TEST(Caller, IsTheAddressWhereNoCredentialIsShown) {
  EXPECT_EQ(caller(kNoToken, {}), "192.0.2.1");
  EXPECT_NE(caller(kNoToken, {}, "192.0.2.2"), caller(kNoToken, {}));
}

TEST(Caller, IsTheNetworkOfAnAddressOfVersion6) {
  EXPECT_EQ(caller(kNoToken, {}, "2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
  EXPECT_EQ(caller(kNoToken, {}, "2001:db8:1:2::9"), caller(kNoToken, {}, "2001:db8:1:2:3:4:5:6"));
  EXPECT_EQ(caller(kNoToken, {}, "::ffff:192.0.2.1"), "192.0.2.1");
}

TEST(Caller, IsTheCredentialWhereverItComesFrom) {
  for (const char* name : {"authorization", "x-bb-api-key", "x-model-api-key"}) {
    EXPECT_EQ(caller(kNoToken, {{name, "one"}}, "192.0.2.1"), caller(kNoToken, {{name, "one"}}, "192.0.2.2")) << name;
    EXPECT_NE(caller(kNoToken, {{name, "one"}}), caller(kNoToken, {{name, "two"}})) << name;
  }
  EXPECT_NE(caller(kNoToken, {{"x-bb-api-key", "one"}}), caller(kNoToken, {{"x-model-api-key", "one"}}));
}

TEST(Caller, TellsNothingOfTheCredential) {
  EXPECT_EQ(caller(kNoToken, {{"x-bb-api-key", "very-secret"}}).find("very-secret"), std::string::npos);
}

// Everybody has it, so it tells nobody apart.
TEST(Caller, IsNotOurOwnToken) {
  EXPECT_EQ(caller(kToken, {{"authorization", "Bearer our-token"}}), "192.0.2.1");
  EXPECT_EQ(caller(kToken, {{"authorization", "bearer  our-token"}}), "192.0.2.1");
  EXPECT_EQ(caller(kToken, {{"x-bb-api-key", "our-token"}}), "192.0.2.1");
  EXPECT_EQ(caller(kToken, {{"authorization", "Bearer our-token"}, {"x-bb-api-key", "mine"}}),
            caller(kNoToken, {{"x-bb-api-key", "mine"}}));
}

TEST(Credentials, AreAllThatAreShownButOurOwnToken) {
  EXPECT_EQ(credentials(kNoToken, {}), "");
  EXPECT_EQ(credentials(kToken, {{"authorization", "Bearer our-token"}}), "");
  EXPECT_EQ(credentials(kToken, {{"x-bb-api-key", "our-token"}}), "");
  const std::string one = credentials(kNoToken, {{"x-bb-api-key", "a"}, {"x-model-api-key", "b"}});
  EXPECT_EQ(one, credentials(kNoToken, {{"x-model-api-key", "b"}, {"x-bb-api-key", "a"}}));
  EXPECT_NE(one, credentials(kNoToken, {{"x-bb-api-key", "a"}, {"x-model-api-key", "c"}}));
  EXPECT_NE(one, credentials(kNoToken, {{"x-bb-api-key", "c"}, {"x-model-api-key", "b"}}));
  EXPECT_NE(one, credentials(kNoToken, {{"x-bb-api-key", "a"}}));
  EXPECT_NE(credentials(kNoToken, {{"authorization", "Basic a"}}), credentials(kNoToken, {}));
}

}  // namespace
}  // namespace api
