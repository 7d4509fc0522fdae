// Mutants that these catch: an origin that nobody allowed is answered; a preflight is asked for a token that no browser
// can send; "*" for a header that it does not cover.
#include "api/cors.h"

#include <gtest/gtest.h>

namespace api {
namespace {

using CrossFields = std::vector<std::pair<std::string, std::string>>;

net::HttpRequest cross_request(std::string method, const CrossFields& headers) {
  net::HttpRequest out{.method = std::move(method), .target = "/v1/sessions/start", .headers = {}, .body = ""};
  out.headers.add("Host", "localhost:3000");
  for (const auto& [name, value] : headers) out.headers.add(name, value);
  return out;
}

GuardSettings allowing(std::string token = {}) {
  return {.allowed_origins = {"https://app.example"}, .token = base::Secret(std::move(token))};
}

net::HttpRequest asking(std::string origin = "https://app.example") {
  return cross_request("OPTIONS", {{"Origin", std::move(origin)}, {"Access-Control-Request-Method", "POST"}});
}

TEST(Cors, APreflightIsOneOfAnAllowedOrigin) {
  EXPECT_TRUE(is_preflight(allowing(), asking()));
  EXPECT_FALSE(is_preflight(allowing(), asking("https://evil.example")));
  EXPECT_FALSE(is_preflight({}, asking()));
  EXPECT_FALSE(is_preflight(allowing(), cross_request("OPTIONS", {{"Origin", "https://app.example"}})));
  EXPECT_FALSE(is_preflight(allowing(), cross_request("POST", {{"Origin", "https://app.example"},
                                                               {"Access-Control-Request-Method", "POST"}})));
}

TEST(Cors, APreflightNeedsNoTokenAndWhatFollowsDoes) {
  const GuardSettings settings = allowing("0123456789abcdef");
  EXPECT_FALSE(refuse(settings, asking(), std::nullopt));
  EXPECT_EQ(refuse(settings, asking("https://evil.example"), std::nullopt)->status, 403);
  EXPECT_EQ(refuse(settings, cross_request("POST", {{"Origin", "https://app.example"}}), Operation::start)->status,
            401);
  EXPECT_EQ(refuse(settings, cross_request("OPTIONS", {{"Origin", "https://app.example"}}), std::nullopt)->status, 401);
}

TEST(Cors, APreflightIsAllowedWhatItAsksFor) {
  net::HttpRequest request = asking();
  request.headers.add("Access-Control-Request-Headers", "authorization, content-type");
  const net::HttpResponse reply = preflight_reply(request);
  EXPECT_EQ(reply.status, 204);
  EXPECT_EQ(reply.headers.find("Access-Control-Allow-Headers"), "authorization, content-type");
  EXPECT_EQ(reply.headers.find("Access-Control-Allow-Methods"), "GET, POST, PUT");
  EXPECT_FALSE(reply.headers.find("Access-Control-Allow-Private-Network"));
  request = asking();
  request.headers.add("Access-Control-Request-Headers", "a\x01: b");
  request.headers.add("Access-Control-Request-Private-Network", "true");
  const net::HttpResponse other = preflight_reply(request);
  EXPECT_FALSE(other.headers.find("Access-Control-Allow-Headers"));
  EXPECT_EQ(other.headers.find("Access-Control-Allow-Private-Network"), "true");
}

TEST(Cors, OnlyAllowedOriginsMayReadAnswers) {
  for (const std::string origin : {"https://app.example", "https://evil.example", "http://localhost:3000"}) {
    net::Headers answer;
    allow_origin(allowing(), cross_request("POST", {{"Origin", origin}}), answer);
    EXPECT_EQ(answer.find("Access-Control-Allow-Origin").value_or(""),
              origin == "https://app.example" ? origin : std::string());
  }
}

}  // namespace
}  // namespace api
