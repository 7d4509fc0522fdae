// Gestures on the page that a Chromium at BELAY_TEST_CDP_URL shows; tests/screens/live_test.py starts it and serves the
// pages at BELAY_TEST_SITE. Skipped without them.
#include <cstdlib>

#include <gtest/gtest.h>

#include "aio/testing/run.h"
#include "browser/navigate.h"
#include "engine/page_hand.h"
#include "json/write.h"

namespace engine {
namespace {

using agent::At;
using agent::Gesture;

class LiveHand : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* url = std::getenv("BELAY_TEST_CDP_URL");
    const char* site = std::getenv("BELAY_TEST_SITE");
    if (!url || !site) GTEST_SKIP() << "no BELAY_TEST_CDP_URL";
    site_ = site;
    ctx_ = aio::testing::test_context(clock_).within(std::chrono::seconds(25));
    auto attached =
        run(browser::Browser::attach(ctx_, {settings_, log_, reaper_, workers_, *http_, clock_}, {.cdp_url = url}));
    ASSERT_TRUE(attached) << attached.error().message;
    browser_ = std::move(*attached);
    hand_ = std::make_unique<PageHand>(*browser_, variables_);
    size({.width = 800, .height = 600});
  }
  void TearDown() override {
    hand_.reset();
    if (browser_) static_cast<void>(run(browser_->close(ctx_)));
  }

  // Until the task ends; the browser's connection keeps the loop busy beyond that.
  template <class T>
  T run(aio::Task<T> work) {
    std::optional<T> out;
    aio::asio::co_spawn(loop_.executor(), aio::testing::keep<T>(std::move(work), out),
                        [this](const std::exception_ptr&) { loop_.context().stop(); });
    loop_.context().restart();
    loop_.context().run();
    CHECK(out.has_value(), "the task never ended");
    return std::move(*out);
  }
  struct Device {
    int width = 0;
    int height = 0;
    double scale = 1;
  };
  void size(Device device) {
    call("Emulation.setDeviceMetricsOverride",
         {{"width", device.width}, {"height", device.height}, {"deviceScaleFactor", device.scale}, {"mobile", false}});
  }
  json::Value call(std::string method, json::Object params) {
    auto page = run(browser_->active_page(ctx_));
    EXPECT_TRUE(page);
    auto reply = run((*page)->session().call(ctx_, method, std::move(params)));
    EXPECT_TRUE(reply) << method << ": " << (reply ? "" : reply.error().message);
    const json::Value none;
    const json::Value& out = reply ? *reply : none;
    return out;
  }
  std::string js(std::string expression) {
    const json::Value out = call(
        "Runtime.evaluate", {{"expression", std::move(expression)}, {"returnByValue", true}, {"awaitPromise", true}});
    const json::Value* value = json::find(out, "result.value");
    return value ? json::write(*value) : json::write(out);
  }
  // The value, once it is the expected one: what a frame of another process tells comes a little later.
  std::string js_until(const std::string& expression, const std::string& expected) {
    const base::TimePoint late = base::after(clock_.now(), std::chrono::seconds(3));
    std::string value = js(expression);
    while (value != expected && clock_.now() < late) value = js(expression);
    return value;
  }
  // What went wrong; "" when nothing did.
  std::string perform(Gesture gesture) {
    const auto done = run(hand_->perform(ctx_, std::move(gesture)));
    if (!done) return "error: " + done.error().message;
    return done->value_or("");
  }
  void open(std::string path) {
    EXPECT_EQ(perform(agent::GoTo{site_ + path}), "");
    hand_ = std::make_unique<PageHand>(*browser_, variables_);
    EXPECT_TRUE(run(hand_->window(ctx_)));
  }
  // The page's own list of what it has seen, and a new one.
  std::string seen() { return js("seen.splice(0).join(' ')"); }
  // Width, height and the colour at a point of a picture.
  std::string look(std::vector<At> region, int x, int y) {
    const auto picture = run(hand_->picture(ctx_, std::move(region)));
    EXPECT_TRUE(picture);
    return js("look('" + (picture ? picture->base64 : "") + "', " + std::to_string(x) + ", " + std::to_string(y) + ")");
  }

  aio::Loop loop_;
  aio::SteadyClock clock_;
  const base::NullLogger log_;
  const browser::Settings settings_;
  os::Reaper reaper_;
  aio::Workers workers_{1};
  const std::unique_ptr<net::HttpClient> http_ = net::make_http_client(loop_.executor(), {});
  aio::Context ctx_{&clock_, &log_};
  Variables variables_{{"name", base::Secret("Ada")}};
  std::string site_;
  std::shared_ptr<browser::Browser> browser_;
  std::unique_ptr<PageHand> hand_;
};

TEST_F(LiveHand, ClicksWithEveryButtonAndHeldKeys) {
  open("/hand.html");
  EXPECT_EQ(perform(agent::Click{.at = {60, 60}}), "");
  EXPECT_EQ(seen(), R"("down0 up0 click0")");
  EXPECT_EQ(perform(agent::Click{.at = {60, 60}, .button = "right"}), "");
  EXPECT_EQ(seen(), R"("down2 menu up2")");
  EXPECT_EQ(perform(agent::Click{.at = {60, 60}, .button = "middle"}), "");
  EXPECT_EQ(seen(), R"("down1 up1 aux1")");
  EXPECT_EQ(perform(agent::Click{.at = {60, 60}, .count = 2}), "");
  EXPECT_EQ(seen(), R"("down0 up0 click0 down0 up0 click0 double")");
  EXPECT_EQ(perform(agent::Click{.at = {60, 60}, .held = {"Control", "Shift"}}), "");
  EXPECT_EQ(seen(), R"("key:Control key:Shift down0+ctrl+shift up0+ctrl+shift click0+ctrl+shift")");
  EXPECT_EQ(perform(agent::Click{.at = {60, 60}, .held = {"A"}}),
            "\"A\" is not a modifier (Alt, Control, Meta, Shift)");
}

TEST_F(LiveHand, HoldsDragsAndDoesHalfClicks) {
  open("/hand.html");
  EXPECT_EQ(perform(agent::PressAndHold{{60, 60}, base::Milliseconds(300)}), "");
  EXPECT_EQ(js("held >= 280"), "true");
  seen();
  EXPECT_EQ(perform(agent::DragAlong{{{220, 40}, {260, 40}, {260, 80}}}), "");
  // At the end the pointer moves by a pixel, for who looks now and then where it is.
  EXPECT_EQ(js("[path[0], path.at(-1), path.some(p => p[0] === 260 && p[1] === 40), path.every(p => p[1] === 40 || "
               "p[0] === 260 || `${p}` === '261,80')]"),
            "[[220,40],[260,80],true,true]");
  EXPECT_EQ(perform(agent::Move{{60, 60}}), "");
  EXPECT_EQ(perform(agent::Button{.down = true}), "");
  EXPECT_EQ(seen(), R"("down0")");
  for (const Gesture& gesture : {Gesture(agent::Button{.down = true}), Gesture(agent::Click{.at = {60, 60}})})
    EXPECT_EQ(perform(gesture), "the left mouse button is down already");
  EXPECT_EQ(perform(agent::Move{{70, 70}}), "");
  EXPECT_EQ(perform(agent::Button{.down = false}), "");
  EXPECT_EQ(seen(), R"("up0 click0")");
  EXPECT_EQ(perform(agent::Button{.down = false}), "the left mouse button is not down");
}

TEST_F(LiveHand, LetsGoWhenItIsCutOff) {
  open("/hand.html");
  const auto cut =
      run(aio::by_deadline(ctx_.within(base::Milliseconds(400)),
                           hand_->perform(ctx_, agent::PressAndHold{{60, 60}, base::Milliseconds(9000)}), "late"));
  EXPECT_FALSE(cut);
  EXPECT_EQ(js_until("seen.includes('click0')", "true"), "true");
  seen();
  EXPECT_EQ(perform(agent::Click{.at = {60, 60}}), "");
  EXPECT_EQ(seen(), R"("down0 up0 click0")");
}

TEST_F(LiveHand, LetsGoOfWhatItIsCutOffWhilePressing) {
  open("/hand.html");
  const auto page = *run(browser_->active_page(ctx_));
  // The page tells of the press and keeps its answer back.
  js("square.addEventListener('mousedown', () => { console.log('down'); const end = performance.now() + 500;"
     " while (performance.now() < end) {} }, { once: true })");
  aio::Latch told;
  const auto watch =
      page->watch("Runtime.consoleAPICalled", [&told](cdp::Session&, const json::Value&) { told.set(); });
  std::optional<browser::Mouse> mouse(*page);
  EXPECT_TRUE(run(mouse->move(ctx_, {60, 60})));
  EXPECT_EQ(run(aio::race(mouse->down(ctx_, "left"), told.wait())).index(), 1U);
  mouse.reset();
  EXPECT_EQ(js_until("seen.join(' ')", R"("down0 up0 click0")"), R"("down0 up0 click0")");
}

TEST_F(LiveHand, DropsWhatThePageMakesDraggable) {
  open("/hand.html");
  EXPECT_EQ(perform(agent::DragAlong{{{60, 160}, {160, 160}, {260, 160}}}), "");
  EXPECT_EQ(js("dropped"), R"("thing")");
  seen();
  EXPECT_EQ(perform(agent::Click{.at = {60, 60}}), "");  // the mouse is free again
  EXPECT_EQ(seen(), R"("down0 up0 click0")");
}

TEST_F(LiveHand, TypesClearsAndPresses) {
  open("/hand.html");
  EXPECT_EQ(perform(agent::Click{.at = {60, 230}}), "");
  EXPECT_EQ(perform(agent::TypeText{.text = "Hi %name% é"}), "");
  EXPECT_EQ(js("field.value"), R"("Hi Ada é")");
  EXPECT_EQ(perform(agent::TypeText{.text = "new", .clear = true, .enter = true}), "");
  EXPECT_EQ(js("field.value"), R"("new")");
  EXPECT_EQ(js("submitted"), "1");
  EXPECT_EQ(perform(agent::Press{.keys = "Control+A"}), "");
  EXPECT_EQ(perform(agent::Press{.keys = "x"}), "");
  EXPECT_EQ(js("field.value"), R"("x")");
  seen();
  EXPECT_EQ(perform(agent::Press{.keys = "ArrowRight", .held = base::Milliseconds(800)}), "");
  EXPECT_EQ(js("keyHeld >= 780 && repeats >= 3 && keyUp === 'ArrowRight'"), "true");
  EXPECT_EQ(perform(agent::Press{.keys = "Nonsense"}), "unknown key \"Nonsense\"");
}

TEST_F(LiveHand, ScrollsWithAndWithoutHeldKeys) {
  open("/hand.html");
  EXPECT_EQ(perform(agent::Scroll{.at = {400, 300}, .dy = 300}), "");
  EXPECT_EQ(js("scrollY"), "300");
  // What is there now is what is clicked.
  EXPECT_EQ(perform(agent::Click{.at = {60, 520}}), "");
  EXPECT_EQ(js("lower"), "1");
  EXPECT_EQ(perform(agent::Scroll{.at = {400, 300}, .dy = 10, .held = {"Shift"}}), "");
  EXPECT_EQ(js("wheelShift"), "true");
}

TEST_F(LiveHand, GoesBackAndForwardAndSaysWhereItCannot) {
  open("/hand.html");
  EXPECT_EQ(perform(agent::GoTo{site_ + "/other.html"}), "");
  EXPECT_EQ(hand_->url(), site_ + "/other.html");
  EXPECT_EQ(perform(agent::Back{}), "");
  EXPECT_EQ(hand_->url(), site_ + "/hand.html");
  EXPECT_EQ(perform(agent::Forward{}), "");
  EXPECT_EQ(hand_->url(), site_ + "/other.html");
  EXPECT_EQ(perform(agent::Forward{}), "there is nothing to go forward to in the history of this tab");
  EXPECT_EQ(perform(agent::GoTo{"http://127.0.0.1:9/"}), "http://127.0.0.1:9/ could not be opened");
}

TEST_F(LiveHand, GivesUpAPageOfTheHistoryThatDoesNotCome) {
  open("/hand.html");
  // A page that another has opened is not kept when it is left, and does not come without asking anybody.
  call("Runtime.evaluate", {{"expression", "void window.open('/other.html')"}, {"userGesture", true}});
  EXPECT_EQ(js_until("location.pathname", R"("/other.html")"), R"("/other.html")");
  EXPECT_EQ(perform(agent::GoTo{site_ + "/hand.html"}), "");
  const auto page = *run(browser_->active_page(ctx_));
  aio::Latch asked;
  const auto paused = page->watch("Fetch.requestPaused", [&asked](cdp::Session&, const json::Value&) { asked.set(); });
  aio::Latch given_up;
  const auto watch =
      page->watch("Network.loadingFailed", [&given_up](cdp::Session&, const json::Value&) { given_up.set(); });
  call("Fetch.enable", {{"patterns", json::Array{json::Object{{"urlPattern", "*/other.html"}}}}});
  EXPECT_EQ(run(aio::race(browser::go(ctx_, *page, browser::Way::back), asked.wait())).index(), 1U);
  EXPECT_EQ(run(aio::race(given_up.wait(), clock_.sleep(std::chrono::seconds(10)))).index(), 0U);
  call("Fetch.disable", {});
  EXPECT_EQ(js("location.pathname"), R"("/hand.html")");
  js("close()");
}

TEST_F(LiveHand, MeasuresTheWindowWhateverThePageSaysOfIt) {
  open("/hand.html");
  js("for (const name of ['innerWidth', 'innerHeight', 'devicePixelRatio'])"
     " Object.defineProperty(window, name, { get: () => { throw new Error('no'); } }); 0");
  hand_ = std::make_unique<PageHand>(*browser_, variables_);
  const auto window = run(hand_->window(ctx_));
  ASSERT_TRUE(window) << window.error().message;
  EXPECT_EQ(window->width, 800);
  EXPECT_EQ(window->height, 600);
}

TEST_F(LiveHand, ShowsThePointerWhereItIsAtEveryScale) {
  struct Case {
    double device, pinch;
    int width;  // after the window was looked at
  };
  for (const Case& it : {Case{1, 1, 800}, {2, 1, 800}, {1.5, 1, 800}, {1, 2, 800}, {1, 1, 1600}, {2, 1, 1600}}) {
    size({.width = 800, .height = 600, .scale = it.device});
    open("/hand.html");
    hand_ = std::make_unique<PageHand>(*browser_, variables_, std::nullopt, true);
    EXPECT_TRUE(run(hand_->window(ctx_)));
    size({.width = it.width, .height = it.width * 3 / 4, .scale = it.device});
    call("Emulation.setPageScaleFactor", {{"pageScaleFactor", it.pinch}});
    EXPECT_EQ(perform(agent::Move{{400, 300}}), "");
    const json::Value shot = call("Page.captureScreenshot", {{"format", "png"}});
    call("Emulation.setPageScaleFactor", {{"pageScaleFactor", 1}});
    const int x = static_cast<int>(it.width * it.device / 2);
    const std::string seen = js("look('" + json::get_text(shot, "data").value_or("") + "', " + std::to_string(x) +
                                ", " + std::to_string(x * 3 / 4) + ")");
    EXPECT_NE(seen.find(" 255,13"), std::string::npos) << it.device << ' ' << it.pinch << ' ' << it.width << seen;
  }
}

TEST_F(LiveHand, FollowsAPageThatAClickOpens) {
  open("/hand.html");
  EXPECT_EQ(perform(agent::Click{.at = {60, 280}}), "");
  EXPECT_EQ(hand_->url(), site_ + "/other.html");
  // Until it is gone: the next test would find it.
  auto opened = run(browser_->active_page(ctx_));
  ASSERT_TRUE(opened);
  EXPECT_TRUE(run(browser_->close_page(ctx_, *opened)));
}

TEST_F(LiveHand, IsRightAtEveryScaleOfTheDevice) {
  for (const double scale : {1.0, 2.0, 1.5}) {
    size({.width = 800, .height = 600, .scale = scale});
    open("/hand.html");
    EXPECT_EQ(look({}, 60, 60), R"("800x600 0,128,0")") << scale;
    EXPECT_EQ(perform(agent::Click{.at = {60, 60}}), "");
    EXPECT_EQ(seen(), R"("down0 up0 click0")") << scale;
    EXPECT_EQ(js("last"), "[60,60]") << scale;
    // A quarter of the window, as large as the window.
    EXPECT_EQ(look({{0, 0}, {400, 300}}, 120, 120), R"("800x600 0,128,0")") << scale;
    EXPECT_EQ(look({{40, 40}, {80, 60}}, 400, 100), R"("800x400 0,128,0")") << scale;
  }
}

TEST_F(LiveHand, IsRightWhereThePageIsPinchedAndScrolled) {
  open("/hand.html");
  call("Emulation.setPageScaleFactor", {{"pageScaleFactor", 2}});
  EXPECT_EQ(js("visualViewport.scale"), "2");
  EXPECT_EQ(perform(agent::Scroll{.at = {400, 300}, .dy = 40}), "");
  // The green square is at (40, 40) to (80, 80) of the document.
  const std::string place =
      js("[Math.round((60 - visualViewport.pageLeft) * 2), Math.round((60 - visualViewport.pageTop) * 2)]");
  const int x = std::atoi(place.c_str() + 1);
  const int y = std::atoi(place.c_str() + place.find(',') + 1);
  EXPECT_EQ(look({}, x, y), R"("800x600 0,128,0")") << place;
  EXPECT_EQ(perform(agent::Click{.at = {static_cast<double>(x), static_cast<double>(y)}}), "");
  EXPECT_EQ(js("last"), "[60,60]") << place << js("[visualViewport.offsetTop, scrollY]");
  call("Emulation.setPageScaleFactor", {{"pageScaleFactor", 1}});
}

TEST_F(LiveHand, ReachesIntoFramesOfEveryProcess) {
  for (const char* path : {"/same.html", "/foreign.html"}) {
    open(path);
    EXPECT_EQ(js_until("told", R"("ready")"), R"("ready")") << path;
    EXPECT_TRUE(run(hand_->picture(ctx_))) << path;  // nobody points before having looked
    EXPECT_EQ(perform(agent::Click{.at = {160, 160}}), "") << path;
    EXPECT_EQ(perform(agent::TypeText{.text = "in é", .clear = true}), "") << path;
    EXPECT_EQ(js_until("told", R"("100,100 in é")"), R"("100,100 in é")") << path;
    EXPECT_EQ(perform(agent::Scroll{.at = {160, 160}, .dy = 100}), "") << path;
    EXPECT_EQ(perform(agent::Click{.at = {160, 160}}), "") << path;
    EXPECT_EQ(js_until("told", R"("100,200 in é")"), R"("100,200 in é")") << path;
    EXPECT_EQ(perform(agent::DragAlong{{{150, 300}, {200, 300}}}), "") << path;
    EXPECT_EQ(js_until("slid > 40 ? 'yes' : slid", R"("yes")"), R"("yes")") << path;
    // The frame moves in the window, and is clicked where it is then.
    EXPECT_EQ(perform(agent::Scroll{.at = {700, 500}, .dy = 50}), "") << path;
    EXPECT_EQ(perform(agent::Click{.at = {160, 110}}), "") << path;
    EXPECT_EQ(js_until("told", R"("100,200 in é")"), R"("100,200 in é")") << path;
    EXPECT_EQ(js("scrollY"), "50") << path;
  }
}

}  // namespace
}  // namespace engine
