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

TEST(Navigation, a_document_that_stops_loading_has_reached_what_it_will) {
  Bench b;
  b.request("L", "L");
  b.event("Page.frameStoppedLoading", {{"frameId", "F"}});  // of the document before
  b.navigation.committed("L");
  EXPECT_FALSE(b.navigation.begun());
  b.reaches("L", "init");
  EXPECT_TRUE(b.navigation.begun());
  b.event("Page.frameStoppedLoading", {{"frameId", "of a frame in it"}});
  EXPECT_FALSE(b.navigation.reached(engine::WaitUntil::domcontentloaded));
  b.end("L");
  b.event("Page.frameStoppedLoading", {{"frameId", "F"}});
  for (const auto state :
       {engine::WaitUntil::domcontentloaded, engine::WaitUntil::load, engine::WaitUntil::networkidle})
    EXPECT_TRUE(b.navigation.reached(state));
  EXPECT_TRUE(b.navigation.stopped());
  b.reaches("L", "load");
  EXPECT_FALSE(b.navigation.stopped());
}

TEST(Navigation, a_document_that_stops_because_another_comes_is_followed) {
  Bench b;
  b.request("L", "L");
  b.navigation.committed("L");
  b.reaches("L", "init");
  b.end("L");
  EXPECT_FALSE(b.navigation.leaving());
  b.request("M", "M");
  EXPECT_TRUE(b.navigation.leaving());
  b.event("Page.frameStoppedLoading", {{"frameId", "F"}});
  EXPECT_FALSE(b.navigation.reached(engine::WaitUntil::domcontentloaded));
  b.reaches("M", "init");
  EXPECT_FALSE(b.navigation.leaving());
  EXPECT_EQ(b.navigation.loader_id(), "M");
  b.reaches("M", "DOMContentLoaded");
  EXPECT_TRUE(b.navigation.reached(engine::WaitUntil::domcontentloaded));
}

TEST(Navigation, a_document_whose_successor_comes_to_nothing_stays) {
  Bench b;
  b.request("L", "L");
  b.navigation.committed("L");
  b.reaches("L", "init");
  b.request("M", "M");
  b.event("Network.loadingFailed", {{"requestId", "M"}, {"errorText", "net::ERR_ABORTED"}, {"canceled", true}});
  EXPECT_FALSE(b.navigation.leaving());
  b.event("Page.frameStoppedLoading", {{"frameId", "F"}});
  EXPECT_TRUE(b.navigation.reached(engine::WaitUntil::load));
  EXPECT_EQ(b.navigation.loader_id(), "L");
}

TEST(Navigation, a_body_that_fails_breaks_its_document) {
  Bench b;
  const auto fails = [&](const char* id, bool canceled) {
    b.event("Network.loadingFailed", {{"requestId", id}, {"errorText", "net::ERR_CUT"}, {"canceled", canceled}});
  };
  b.request("L", "L");
  fails("L", false);  // before there is a document: Chromium puts an error page there
  b.navigation.committed("L");
  EXPECT_EQ(b.navigation.broken(), "");
  b.reaches("L", "init");
  fails("L", true);  // given up for another one
  fails("1", false);
  EXPECT_EQ(b.navigation.broken(), "");
  fails("L", false);
  EXPECT_EQ(b.navigation.broken(), "net::ERR_CUT");
  b.event("Page.frameStoppedLoading", {{"frameId", "F"}});
  EXPECT_FALSE(b.navigation.reached(engine::WaitUntil::domcontentloaded)) << "it is told with the failure";
  b.reaches("L", "DOMContentLoaded");
  EXPECT_EQ(b.navigation.broken(), "");
}

TEST(Navigation, a_document_that_stops_itself_keeps_no_request_of_its_own) {
  Bench b;
  b.request("L", "L");
  b.request("1", "L");
  b.navigation.committed("L");
  b.reaches("L", "init");
  b.event("Page.frameStoppedLoading", {{"frameId", "F"}});
  EXPECT_FALSE(b.navigation.network_quiet());
  b.end("1");
  EXPECT_TRUE(b.navigation.reached(engine::WaitUntil::networkidle));
}

TEST(Navigation, knows_why_a_document_leaves) {
  Bench b;
  b.navigation.committed("L");
  b.reaches("L", "init");
  const auto asks = [&](const char* frame, const char* reason) {
    b.event("Page.frameRequestedNavigation", {{"frameId", frame}, {"reason", reason}});
  };
  const auto plans = [&](int delay) {
    b.event("Page.frameScheduledNavigation", {{"frameId", "F"}, {"reason", "metaTagRefresh"}, {"delay", delay}});
  };
  asks("F", "scriptInitiated");
  asks("a frame in it", "metaTagRefresh");
  plans(3);
  EXPECT_FALSE(b.navigation.refreshes("L"));
  EXPECT_FALSE(b.navigation.refreshes(""));
  plans(0);
  EXPECT_TRUE(b.navigation.refreshes("L"));
  b.reaches("M", "init");
  EXPECT_TRUE(b.navigation.refreshes("L")) << "it is asked late";
  EXPECT_FALSE(b.navigation.refreshes("M"));
  asks("F", "httpHeaderRefresh");
  EXPECT_TRUE(b.navigation.refreshes("M"));
}

TEST(Navigation, a_document_that_loads_itself_anew_sends_nobody_on) {
  Bench b;
  b.request("L", "L");
  b.response("L");
  b.navigation.committed("L");
  b.reaches("L", "init");
  const auto asks = [&](const char* url) {
    b.event("Page.frameRequestedNavigation", {{"frameId", "F"}, {"reason", "metaTagRefresh"}, {"url", url}});
    return b.navigation.refreshes("L");
  };
  EXPECT_FALSE(asks("http://a.test/"));
  EXPECT_FALSE(asks("http://a.test/#part"));
  EXPECT_TRUE(asks("http://a.test/x"));
}

TEST(Navigation, knows_whether_anything_was_asked_for) {
  Bench b;
  b.reaches("K", "networkIdle");  // the document before
  b.request("1", "K");
  EXPECT_FALSE(b.navigation.asked());
  b.request("L", "L", "a frame in it");
  EXPECT_FALSE(b.navigation.asked());
  b.request("L", "L");
  EXPECT_TRUE(b.navigation.asked());
}

TEST(Navigation, gives_the_value_of_a_header_whatever_its_case) {
  Bench b;
  b.request("L", "L");
  b.event("Network.responseReceived",
          {{"requestId", "L"},
           {"type", "Document"},
           {"frameId", "F"},
           {"response", json::Object{{"headers", json::Object{{"ReFresh", "0;url=/x"}, {"Age", 3}}}}}});
  b.navigation.committed("L");
  EXPECT_EQ(b.navigation.header("refresh"), "0;url=/x");
  EXPECT_EQ(b.navigation.header("age"), "");
  EXPECT_EQ(b.navigation.header("location"), "");
}

}  // namespace
}  // namespace browser
