#include "api/router.h"

#include <array>

#include <gtest/gtest.h>

namespace api {
namespace {

struct Known {
  std::string_view method;
  std::string_view target;
  Operation operation;
  std::string_view pattern;
};

constexpr Known kKnown[] = {
    {"GET", "/healthz", Operation::healthz, "/healthz"},
    {"HEAD", "/healthz", Operation::healthz, "/healthz"},
    {"GET", "/readyz", Operation::readyz, "/readyz"},
    {"HEAD", "/readyz", Operation::readyz, "/readyz"},
    {"GET", "/metrics", Operation::metrics, "/metrics"},
    {"GET", "/demo", Operation::demo, "/demo"},
    {"PUT", "/v1/capacity", Operation::capacity, "/v1/capacity"},
    {"POST", "/v1/sessions/start", Operation::start, "/v1/sessions/start"},
    {"POST", "/v1/sessions/s1/act", Operation::act, "/v1/sessions/:id/act"},
    {"POST", "/v1/sessions/s1/extract", Operation::extract, "/v1/sessions/:id/extract"},
    {"POST", "/v1/sessions/s1/observe", Operation::observe, "/v1/sessions/:id/observe"},
    {"POST", "/v1/sessions/s1/navigate", Operation::navigate, "/v1/sessions/:id/navigate"},
    {"POST", "/v1/sessions/s1/agentExecute", Operation::agent_execute, "/v1/sessions/:id/agentExecute"},
    {"POST", "/v1/sessions/s1/end", Operation::end, "/v1/sessions/:id/end"},
    {"POST", "/v1/sessions/s1/cancel", Operation::cancel, "/v1/sessions/:id/cancel"},
    {"GET", "/v1/sessions/s1/replay", Operation::replay, "/v1/sessions/:id/replay"},
    {"HEAD", "/v1/sessions/s1/replay", Operation::replay, "/v1/sessions/:id/replay"},
};

std::optional<Operation> operation_of(std::string_view method, std::string_view target) {
  const Routed routed = route(method, target);
  const auto* found = std::get_if<Route>(&routed);
  return found ? std::optional(found->operation) : std::nullopt;
}

std::string session_id_of(std::string_view target) { return std::get<Route>(route("POST", target)).session_id; }

TEST(Router, KnowsEveryRoute) {
  for (const Known& known : kKnown) {
    EXPECT_EQ(operation_of(known.method, known.target), known.operation) << known.target;
    EXPECT_EQ(pattern(known.operation), known.pattern);
    if (known.target.find("s1") != std::string_view::npos)
      EXPECT_EQ(std::get<Route>(route(known.method, known.target)).session_id, "s1");
  }
}

// Every method on every route that does not list it: 404 as captured, never 405. Mutants: HEAD for /metrics, a method
// that is not compared.
TEST(Router, KnowsNoOtherMethod) {
  for (const Known& known : kKnown)
    for (const std::string_view method :
         {"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "CONNECT", "TRACE", "get", "post", ""}) {
      bool listed = false;
      for (const Known& other : kKnown) listed |= other.method == method && other.target == known.target;
      EXPECT_EQ(operation_of(method, known.target).has_value(), listed) << method << " " << known.target;
    }
}

TEST(Router, TakesPathsByTheLetter) {
  for (const char* target : {"",
                             "/",
                             "*",
                             "/Healthz",
                             "/healthz/",
                             "//healthz",
                             "healthz",
                             "/v1/sessions",
                             "/v1/sessions/",
                             "/v1/sessions/start/",
                             "/v1/sessions/x/Act",
                             "/v1/sessions/x/act/",
                             "/v1/sessions/x/y/act",
                             "/v1/sessions/x//act",
                             "/v1/sessions/x/agentexecute",
                             "/V1/sessions/x/act",
                             "/documentation",
                             "/openapi.json",
                             "/health",
                             "/v1/sessions/x/",
                             "http://localhost/healthz",
                             "/v1/sessions/x/a%63t"})
    for (const char* method : {"GET", "POST", "HEAD"})
      EXPECT_TRUE(std::holds_alternative<NoRoute>(route(method, target))) << method << " " << target;
}

// Routes that a server may not have (Service::serves).
TEST(Router, NamesTheSessionItself) {
  EXPECT_EQ(operation_of("GET", "/v1/sessions/x?a"), Operation::browserbase_session);
  EXPECT_EQ(operation_of("POST", "/v1/sessions/x"), Operation::browserbase_update);
  EXPECT_EQ(operation_of("HEAD", "/v1/sessions/x"), std::nullopt);
  EXPECT_EQ(operation_of("POST", "/v1/sessions/start"), Operation::start);
  EXPECT_EQ(operation_of("GET", "/v1/sessions/" + std::string(101, 'a')), std::nullopt);
  EXPECT_EQ(operation_of("GET", "/v1/sessions//"), std::nullopt);
}

TEST(Router, IgnoresTheQuery) {
  EXPECT_EQ(operation_of("GET", "/healthz?a=/b%"), Operation::healthz);
  EXPECT_EQ(session_id_of("/v1/sessions/s1/act?x=/y/act"), "s1");
  EXPECT_EQ(operation_of("GET", "/heal?thz"), std::nullopt);
}

TEST(Router, DecodesTheId) {
  EXPECT_EQ(session_id_of("/v1/sessions//act"), "");  // refused later, by the handler
  EXPECT_EQ(session_id_of("/v1/sessions/%61%2f%C3%A9%3F/act"), "a/\xc3\xa9?");
  EXPECT_EQ(session_id_of("/v1/sessions/a+b/act"), "a+b");
  EXPECT_EQ(session_id_of("/v1/sessions/start/act"), "start");
  EXPECT_EQ(session_id_of("/v1/sessions/%00/end"), std::string(1, '\0'));
}

TEST(Router, RefusesEncodingThatIsNone) {
  for (const char* target :
       {"/v1/sessions/%/act", "/v1/sessions/%4/act", "/v1/sessions/%zz/act", "/v1/sessions/%E0%A4%A/act",
        "/v1/sessions/%ff/act", "/v1/sessions/%c0%af/act", "/nowhere/%", "/v1/sessions/%ED%A0%80/act"}) {
    const Routed routed = route("POST", target);
    ASSERT_TRUE(std::holds_alternative<BadUrl>(routed)) << target;
    EXPECT_EQ(std::get<BadUrl>(routed).path, target);
  }
  EXPECT_EQ(std::get<BadUrl>(route("POST", "/%?q=1")).path, "/%");
}

// Found by fuzzing: without an escape nothing had looked at the bytes, and decoding them failed unseen.
TEST(Router, TakesRawBytesThatAreNoUtf8AsAnIdThatNobodyHas) {
  const Routed routed = route("POST", "/v1/sessions/a\x99z/act");
  ASSERT_TRUE(std::holds_alternative<Route>(routed));
  EXPECT_EQ(std::get<Route>(routed).session_id, "a\xef\xbf\xbdz");
}

// By what was sent, not by what it decodes to, as the reference counts.
TEST(Router, RefusesAnIdOfMoreThanAHundredCharacters) {
  const auto act = [](const std::string& id) { return route("POST", "/v1/sessions/" + id + "/act"); };
  EXPECT_TRUE(std::holds_alternative<Route>(act(std::string(100, 'a'))));
  const Routed routed = act(std::string(101, 'a'));
  ASSERT_TRUE(std::holds_alternative<IdTooLong>(routed));
  EXPECT_EQ(std::get<IdTooLong>(routed).path, "/v1/sessions/" + std::string(101, 'a') + "/act");
  EXPECT_TRUE(std::holds_alternative<NoRoute>(route("GET", "/v1/sessions/" + std::string(101, 'a') + "/act")));
}

}  // namespace
}  // namespace api
