#include "api/guard.h"

#include <gtest/gtest.h>

namespace api {
namespace {

net::HttpRequest guarded_request(std::initializer_list<std::pair<std::string, std::string>> headers) {
  net::HttpRequest out{.method = "POST", .target = "/v1/sessions/start", .headers = {}, .body = ""};
  for (const auto& [name, value] : headers) out.headers.add(name, value);
  return out;
}

int status(const GuardSettings& settings, std::initializer_list<std::pair<std::string, std::string>> headers,
           std::optional<Operation> operation = Operation::start) {
  const auto refusal = refuse(settings, guarded_request(headers), operation);
  return refusal ? refusal->status : 200;
}

TEST(Guard, TakesTheNamesOfTheLoopback) {
  for (const char* host :
       {"localhost", "LOCALHOST", "localhost:3000", "127.0.0.1", "127.0.0.1:3000", "[::1]", "[::1]:3000"})
    EXPECT_EQ(status({}, {{"Host", host}}), 200) << host;
  EXPECT_EQ(status({}, {}), 200);  // HTTP/1.0; a browser always sends one
}

// DNS rebinding: a page of a foreign name whose address is the loopback. Mutants: starts_with for the name, anything
// after ']', digits not looked at.
TEST(Guard, RefusesEveryOtherHostOnTheLoopback) {
  for (const char* host :
       {"evil.example", "evil.example:3000", "localhost.evil.example", "evil.localhost.example:1",
        "127.0.0.1.evil.example", "127.0.0.2", "0.0.0.0:3000", "[::2]", "[::1].evil.example", "[::1]evil", "[::1",
        "localhost:3@evil.example", "localhost, evil.example", "xlocalhost", "localhost."})
    EXPECT_EQ(status({}, {{"Host", host}}), 403) << host;
}

TEST(Guard, TakesConfiguredHostsWithAnyPort) {
  const GuardSettings settings{.allowed_hosts = {"belay.internal"}};
  EXPECT_EQ(status(settings, {{"Host", "Belay.Internal:8080"}}), 200);
  EXPECT_EQ(status(settings, {{"Host", "x.belay.internal"}}), 403);
  EXPECT_EQ(
      status({.loopback_only = false, .token = base::Secret("t")}, {{"Host", "any"}, {"Authorization", "Bearer t"}}),
      200);  // bound to the network: a token decides
}

TEST(Guard, SaysWhichOptionWouldAllowIt) {
  const auto host = refuse({}, guarded_request({{"Host", "evil.example:1"}}), Operation::start);
  EXPECT_EQ(host->body, R"({"success":false,"message":"Host evil.example:1 is not allowed; start the server with )"
                        R"(--allowed-hosts=evil.example to allow it"})");
  const auto origin =
      refuse({}, guarded_request({{"Host", "localhost"}, {"Origin", "https://evil.example"}}), Operation::start);
  EXPECT_EQ(origin->body, R"({"success":false,"message":"Origin https://evil.example is not allowed; start the server )"
                          R"(with --allowed-origins=https://evil.example to allow it"})");
  EXPECT_LT(refuse({}, guarded_request({{"Host", std::string(10'000, 'a')}}), Operation::start)->body.size(), 1000U);
}

TEST(Guard, RefusesForeignOrigins) {
  const GuardSettings settings{.allowed_origins = {"https://app.example"}};
  EXPECT_EQ(status(settings, {{"Host", "localhost:3000"}, {"Origin", "http://localhost:3000"}}), 200);
  EXPECT_EQ(status(settings, {{"Host", "localhost:3000"}, {"Origin", "https://app.example"}}), 200);
  // Behind a proxy that speaks TLS.
  EXPECT_EQ(status(settings, {{"Host", "localhost:3000"}, {"Origin", "https://localhost:3000"}}), 200);
  for (const char* origin :
       {"http://localhost", "http://localhost:3001", "http://127.0.0.1:3000", "https://app.example.evil", "null", "",
        "https://evil.example", "http://localhost:3000.evil.example"})
    EXPECT_EQ(status(settings, {{"Host", "localhost:3000"}, {"Origin", origin}}), 403) << origin;
}

TEST(Guard, RefusesCrossSiteRequestsWithoutAnOrigin) {
  EXPECT_EQ(status({}, {{"Host", "localhost"}, {"Sec-Fetch-Site", "cross-site"}}), 403);
  EXPECT_EQ(status({}, {{"Host", "localhost"}, {"Sec-Fetch-Site", "Cross-Site"}}), 403);
  // Another port of this machine is the same site. Mutant: only the value cross-site looked for.
  for (const char* site : {"same-site", "", "whatever comes"})
    EXPECT_EQ(status({}, {{"Host", "localhost"}, {"Sec-Fetch-Site", site}}), 403) << site;
  for (const char* site : {"same-origin", "none", "None"})
    EXPECT_EQ(status({}, {{"Host", "localhost"}, {"Sec-Fetch-Site", site}}), 200) << site;
  // An origin that was allowed by name is cross-site too, and meant to be.
  EXPECT_EQ(status({.allowed_origins = {"https://app.example"}},
                   {{"Host", "localhost"}, {"Sec-Fetch-Site", "cross-site"}, {"Origin", "https://app.example"}}),
            200);
}

// Mutants: probes refused as well; the option not looked at.
TEST(Guard, RefusesOtherUsersOfTheMachineUnlessThereIsAToken) {
  net::HttpRequest other = guarded_request({{"Host", "localhost"}});
  other.other_user = "user 1000";
  const GuardSettings own{.own_users_only = true};
  const auto refusal = refuse(own, other, Operation::start);
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->status, 403);
  EXPECT_NE(refusal->body.find("user 1000"), std::string::npos);
  EXPECT_NE(refusal->body.find("--any-local-user"), std::string::npos);
  EXPECT_TRUE(refuse(own, other, Operation::metrics));
  EXPECT_FALSE(refuse(own, other, Operation::healthz));
  EXPECT_FALSE(refuse({}, other, Operation::start));
  EXPECT_EQ(status(own, {{"Host", "localhost"}}), 200);
  other.headers.add("Authorization", "Bearer t0ken");
  EXPECT_FALSE(refuse({.token = base::Secret("t0ken"), .own_users_only = true}, other, Operation::start));
}

// Mutants: 403, as if it were known whose it is; let in.
TEST(Guard, AsksWhoseUserCannotBeLookedUpJustNowToComeAgain) {
  net::HttpRequest unknown = guarded_request({{"Host", "localhost"}});
  unknown.other_user = "a user who cannot be told";
  unknown.user_unknown = "Too many open files";
  const GuardSettings own{.own_users_only = true};
  const auto refusal = refuse(own, unknown, Operation::start);
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->status, 503);
  EXPECT_EQ(refusal->headers.find("Retry-After"), "1");
  EXPECT_NE(refusal->body.find("Too many open files"), std::string::npos);
  EXPECT_FALSE(refuse(own, unknown, Operation::healthz));
  EXPECT_FALSE(refuse({}, unknown, Operation::start));
}

TEST(Guard, GuardsEveryRouteThatWayProbesToo) {
  for (const auto operation :
       {std::optional<Operation>(), std::optional(Operation::healthz), std::optional(Operation::metrics)})
    EXPECT_EQ(status({}, {{"Host", "evil.example"}}, operation), 403);
}

TEST(Guard, AsksForTheTokenEverywhereButAtTheProbes) {
  const GuardSettings settings{.token = base::Secret("t0ken")};
  EXPECT_EQ(status(settings, {}), 401);
  EXPECT_EQ(status(settings, {}, std::nullopt), 401);  // unknown routes tell a stranger nothing
  EXPECT_EQ(status(settings, {}, Operation::metrics), 401);
  EXPECT_EQ(status(settings, {}, Operation::healthz), 200);
  EXPECT_EQ(status(settings, {}, Operation::readyz), 200);
  for (const char* right : {"Bearer t0ken", "bearer t0ken", "Bearer  t0ken "})
    EXPECT_EQ(status(settings, {{"Authorization", right}}), 200) << right;
  // Mutants: a prefix or the length alone compared, the scheme not looked at.
  for (const char* wrong :
       {"Bearer t0keN", "Bearer t0ke", "Bearer t0ken1", "Bearer ", "Bearer", "t0ken", "Basic t0ken", ""})
    EXPECT_EQ(status(settings, {{"Authorization", wrong}}), 401) << wrong;
  const auto refusal = refuse(settings, guarded_request({}), Operation::act);
  EXPECT_EQ(refusal->body, R"({"success":false,"message":"Unauthorized"})");
  EXPECT_EQ(refusal->headers.find("WWW-Authenticate"), "Bearer");
}

TEST(Guard, TakesTheTokenWhereSdksCanPutIt) {
  const GuardSettings settings{.token = base::Secret("t0ken")};
  EXPECT_EQ(status(settings, {{"x-bb-api-key", "t0ken"}}), 200);
  EXPECT_EQ(status(settings, {{"x-bb-api-key", "bb_live"}}), 401);
  EXPECT_EQ(status(settings, {{"x-bb-api-key", "bb_live"}, {"Authorization", "Bearer t0ken"}}), 200);
}

TEST(Guard, NeverTakesItsOwnTokenForABrowserbaseKey) {
  const GuardSettings settings{.token = base::Secret("t0ken")};
  EXPECT_TRUE(browserbase_key(settings, guarded_request({{"x-bb-api-key", "t0ken"}})).empty());
  EXPECT_TRUE(browserbase_key(settings, guarded_request({{"x-bb-api-key", "bb_live"}})).equals("bb_live"));
  EXPECT_TRUE(browserbase_key(settings, guarded_request({})).empty());
  EXPECT_TRUE(browserbase_key({}, guarded_request({{"x-bb-api-key", "bb_live"}})).equals("bb_live"));
}

}  // namespace
}  // namespace api
