#include "browser/navigation.h"

#include <gtest/gtest.h>

namespace browser {
namespace {

// A navigation of the frame F.
struct Bench {
  void request(const std::string& id, const std::string& loader, std::string_view frame = "F") {
    event("Network.requestWillBeSent", {{"requestId", id}, {"loaderId", loader}, {"frameId", frame}});
  }
  void response(const std::string& id, std::string_view beside = "") {
    event("Network.responseReceived", {{"requestId", id},
                                       {"type", "Document"},
                                       {"frameId", "F"},
                                       {"beside", beside},
                                       {"response", json::Object{{"url", "http://a.test/"}, {"status", 200}}}});
  }
  void extra(const std::string& id, std::string_view value) {
    event("Network.responseReceivedExtraInfo", {{"requestId", id}, {"headers", json::Object{{"X-Of", value}}}});
  }
  void end(const std::string& id) { event("Network.loadingFinished", {{"requestId", id}}); }
  void reaches(const std::string& loader, std::string_view name) {
    event("Page.lifecycleEvent", {{"frameId", "F"}, {"loaderId", loader}, {"name", name}});
  }
  void event(std::string_view method, json::Object params) {
    navigation.on_event(method, cdp::Payload(std::move(params)));
  }
  std::string header() const { return json::get_text(navigation.response(), "headersObject.x-of").value_or(""); }

  Navigation navigation{"F"};
};

TEST(Navigation, answers_with_what_was_told_of_its_document) {
  Bench b;
  b.request("L", "L");
  b.extra("L", "a redirect");
  b.request("L", "L");
  b.extra("L", "the document");
  b.response("L");
  b.navigation.committed("L");
  b.reaches("L", "init");
  b.reaches("L", "load");
  EXPECT_TRUE(b.navigation.reached(engine::WaitUntil::load));
  EXPECT_FALSE(b.navigation.reached(engine::WaitUntil::networkidle));
  b.end("L");
  EXPECT_TRUE(b.navigation.reached(engine::WaitUntil::networkidle));
  EXPECT_EQ(b.header(), "the document");
  EXPECT_EQ(json::get_bool(b.navigation.response(), "finishedSettled"), true);
}

TEST(Navigation, goes_on_with_the_document_that_the_first_replaces_itself_with) {
  Bench b;
  b.navigation.committed("L");
  for (int i = 0; i < 100; ++i) {
    const std::string id = i == 0 ? "L" : "L" + std::to_string(i);
    b.request(id, id);
    b.extra(id, id);
    b.response(id);
    b.reaches(id, "init");
  }
  EXPECT_EQ(b.header(), "L99");
  b.reaches("L99", "DOMContentLoaded");
  EXPECT_TRUE(b.navigation.reached(engine::WaitUntil::domcontentloaded));
  EXPECT_LE(b.navigation.kept(), Navigation::kMostDocuments + 100);
}

TEST(Navigation, waits_for_the_requests_of_its_own_document_alone) {
  Bench b;
  b.navigation.committed("L");
  b.request("of another", "K");
  EXPECT_TRUE(b.navigation.network_quiet());
  b.request("1", "L");
  b.request("2", "L");
  b.request("2", "L");
  b.end("1");
  EXPECT_FALSE(b.navigation.network_quiet());
  b.end("2");
  b.end("2");
  EXPECT_TRUE(b.navigation.network_quiet());
  EXPECT_EQ(b.navigation.requests(), 4U);
}

TEST(Navigation, keeps_nothing_of_what_it_is_not_asked_for) {
  Bench b;
  b.request("L", "L");
  for (int i = 0; i < 10'000; ++i) {
    const std::string id = std::to_string(i);
    b.extra(id, id);
    b.request(id, "L");
    b.end(id);
  }
  EXPECT_EQ(b.navigation.kept(), 2U) << "the document, and its request";
}

TEST(Navigation, keeps_no_more_than_a_page_may_have) {
  Bench b;
  b.navigation.committed("L");
  b.reaches("L", "load");
  const std::string much(1000, 'x');
  b.request(much, "L");
  b.request("1", much);
  b.reaches(much, "init");
  EXPECT_EQ(b.navigation.kept(), 1U);
  for (std::size_t i = 0; i < 2 * Navigation::kMostInFlight; ++i) {
    const std::string id = "R" + std::to_string(i);
    b.request(id, id);
    b.response(id);
    b.reaches(id, "load");
  }
  EXPECT_EQ(b.navigation.kept(), Navigation::kMostDocuments + Navigation::kMostInFlight);
  EXPECT_TRUE(b.navigation.reached(engine::WaitUntil::load)) << "of the one that is waited for";
}

// Mutant: a browser chooses how much is kept of it.
TEST(Navigation, keeps_no_response_that_is_too_large) {
  const std::string much(2 * Navigation::kLargest, 'x');
  Bench b;
  b.request("L", "L");
  b.extra("L", much);
  b.response("L", much);
  b.navigation.committed("L");
  b.reaches("L", "init");
  b.reaches("L", "load");
  b.end("L");
  EXPECT_TRUE(b.navigation.reached(engine::WaitUntil::load));
  EXPECT_TRUE(b.navigation.response().is_null());
  b.response("L");
  EXPECT_EQ(json::get_int(b.navigation.response(), "response.status"), 200);
  EXPECT_EQ(b.header(), "");
}

}  // namespace
}  // namespace browser
