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

TEST(SelectorPath, KeepsThePrefixOfXPathThatDoesNotShowWhatItIs) {
  expect({{"xpath=id(\"u\")/li[1]", {}, "xpath=id(\"u\")/li[1]"},
          {"XPath= descendant::a[2]", {}, "xpath=descendant::a[2]"},
          {"xpath=.//a", {}, ".//a"},
          {".//a", {}, ".//a"},
          {"../a", {}, "../a"},
          {"xpath=html/body/iframe[1]/html/body", {"xpath=html/body/iframe[1]"}, "/html/body"},
          {"#a >> xpath=descendant::iframe//a", {"#a", "xpath=descendant::iframe"}, "//a"}});
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

std::string refusal(const std::string& selector) {
  const auto path = selector_path(selector);
  return path ? "" : path.error().message;
}

// Found from outside: 30,000 parentheses ended the process.
TEST(SelectorPath, RefusesWhatIsNestedDeeperThanItCanBeTakenApart) {
  const auto nested = [](std::size_t levels, const std::string& open, const std::string& close) {
    std::string out;
    for (std::size_t i = 0; i < levels; ++i) out += open;
    out += "//iframe//a";
    for (std::size_t i = 0; i < levels; ++i) out += close;
    return out;
  };
  EXPECT_EQ(refusal("xpath=" + nested(64, "(", ")")), "");
  EXPECT_EQ(selector_path("xpath=" + nested(64, "(", ")"))->hops, std::vector<std::string>{"//iframe"});
  for (const std::string& each :
       {"xpath=" + nested(65, "(", ")"), nested(7000, "(", ")"), "//a" + nested(70, "[", "]"),
        "//iframe >> " + nested(65, "(", ")"), std::string(8000, '('), "//" + nested(65, "(", ")[1]") + "/iframe/b"})
    EXPECT_EQ(refusal(each), "invalid selector: its brackets are nested deeper than 64 levels") << each.substr(0, 80);
}

TEST(SelectorPath, RefusesWhatIsLongerThanAnySelectorIs) {
  EXPECT_EQ(refusal(std::string(16 * 1024, 'a')), "");
  EXPECT_EQ(refusal(std::string(16 * 1024 + 1, 'a')), "invalid selector: it is longer than 16384 bytes");
  EXPECT_EQ(refusal("xpath=" + std::string(30'000, '(') + "//a" + std::string(30'000, ')')),
            "invalid selector: it is longer than 16384 bytes");
}

}  // namespace
}  // namespace browser
