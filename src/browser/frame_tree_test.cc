#include "browser/frame_tree.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "json/read.h"

namespace browser {
namespace {

// A page whose frames are told of as Chromium tells it. M is its main frame, P its session.
struct FrameTreeBench {
  FrameTree tree{"M", "P"};

  FrameTreeBench() { navigated("P", "M", "", "http://a.test/"); }

  void event(const std::string& session, std::string_view method, const std::string& params) {
    tree.on_event(session, method, *json::read(params));
  }
  void attached(const std::string& session, const std::string& frame, const std::string& parent) {
    event(session, "Page.frameAttached", fmt::format(R"({{"frameId":"{}","parentFrameId":"{}"}})", frame, parent));
  }
  void navigated(const std::string& session, const std::string& frame, const std::string& parent,
                 const std::string& url, std::string_view type = "Navigation") {
    const std::string above = parent.empty() ? "" : fmt::format(R"("parentId":"{}",)", parent);
    event(session, "Page.frameNavigated",
          fmt::format(R"({{"frame":{{"id":"{}",{}"url":"{}"}},"type":"{}"}})", frame, above, url, type));
  }
  void detached(const std::string& session, const std::string& frame, std::string_view reason) {
    event(session, "Page.frameDetached", fmt::format(R"({{"frameId":"{}","reason":"{}"}})", frame, reason));
  }
  void target(const std::string& session, const std::string& made, const std::string& frame,
              const std::string& parent) {
    event(session, "Target.attachedToTarget",
          fmt::format(R"({{"sessionId":"{}","targetInfo":{{"type":"iframe","targetId":"{}","parentFrameId":"{}"}}}})",
                      made, frame, parent));
  }
  void target_gone(const std::string& session, const std::string& ended) {
    event(session, "Target.detachedFromTarget", fmt::format(R"({{"sessionId":"{}"}})", ended));
  }
  void world(const std::string& session, const std::string& frame, int context, std::string_view name = "belay") {
    event(session, "Runtime.executionContextCreated",
          fmt::format(R"({{"context":{{"id":{},"name":"{}","auxData":{{"frameId":"{}"}}}}}})", context, name, frame));
  }
  void worlds_cleared(const std::string& session) { event(session, "Runtime.executionContextsCleared", "{}"); }
  // The reply to Page.getFrameTree: one frame with these children.
  void answer(const std::string& session, const std::string& top, const std::vector<std::string>& children) {
    std::string below;
    for (const std::string& child : children)
      below +=
          fmt::format(R"({}{{"frame":{{"id":"{}","parentId":"{}","url":"u"}}}})", below.empty() ? "" : ",", child, top);
    tree.answered(session,
                  *json::read(fmt::format(R"({{"frameTree":{{"frame":{{"id":"{}","url":"u"}},"childFrames":[{}]}}}})",
                                          top, below)));
  }
  // "M/P X/S …": the frames in order with the sessions they are in.
  std::string frames() const {
    std::string out;
    for (const FrameTree::Frame* f : tree.frames())
      out += fmt::format("{}{}/{}", out.empty() ? "" : " ", f->id, f->session);
    return out;
  }
  int ordinal(const std::string& frame) const { return tree.find(frame) ? tree.find(frame)->ordinal : -1; }
};

using Asked = std::set<std::string>;

// An iframe X of another site: attached in its parent's process, then moved into session S.
void move_out(FrameTreeBench& b, const std::string& parent_session, const std::string& session,
              const std::string& frame, const std::string& parent) {
  b.attached(parent_session, frame, parent);
  b.target(parent_session, session, frame, parent);
  b.worlds_cleared(session);
  b.navigated(session, frame, parent, "http://b.test/");
  b.detached(parent_session, frame, "swap");
  b.world(session, frame, 2);
}

TEST(FrameTree, HasTheMainFrameFromTheStart) {
  const FrameTree tree("M", "P");
  ASSERT_EQ(tree.frames().size(), 1U);
  EXPECT_EQ(tree.frames()[0]->ordinal, 0);
  EXPECT_EQ(tree.frames()[0]->url, "about:blank");
  EXPECT_EQ(tree.world("M"), 0);
}

TEST(FrameTree, FollowsFramesOfThePagesOwnProcess) {
  FrameTreeBench b;
  b.attached("P", "X", "M");
  b.attached("P", "Z", "M");
  b.attached("P", "Y", "X");
  b.navigated("P", "Y", "X", "about:srcdoc");
  EXPECT_EQ(b.frames(), "M/P X/P Y/P Z/P");
  EXPECT_EQ(b.tree.find("Y")->url, "about:srcdoc");
  b.event("P", "Page.navigatedWithinDocument", R"({"frameId":"Y","url":"about:srcdoc#a"})");
  EXPECT_EQ(b.tree.find("Y")->url, "about:srcdoc#a");
  b.detached("P", "X", "remove");
  EXPECT_EQ(b.frames(), "M/P Z/P");
}

TEST(FrameTree, CountsOrdinalsByAppearanceAndUsesNoneTwice) {
  FrameTreeBench b;
  b.attached("P", "X", "M");
  b.attached("P", "Y", "M");
  b.detached("P", "X", "remove");
  b.attached("P", "Z", "M");
  EXPECT_EQ(b.ordinal("M"), 0);
  EXPECT_EQ(b.ordinal("Y"), 2);
  EXPECT_EQ(b.ordinal("Z"), 3);
  EXPECT_EQ(b.tree.by_ordinal(2)->id, "Y");
  EXPECT_EQ(b.tree.by_ordinal(1), nullptr);
}

TEST(FrameTree, FollowsAFrameIntoAProcessOfItsOwnAndKeepsItsOrdinal) {
  FrameTreeBench b;
  move_out(b, "P", "S", "X", "M");
  EXPECT_EQ(b.frames(), "M/P X/S");
  EXPECT_EQ(b.ordinal("X"), 1);
  EXPECT_EQ(b.tree.world("X"), 2);
}

TEST(FrameTree, TakesTheNewsOfAMoveInAnyOrderBetweenTheSessions) {
  {  // the parent's process lets go before the new one says anything
    FrameTreeBench b;
    b.attached("P", "X", "M");
    b.detached("P", "X", "swap");
    EXPECT_EQ(b.frames(), "M/P X/");
    b.target("P", "S", "X", "M");
    b.navigated("S", "X", "M", "http://b.test/");
    EXPECT_EQ(b.frames(), "M/P X/S");
  }
  {  // the target is there before the parent's process has told of the frame
    FrameTreeBench b;
    b.target("P", "S", "X", "M");
    b.navigated("S", "X", "M", "http://b.test/");
    b.attached("S", "Y", "X");
    b.attached("P", "X", "M");
    b.navigated("P", "X", "M", "about:blank");
    b.detached("P", "X", "swap");
    EXPECT_EQ(b.frames(), "M/P X/S Y/S");
    EXPECT_EQ(b.tree.find("X")->url, "http://b.test/");
  }
  {  // the same of a Chromium that does not name the parent's frame
    FrameTreeBench b;
    b.target("P", "S", "X", "");
    EXPECT_EQ(b.frames(), "M/P");
    b.attached("P", "X", "M");
    EXPECT_EQ(b.frames(), "M/P X/S");
  }
}

TEST(FrameTree, FollowsAFrameThatComesBackIntoItsParentsProcess) {
  FrameTreeBench b;
  move_out(b, "P", "S", "X", "M");
  b.tree.take_unsure();
  b.target_gone("P", "S");
  EXPECT_EQ(b.frames(), "M/P X/");
  EXPECT_EQ(b.tree.world("X"), 0);
  EXPECT_EQ(b.tree.take_unsure(), Asked{"P"});
  b.attached("P", "X", "M");
  b.navigated("P", "X", "M", "http://a.test/leaf");
  b.world("P", "X", 14);
  b.answer("P", "M", {"X"});
  EXPECT_EQ(b.frames(), "M/P X/P");
  EXPECT_EQ(b.tree.world("X"), 14);
  EXPECT_EQ(b.ordinal("X"), 1);
}

TEST(FrameTree, FollowsAFrameThatComesBackBeforeItsTargetEnds) {
  FrameTreeBench b;
  move_out(b, "P", "S", "X", "M");
  b.attached("P", "X", "M");
  b.navigated("P", "X", "M", "http://a.test/leaf");
  b.world("P", "X", 14);
  b.target_gone("P", "S");
  EXPECT_EQ(b.frames(), "M/P X/P");
  EXPECT_EQ(b.tree.find("X")->url, "http://a.test/leaf");
  EXPECT_EQ(b.tree.world("X"), 14);
}

TEST(FrameTree, DropsAFrameOfAProcessOfItsOwnThatIsRemoved) {
  {
    FrameTreeBench b;
    move_out(b, "P", "S", "X", "M");
    b.detached("P", "X", "remove");
    b.target_gone("P", "S");
    EXPECT_EQ(b.tree.known(), 1U);
  }
  {  // the process's last words come after the removal
    FrameTreeBench b;
    move_out(b, "P", "S", "X", "M");
    b.detached("P", "X", "remove");
    b.navigated("S", "X", "M", "http://b.test/next");
    b.attached("S", "Y", "X");
    b.target_gone("P", "S");
    b.answer("P", "M", {});
    EXPECT_EQ(b.tree.known(), 1U);
  }
  {  // no word of a removal at all: the parent's process is asked
    FrameTreeBench b;
    move_out(b, "P", "S", "X", "M");
    b.target_gone("P", "S");
    b.answer("P", "M", {});
    EXPECT_EQ(b.tree.known(), 1U);
  }
}

TEST(FrameTree, FollowsAProcessWithinAProcess) {
  FrameTreeBench b;
  move_out(b, "P", "S", "X", "M");
  move_out(b, "S", "T", "Y", "X");
  b.attached("S", "Z", "X");
  EXPECT_EQ(b.frames(), "M/P X/S Y/T Z/S");
  // Only the upper target's end is told.
  b.target_gone("P", "S");
  b.tree.ended("T");
  b.answer("P", "M", {});
  EXPECT_EQ(b.tree.known(), 1U);
}

TEST(FrameTree, KeepsAFrameThatGoesFromOneForeignProcessToAnother) {
  FrameTreeBench b;
  move_out(b, "P", "S", "X", "M");
  b.attached("S", "Y", "X");
  b.worlds_cleared("S");
  b.navigated("S", "X", "M", "http://c.test/");
  EXPECT_EQ(b.frames(), "M/P X/S");
  EXPECT_EQ(b.tree.world("X"), 0);
  b.world("S", "X", 2);
  EXPECT_EQ(b.tree.world("X"), 2);
}

TEST(FrameTree, DropsAllBelowAFrameThatNavigates) {
  FrameTreeBench b;
  b.attached("P", "X", "M");
  move_out(b, "P", "S", "Y", "X");
  b.navigated("P", "M", "", "http://a.test/2");
  EXPECT_EQ(b.frames(), "M/P");
  b.target_gone("P", "S");
  EXPECT_EQ(b.tree.known(), 1U);
}

TEST(FrameTree, HasNoFrameTooManyAfterAnyNumberOfReturnsFromTheBackForwardCache) {
  FrameTreeBench b;
  move_out(b, "P", "S", "X", "M");
  b.attached("S", "Y", "X");
  b.attached("P", "L", "M");
  b.world("P", "L", 7);
  for (int round = 0; round < 50; ++round) {
    const std::string made = fmt::format("S{}", round);
    // Away: the target goes, the frames of the page's own process go without a word.
    b.target_gone("P", round == 0 ? "S" : fmt::format("S{}", round - 1));
    b.worlds_cleared("P");
    b.navigated("P", "M", "", "http://a.test/plain");
    b.attached("P", "Q", "M");
    b.answer("P", "M", {"Q"});
    EXPECT_EQ(b.frames(), "M/P Q/P");
    // Back: targets and worlds are there before the page says what it is.
    b.target("P", made, "X", "M");
    b.worlds_cleared("P");
    b.world("P", "M", 16);
    b.world("P", "L", 7);
    b.navigated("P", "M", "", "http://a.test/", "BackForwardCacheRestore");
    b.world(made, "Y", 4);
    b.world(made, "X", 2);
    EXPECT_EQ(b.tree.take_unsure(), (Asked{"P", made}));
    b.answer("P", "M", {"L"});
    b.answer(made, "X", {"Y"});
    EXPECT_EQ(b.frames(), fmt::format("M/P X/{0} Y/{0} L/P", made));
    EXPECT_EQ(b.tree.world("L"), 7);
    EXPECT_EQ(b.tree.world("Y"), 4);
    EXPECT_EQ(b.tree.known(), 4U);
  }
}

TEST(FrameTree, LeavesNothingOfADocumentBehindThatGivesWayToOneFromTheBackForwardCache) {
  FrameTreeBench b;
  b.attached("P", "L", "M");
  move_out(b, "P", "S", "G", "L");
  // The page that was left had a frame in a process of its own too.
  b.target("P", "T", "F", "M");
  b.target_gone("P", "S");
  b.worlds_cleared("P");
  b.world("P", "M", 16);
  b.navigated("P", "M", "", "http://a.test/", "BackForwardCacheRestore");
  b.answer("P", "M", {});
  b.answer("T", "F", {});
  EXPECT_EQ(b.frames(), "M/P F/T");
  EXPECT_EQ(b.tree.known(), 2U);
}

TEST(FrameTree, AsksForTheFramesOfADocumentThatWasThereBefore) {
  FrameTreeBench b;
  b.world("P", "X", 5);
  EXPECT_EQ(b.tree.take_unsure(), Asked{"P"});
  EXPECT_EQ(b.tree.take_unsure(), Asked{});
  b.answer("P", "M", {"X"});
  EXPECT_EQ(b.frames(), "M/P X/P");
  EXPECT_EQ(b.tree.world("X"), 5);
}

TEST(FrameTree, DoesNotTakeAFrameBackThatMovedWhileItsOldProcessWasAsked) {
  FrameTreeBench b;
  b.attached("P", "X", "M");
  b.target("P", "S", "X", "M");
  b.answer("P", "M", {"X"});
  EXPECT_EQ(b.frames(), "M/P X/S");
}

TEST(FrameTree, KnowsOneWorldADocument) {
  FrameTreeBench b;
  b.world("P", "M", 3, "");
  EXPECT_EQ(b.tree.world("M"), 0);
  b.world("P", "M", 4);
  EXPECT_EQ(b.tree.world("M"), 4);
  b.event("P", "Runtime.executionContextDestroyed", R"({"executionContextId":3})");
  EXPECT_EQ(b.tree.world("M"), 4);
  b.event("P", "Runtime.executionContextDestroyed", R"({"executionContextId":4})");
  EXPECT_EQ(b.tree.world("M"), 0);
}

TEST(FrameTree, KnowsWhichProcessCrashed) {
  FrameTreeBench b;
  move_out(b, "P", "S", "X", "M");
  b.event("S", "Inspector.targetCrashed", "{}");
  EXPECT_TRUE(b.tree.crashed("X"));
  EXPECT_FALSE(b.tree.crashed("M"));
  EXPECT_EQ(b.tree.world("X"), 0);
  b.world("S", "X", 3);
  EXPECT_FALSE(b.tree.crashed("X"));
}

TEST(FrameTree, IgnoresSessionsAndTargetsThatAreNotItsOwn) {
  FrameTreeBench b;
  b.attached("Q", "X", "M");
  b.event("P", "Target.attachedToTarget", R"({"sessionId":"W","targetInfo":{"type":"worker","targetId":"X"}})");
  b.detached("P", "M", "remove");
  EXPECT_EQ(b.frames(), "M/P");
  b.event("P", "Page.frameNavigated", "{}");
  EXPECT_EQ(b.frames(), "M/P");
}

// Somebody else's browser may be no browser.
TEST(FrameTree, HasAsManyFramesAsAPageMayHaveAndNoCircles) {
  FrameTreeBench b;
  for (int i = 0; i < 5000; ++i) b.attached("P", fmt::format("F{}", i), i == 0 ? "M" : fmt::format("F{}", i - 1));
  EXPECT_EQ(b.tree.known(), 2000U);
  for (int i = 0; i < 5000; ++i) b.navigated("P", fmt::format("G{}", i), "M", "http://a.test/");
  for (int i = 0; i < 5000; ++i) b.target("P", fmt::format("S{}", i), fmt::format("H{}", i), "M");
  EXPECT_EQ(b.tree.known(), 2000U);
  b.detached("P", "F0", "remove");
  EXPECT_EQ(b.frames(), "M/P");
  b.attached("P", "A", "M");
  b.attached("P", "B", "A");
  b.attached("P", "A", "B");
  EXPECT_EQ(b.tree.find("A")->parent, "M");
  b.attached("P", "A", "A");
  EXPECT_EQ(b.tree.find("A")->parent, "M");
  b.attached("P", "M", "B");
  b.navigated("P", "M", "B", "http://a.test/");
  b.attached("P", std::string(300, 'x'), "M");
  EXPECT_EQ(b.tree.find("M")->parent, "");
}

TEST(FrameTree, DropsAllThatHungOnAFrameThatIsGoneThroughFramesWithoutAProcess) {
  FrameTreeBench b;
  move_out(b, "P", "S", "X", "M");
  b.attached("S", "A", "X");
  for (const std::string parent : {"A", "B", "C"}) {  // each between two processes
    const std::string frame(1, static_cast<char>(parent[0] + 1));
    b.attached("P", frame, parent);
    b.detached("P", frame, "swap");
  }
  b.attached("P", "L", "D");  // has a process, which will tell
  EXPECT_EQ(b.frames(), "M/P X/S A/S B/ C/ D/ L/P");
  b.target_gone("P", "S");
  EXPECT_EQ(b.frames(), "M/P X/");
  EXPECT_EQ(b.tree.known(), 3U);
  EXPECT_NE(b.tree.find("L"), nullptr);
}

TEST(FrameTree, KeepsItsMainFrameWhateverComesBackFromTheBackForwardCache) {
  FrameTreeBench b;
  b.attached("P", "X", "M");
  b.navigated("P", "X", "M", "http://a.test/", "BackForwardCacheRestore");
  EXPECT_EQ(b.frames(), "M/P X/P");
}

TEST(FrameTree, TakesNoMoreOfAnAnswerThanAPageMayHave) {
  FrameTreeBench b;
  std::vector<std::string> children(50'000, "X");
  children.push_back("Y");
  b.answer("P", "M", children);
  EXPECT_EQ(b.frames(), "M/P X/P");
}

// Each of these costs what it changes: with a look at all frames for each frame this takes minutes.
TEST(FrameTree, EndsSessionsAndSubtreesOfTheLargestTreeWithoutLookingAtTheRest) {
  FrameTreeBench b;
  for (int round = 0; round < 20; ++round) {
    for (int i = 0; i < 1000; ++i) b.target("P", fmt::format("S{}", i), fmt::format("H{}", i), "M");
    for (int i = 0; i < 999; ++i) b.attached("P", fmt::format("F{}", i), i == 0 ? "M" : fmt::format("F{}", i - 1));
    EXPECT_EQ(b.tree.known(), 2000U);
    for (int i = 0; i < 1000; ++i) b.tree.ended(fmt::format("S{}", i));
    b.answer("P", "M", {});
    EXPECT_EQ(b.tree.known(), 1U);
  }
}

TEST(FrameTree, KeepsNoAddressWithoutEnd) {
  FrameTreeBench b;
  b.attached("P", "A", "M");
  b.navigated("P", "A", "M", "data:" + std::string(100'000, 'x'));
  EXPECT_LE(b.tree.find("A")->url.size(), 16U * 1024 + 3);
  b.navigated("P", "M", "", "data:" + std::string(100'000, 'x'));
  EXPECT_EQ(b.tree.find("M")->url.size(), 100'005U);
}

}  // namespace
}  // namespace browser
