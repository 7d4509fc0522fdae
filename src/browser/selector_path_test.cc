#include "browser/selector_path.h"

#include <gtest/gtest.h>

namespace browser {
namespace {

struct Case {
  std::string selector;
  std::vector<std::string> hops;
  std::string last;
};

void expect(const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    const auto path = selector_path(c.selector);
    ASSERT_TRUE(path) << c.selector;
    EXPECT_EQ(path->hops, c.hops) << c.selector;
    EXPECT_EQ(path->last, c.last) << c.selector;
    EXPECT_EQ(path->frame, std::nullopt) << c.selector;
  }
}

TEST(SelectorPath, LeavesWhatStaysInOneFrameAsItIs) {
  expect({{"#a", {}, "#a"},
          {" css=a > b ", {}, "css=a > b"},
          {"text=more >> here", {}, "text=more >> here"},
          {"xpath=//a[text()='x']", {}, "//a[text()='x']"},
          {"/", {}, "/"},
          {"(//a)[1]", {}, "(//a)[1]"},
          {"iframe", {}, "iframe"},
          {"", {}, ""}});
}

TEST(SelectorPath, SplitsHops) {
  expect({{"iframe >> button", {"iframe"}, "button"},
          {"#a>>css=iframe.b >> //p", {"#a", "css=iframe.b"}, "//p"},
          {"iframe >> text=a >> b", {"iframe"}, "text=a >> b"},
          {"iframe >> iframe", {"iframe"}, "iframe"}});
}

TEST(SelectorPath, SplitsNeitherInLiteralsNorInBrackets) {
  expect({{"a[title=\">>\"]", {}, "a[title=\">>\"]"},
          {"a[title='x >> y'] >> b", {"a[title='x >> y']"}, "b"},
          {"a:is([x=\\>\\>], b)", {}, "a:is([x=\\>\\>], b)"},
          {"//a[. = '>>']", {}, "//a[. = '>>']"},
          {"//a[text()='/iframe/b']", {}, "//a[text()='/iframe/b']"},
          {"//div[iframe/x]/a", {}, "//div[iframe/x]/a"}});
}

TEST(SelectorPath, RefusesAnEmptyHop) {
  for (const char* const selector : {">> a", "a >>", "a >> >> b"}) {
    const auto path = selector_path(selector);
    ASSERT_FALSE(path) << selector;
    EXPECT_EQ(path.error().message, std::string("invalid selector: ") + selector);
  }
}

TEST(SelectorPath, GoesOnInTheDocumentOfAnIframeStep) {
  expect({{"/html[1]/body[1]/iframe[2]/html[1]/body[1]/p[1]", {"/html[1]/body[1]/iframe[2]"}, "/html[1]/body[1]/p[1]"},
          {"xpath=/html[1]/body[1]/iframe[1]/html[1]/body[1]/div[2]/iframe[3]/html[1]/body[1]",
           {"/html[1]/body[1]/iframe[1]", "/html[1]/body[1]/div[2]/iframe[3]"},
           "/html[1]/body[1]"},
          {"//iframe[@id='x']//input", {"//iframe[@id='x']"}, "//input"},
          {"//iframe[@src='a/b']/html/body", {"//iframe[@src='a/b']"}, "/html/body"},
          {"//frameset/frame[2]//a", {"//frameset/frame[2]"}, "//a"},
          {"//child::iframe[1]//a", {"//child::iframe[1]"}, "//a"},
          {"/html[1]/body[1]/x-card[1]//iframe[1]/html[1]/body[1]/a[1]",
           {"/html[1]/body[1]/x-card[1]//iframe[1]"},
           "/html[1]/body[1]/a[1]"},
          {"(//iframe)[2]//a", {"(//iframe)[2]"}, "//a"},
          {"(//iframe[1]//a)[3]", {"//iframe[1]"}, "(//a)[3]"},
          {"#outer >> //iframe//a", {"#outer", "//iframe"}, "//a"},
          {"//iframe//iframe >> a", {"//iframe", "//iframe"}, "a"}});
}

TEST(SelectorPath, EndsInTheIframeElementItself) {
  expect({{"/html[1]/body[1]/iframe[2]", {}, "/html[1]/body[1]/iframe[2]"},
          {"/html[1]/body[1]/iframe[2]/html[1]/body[1]/iframe[1]",
           {"/html[1]/body[1]/iframe[2]"},
           "/html[1]/body[1]/iframe[1]"},
          {"//div[@id='a']//iframe", {}, "//div[@id='a']//iframe"}});
}

TEST(SelectorPath, StaysInTheDocumentWhereAStepLeavesTheIframeAgain) {
  expect({{"//iframe/..", {}, "//iframe/.."},
          {"//iframe/@src", {}, "//iframe/@src"},
          {"//iframe/parent::div", {}, "//iframe/parent::div"},
          {"//iframe/following-sibling::a/b", {}, "//iframe/following-sibling::a/b"},
          {"//a | //iframe/b", {}, "//a | //iframe/b"},
          {"//x-iframe/a", {}, "//x-iframe/a"}});
}

TEST(SelectorPath, KnowsTheNodesThatATextOfThePageNames) {
  EXPECT_EQ(*selector_path("@ref:3-17"), (SelectorPath{.frame = 3, .hops = {}, .last = "@ref:17"}));
  EXPECT_EQ(*selector_path("@ref:0-2"), (SelectorPath{.frame = 0, .hops = {}, .last = "@ref:2"}));
  EXPECT_EQ(*selector_path("@ref:17"), (SelectorPath{.frame = std::nullopt, .hops = {}, .last = "@ref:17"}));
}

}  // namespace
}  // namespace browser
