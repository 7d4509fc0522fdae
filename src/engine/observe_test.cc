#include "engine/observe.h"

#include <gtest/gtest.h>

#include "engine/testing/asking.h"

namespace engine {
namespace {

constexpr const char* kPage = "[0-1] RootWebArea: Shop\n  [0-2] button: Buy\n  [0-3] link: Help";

std::string item(std::string_view id, std::string_view method = "click", std::string_view arguments = "[]") {
  return fmt::format(R"({{"elementId":"{}","description":"d","method":"{}","arguments":{}}})", id, method, arguments);
}

struct Observe : testing::Asking {
  Observe() { sight.trees = {kPage}; }
  void finds(std::initializer_list<std::string> items) {
    model.will_say(fmt::format(R"({{"elements":[{}]}})", fmt::join(items, ",")));
  }
  std::vector<Action> looks(ObserveRequest request = {}) {
    auto result = run(observe(ctx, call, request));
    EXPECT_TRUE(result);
    return result ? std::move(*result) : std::vector<Action>();
  }
};

TEST(Observe, ReturnsWhatActTakes) {
  Observe t;
  t.finds({item("0-2"), item("0-3", "hover")});
  const auto found = t.looks({.instruction = "buttons"});
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].selector, "xpath=/0-2");
  EXPECT_EQ(*found[1].method, "hover");
  EXPECT_NE(t.told(0).find("buttons"), std::string::npos);
}

TEST(Observe, LeavesOutWhatDoesNotResolveAndWhatIsSaidTwice) {
  Observe t;
  t.sight.gone = {"0-3"};
  t.finds({item("0-2"), item("0-3"), item("0-99"), item("0-2")});
  EXPECT_EQ(t.looks().size(), 1u);
}

TEST(Observe, AsksAgainWhenEveryIdIsMadeUp) {
  Observe t;
  t.finds({item("0-98"), item("0-99")});
  t.finds({item("0-2")});
  EXPECT_EQ(t.looks().size(), 1u);
  EXPECT_EQ(t.model.asked().size(), 2u);
}

TEST(Observe, NamesAreBoundedTogether) {
  Observe t;
  t.sight.padding = 9'000'000;
  t.finds({item("0-2")});
  EXPECT_EQ(t.looks().size(), 1u);
  t.finds({item("0-2"), item("0-3")});
  const auto result = t.run(observe(t.ctx, t.call, {}));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message,
            "The selectors and names of the elements found have more than 16777216 bytes together");
}

TEST(Observe, AnEmptyListIsAnAnswer) {
  Observe t;
  t.finds({});
  EXPECT_TRUE(t.looks().empty());
  EXPECT_EQ(t.model.asked().size(), 1u);
}

TEST(Observe, LooksOnlyWhereItIsTold) {
  Observe t;
  t.finds({});
  t.looks({.selector = "#main", .ignore_selectors = {".ad"}});
  EXPECT_EQ(t.sight.looks.at(0).selectors, std::vector<std::string>{"#main"});
  EXPECT_EQ(t.sight.looks.at(0).ignored_selectors, std::vector<std::string>{".ad"});
}

TEST(Observe, TellsWhatVariablesAreFor) {
  Observe t;
  t.finds({});
  ObserveRequest request;
  request.variables.emplace("mail", base::Secret("me@site"));
  request.variable_descriptions.emplace("mail", "the address to sign in with");
  t.looks(std::move(request));
  EXPECT_NE(t.model.asked()[0].system.find("%mail%: the address to sign in with"), std::string::npos);
}

TEST(Observe, LeavesOutUploadsOfFilesThatTheCallerDidNotName) {
  Observe t;
  t.call.files = NamedFiles({"hand in /tmp/cv.pdf"}, {});
  t.finds({item("0-2", "setInputFiles", R"(["/etc/passwd"])"), item("0-3", "setInputFiles", R"(["/tmp/cv.pdf"])")});
  const auto found = t.looks();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].arguments, std::vector<std::string>{"/tmp/cv.pdf"});
}

// Mutant: all of it is copied and looked through.
TEST(Observe, AnAnswerHasALimitOfAllItsArguments) {
  Observe t;
  const std::string half = fmt::format(R"(["{}"])", std::string(150'000, 'a'));
  t.finds({item("0-2", "fill", half), item("0-3", "fill", half)});
  t.finds({item("0-2", "fill", half)});
  EXPECT_EQ(t.looks().size(), 1u);
  ASSERT_EQ(t.model.asked().size(), 2u);
  EXPECT_NE(std::get<llm::Text>(t.model.asked()[1].messages.back().parts[0])
                .text.find("the arguments have 300000 bytes, more than the 262144 allowed"),
            std::string::npos);
}

}  // namespace
}  // namespace engine
