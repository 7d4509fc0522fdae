#include "browser/traffic.h"

#include <gtest/gtest.h>

#include "json/read.h"

namespace browser {
namespace {

using namespace std::chrono_literals;

// A page whose time is told in milliseconds.
struct TrafficBench {
  Traffic traffic{"main"};

  static base::TimePoint at(int ms) { return base::TimePoint(std::chrono::milliseconds(ms)); }
  void event(int ms, std::string_view method, json::Value params) { traffic.on_event(method, params, at(ms)); }
  void begin(int ms, std::string_view id, std::string_view type, std::string_view url, std::string_view frame = "main",
             std::string_view loader = "L1") {
    event(ms, "Network.requestWillBeSent",
          {{"requestId", id},
           {"type", type},
           {"frameId", frame},
           {"loaderId", loader},
           {"request", {{"method", "GET"}, {"url", url}}}});
  }
  void end(int ms, std::string_view id) { event(ms, "Network.loadingFinished", {{"requestId", id}}); }
  void fetch(int ms, std::string_view id, std::string_view url, int took) {
    begin(ms, id, "Fetch", url);
    end(ms + took, id);
  }
  void commit(int ms, std::string_view loader) {
    event(ms, "Page.frameNavigated", {{"frame", {{"id", "main"}, {"loaderId", loader}}}});
  }
  // "request until 1000", or "" for nothing.
  std::string pending(int ms) const {
    const Traffic::Pending p = traffic.pending(at(ms));
    if (p.what.empty()) return "";
    return std::string(p.what) + " until " + std::to_string(base::to_ms(p.until.time_since_epoch()));
  }
};

TEST(Traffic, waits_for_what_may_change_the_page_while_it_is_young) {
  for (const char* type : {"Script", "Stylesheet", "Fetch", "XHR"}) {
    TrafficBench b;
    b.begin(100, "r", type, "http://h/x");
    EXPECT_EQ(b.pending(101), "request until 1100") << type;
    EXPECT_EQ(b.pending(1100), "") << type;
  }
}

TEST(Traffic, knows_a_navigation_that_may_have_an_effect_on_its_server) {
  TrafficBench b;
  const auto post = [&](std::string_view id, std::string_view frame, std::string_view type) {
    b.event(0, "Network.requestWillBeSent",
            {{"requestId", id},
             {"type", type},
             {"frameId", frame},
             {"loaderId", id},
             {"request", {{"method", "POST"}, {"url", "http://h/buy"}}}});
  };
  b.begin(0, "got", "Document", "http://h/x");
  post("data", "main", "Fetch");
  post("frame", "other", "Document");
  EXPECT_FALSE(b.traffic.sending());
  post("N", "main", "Document");
  EXPECT_TRUE(b.traffic.sending());
  b.event(10, "Network.requestWillBeSent",
          {{"requestId", "N"},
           {"type", "Document"},
           {"frameId", "main"},
           {"loaderId", "N"},
           {"redirectResponse", {{"status", 303}}},
           {"request", {{"method", "GET"}, {"url", "http://h/thanks"}}}});
  EXPECT_TRUE(b.traffic.sending()) << "what it was sent on to tells of it";
  b.end(20, "N");
  EXPECT_FALSE(b.traffic.sending());
}

TEST(Traffic, does_not_wait_for_what_only_decorates_or_never_ends) {
  for (const char* type : {"Image", "Media", "Font", "Ping", "EventSource", "WebSocket", "Manifest", "TextTrack",
                           "Preflight", "CSPViolationReport", "Prefetch", "Other"}) {
    TrafficBench b;
    b.begin(0, "r", type, "http://h/x");
    EXPECT_EQ(b.pending(1), "") << type;
    EXPECT_FALSE(b.traffic.began_since(TrafficBench::at(0))) << type;
  }
  TrafficBench b;
  b.begin(0, "d", "Fetch", "data:text/plain,x");
  b.begin(0, "b", "Fetch", "blob:http://h/1");
  EXPECT_EQ(b.pending(1), "");
}

TEST(Traffic, is_done_when_all_have_ended_or_failed) {
  TrafficBench b;
  b.begin(0, "a", "Fetch", "http://h/a");
  b.begin(10, "b", "Script", "http://h/b");
  b.end(20, "a");
  EXPECT_EQ(b.pending(21), "request until 1010");
  EXPECT_EQ(b.traffic.last_end(), TrafficBench::at(20));
  b.event(30, "Network.loadingFailed", {{"requestId", "b"}});
  EXPECT_EQ(b.pending(31), "");
  EXPECT_EQ(b.traffic.last_end(), TrafficBench::at(30));
}

TEST(Traffic, takes_a_redirect_for_the_same_request) {
  TrafficBench b;
  b.begin(0, "a", "Fetch", "http://h/a");
  b.event(500, "Network.requestWillBeSent",
          {{"requestId", "a"},
           {"type", "Fetch"},
           {"redirectResponse", json::Object()},
           {"request", {{"method", "GET"}, {"url", "http://h/b"}}}});
  EXPECT_EQ(b.pending(501), "request until 1000");
}

TEST(Traffic, waits_longer_for_a_navigation_than_for_data) {
  TrafficBench b;
  b.begin(0, "L2", "Document", "http://h/next", "main", "L2");
  b.begin(100, "r", "Fetch", "http://h/x");
  EXPECT_EQ(b.pending(200), "navigation until 5000");
  EXPECT_EQ(b.pending(5000), "");
  EXPECT_TRUE(b.traffic.navigating());
  b.end(60'000, "L2");
  EXPECT_FALSE(b.traffic.navigating());
}

TEST(Traffic, waits_for_an_inner_document_as_for_data) {
  TrafficBench b;
  b.begin(0, "L2", "Document", "http://h/inner", "child", "L2");
  EXPECT_EQ(b.pending(1), "request until 1000");
}

TEST(Traffic, knows_a_navigation_that_was_asked_for_and_has_not_begun) {
  TrafficBench b;
  b.event(0, "Page.frameRequestedNavigation", {{"frameId", "main"}, {"disposition", "currentTab"}});
  EXPECT_EQ(b.pending(1), "navigation until 500");
  EXPECT_TRUE(b.traffic.began_since(TrafficBench::at(0)));
  EXPECT_EQ(b.pending(500), "");
  b.begin(20, "L2", "Document", "http://h/next", "main", "L2");
  b.end(40, "L2");  // a 204, a download
  EXPECT_EQ(b.pending(41), "");
}

TEST(Traffic, does_not_take_a_new_window_or_an_inner_frame_for_a_navigation) {
  TrafficBench b;
  b.event(0, "Page.frameRequestedNavigation", {{"frameId", "main"}, {"disposition", "newTab"}});
  b.event(0, "Page.frameRequestedNavigation", {{"frameId", "child"}, {"disposition", "currentTab"}});
  EXPECT_EQ(b.pending(1), "");
}

TEST(Traffic, a_change_within_the_document_is_an_event_and_not_a_wait) {
  TrafficBench b;
  b.event(0, "Page.frameRequestedNavigation", {{"frameId", "main"}, {"disposition", "currentTab"}});
  b.event(5, "Page.navigatedWithinDocument", {{"frameId", "main"}});
  EXPECT_EQ(b.pending(6), "");
  EXPECT_TRUE(b.traffic.began_since(TrafficBench::at(5)));
  EXPECT_FALSE(b.traffic.began_since(TrafficBench::at(6)));
}

TEST(Traffic, forgets_what_the_document_before_had_asked_for) {
  TrafficBench b;
  b.begin(0, "r", "Fetch", "http://h/x");
  b.begin(10, "L2", "Document", "http://h/next", "main", "L2");
  b.commit(50, "L2");
  EXPECT_EQ(b.pending(51), "") << "the rest of the document itself is for the document to tell";
  b.begin(60, "s", "Script", "http://h/s", "main", "L2");
  EXPECT_EQ(b.pending(61), "request until 1060");
}

TEST(Traffic, forgets_what_a_frame_that_is_gone_had_asked_for) {
  TrafficBench b;
  b.begin(0, "r", "Fetch", "http://h/x", "child");
  b.event(10, "Page.frameDetached", {{"frameId", "child"}, {"reason", "swap"}});
  EXPECT_EQ(b.pending(11), "request until 1000");
  b.event(20, "Page.frameDetached", {{"frameId", "child"}, {"reason", "remove"}});
  EXPECT_EQ(b.pending(21), "");
}

TEST(Traffic, recognises_a_poll_by_its_third_request) {
  for (const char* url : {"http://h/poll", "http://h/poll?t=%", "http://h/poll?_=0.%&n=%#x%"}) {
    TrafficBench b;
    const auto numbered = [&](int n) {
      std::string out;
      for (const char c : std::string(url)) out += c == '%' ? std::to_string(n) : std::string(1, c);
      return out;
    };
    b.fetch(0, "1", numbered(7), 250);
    b.begin(300, "2", "Fetch", numbered(123));
    EXPECT_EQ(b.pending(301), "request until 1300") << url;
    b.end(550, "2");
    b.begin(600, "3", "Fetch", numbered(99));
    EXPECT_EQ(b.pending(601), "") << url;
    b.end(850, "3");
    EXPECT_EQ(b.traffic.last_end(), TrafficBench::at(550)) << url;
    EXPECT_FALSE(b.traffic.began_since(TrafficBench::at(600))) << url;
  }
}

TEST(Traffic, does_not_take_for_a_poll_what_is_none) {
  struct Case {
    const char* what;
    std::vector<std::pair<int, const char*>> requests;
  };
  const Case cases[] = {
      {"a burst", {{0, "http://h/graphql"}, {20, "http://h/graphql"}, {40, "http://h/graphql"}}},
      {"irregular", {{0, "http://h/x"}, {100, "http://h/x"}, {900, "http://h/x"}}},
      {"different words", {{0, "http://h/?q=a"}, {200, "http://h/?q=ab"}, {400, "http://h/?q=abc"}}},
      {"long ago", {{0, "http://h/x"}, {70'000, "http://h/x"}, {140'000, "http://h/x"}}},
  };
  for (const Case& c : cases) {
    TrafficBench b;
    int id = 0;
    for (const auto& [ms, url] : c.requests) {
      if (id > 0) b.end(std::min(ms, c.requests[static_cast<std::size_t>(id) - 1].first + 500), std::to_string(id));
      b.begin(ms, std::to_string(++id), "Fetch", url);
    }
    EXPECT_NE(b.pending(c.requests.back().first + 1), "") << c.what;
  }
}

TEST(Traffic, what_each_of_several_actions_asks_for_is_no_poll) {
  TrafficBench b;
  for (int ms = 0; ms < 6000; ms += 2000) {
    b.traffic.acted(TrafficBench::at(ms));
    b.begin(ms + 30, "r" + std::to_string(ms), "Fetch", "http://h/more?page=" + std::to_string(ms));
    EXPECT_NE(b.pending(ms + 31), "");
    b.end(ms + 100, "r" + std::to_string(ms));
  }
}

TEST(Traffic, a_known_poll_stays_one_after_an_action) {
  TrafficBench b;
  for (int n = 0; n < 4; ++n) b.fetch(n * 300, std::to_string(n), "http://h/poll", 5);
  b.traffic.acted(TrafficBench::at(1190));
  b.begin(1200, "last", "Fetch", "http://h/poll");
  EXPECT_EQ(b.pending(1201), "");
}

TEST(Traffic, the_same_page_loaded_again_and_again_does_not_poll) {
  TrafficBench b;
  for (int n = 0; n < 5; ++n) {
    const std::string loader = "L" + std::to_string(n);
    b.commit(n * 1000, loader);
    b.begin(n * 1000 + 10, "s" + std::to_string(n), "Script", "http://h/app.js", "main", loader);
    EXPECT_NE(b.pending(n * 1000 + 11), "") << n;
    b.end(n * 1000 + 50, "s" + std::to_string(n));
  }
}

TEST(Traffic, what_hung_before_is_not_waited_for_again_until_it_is_quick) {
  TrafficBench b;
  b.fetch(0, "1", "http://h/wait", 20'000);
  b.begin(20'000, "2", "Fetch", "http://h/wait");
  EXPECT_EQ(b.pending(20'001), "");
  b.end(20'100, "2");
  b.begin(25'000, "3", "Fetch", "http://h/wait");
  EXPECT_EQ(b.pending(25'001), "request until 26000");
}

TEST(Traffic, a_second_request_beside_one_that_hangs_is_not_waited_for) {
  TrafficBench b;
  b.begin(0, "1", "Fetch", "http://h/wait");
  b.begin(2000, "2", "Fetch", "http://h/wait");
  EXPECT_EQ(b.pending(2001), "request until 3000");
  b.begin(3500, "3", "Fetch", "http://h/wait");
  EXPECT_EQ(b.pending(3501), "");
}

TEST(Traffic, a_slow_answer_is_given_its_second_each_time) {
  TrafficBench b;
  for (int ms = 0; ms < 40'000; ms += 10'000) {
    b.begin(ms, "r" + std::to_string(ms), "Fetch", "http://h/search?q=" + std::string(1, char('a' + ms / 10'000)));
    EXPECT_NE(b.pending(ms + 999), "");
    EXPECT_EQ(b.pending(ms + 1000), "");
    b.end(ms + 2000, "r" + std::to_string(ms));
  }
}

TEST(Traffic, stays_small_whatever_a_page_invents) {
  TrafficBench b;
  for (int n = 0; n < 20'000; ++n) {
    std::string word;
    for (int m = n; m > 0; m /= 26) word += char('a' + m % 26);
    b.begin(n, std::to_string(n), "Fetch", "http://h/" + word);
  }
  EXPECT_NE(b.pending(20'000), "");
  b.begin(21'100, "last", "Fetch", "http://h/last");
  EXPECT_EQ(b.pending(21'101), "request until 22100");
}

TEST(Traffic, tells_since_when_the_page_is_on_its_way) {
  TrafficBench b;
  EXPECT_EQ(b.traffic.navigating_since(), std::nullopt);
  b.begin(100, "F", "Document", "http://h/frame", "a frame in it");
  EXPECT_EQ(b.traffic.navigating_since(), std::nullopt);
  b.begin(200, "N", "Document", "http://h/never");
  EXPECT_EQ(b.traffic.navigating_since(), TrafficBench::at(200));
  b.begin(900, "M", "Document", "http://h/next");
  EXPECT_EQ(b.traffic.navigating_since(), TrafficBench::at(900));
  b.end(950, "M");
  EXPECT_EQ(b.traffic.navigating_since(), TrafficBench::at(200));
}

TEST(Traffic, tells_until_when_a_navigation_is_waited_for_and_other_requests_apart) {
  TrafficBench b;
  const auto until = [&](int ms) { return b.traffic.pending(TrafficBench::at(ms)).navigation_until; };
  b.begin(100, "r", "Fetch", "http://h/x");
  EXPECT_EQ(until(150), TrafficBench::at(150));
  b.event(200, "Page.frameRequestedNavigation", {{"frameId", "main"}, {"disposition", "currentTab"}});
  EXPECT_EQ(until(300), TrafficBench::at(2200));
  EXPECT_EQ(until(2300), TrafficBench::at(2300));
  b.begin(300, "N", "Document", "http://h/never");
  EXPECT_EQ(until(400), TrafficBench::at(5300));
  EXPECT_EQ(until(5300), TrafficBench::at(5300));
}

}  // namespace
}  // namespace browser
