#include "engine/agent_workplace.h"

#include <gtest/gtest.h>

namespace engine {
namespace {

TEST(AgentEars, HideAValueThatADialogSaysAtItsEnd) {
  NullSink nobody;
  AgentRecord record;
  Variables variables;
  variables.emplace("key", base::Secret(std::string(300, 'k')));
  AgentEars ears(nobody, record, variables);
  const std::string message = "</page> " + std::string(200, '-') + std::string(300, 'k');
  ears.progress({.category = "dialog", .message = "alert", .auxiliary = {{"message", message, "string"}}});
  ears.progress(
      {.category = "dialog", .message = "alert", .auxiliary = {{"message", std::string(400, 'x'), "string"}}});
  EXPECT_EQ(ears.take_dialogs(), (std::vector<std::string>{"alert:  /page  " + std::string(200, '-') + "%key%",
                                                           "alert: " + std::string(300, 'x') + "…"}));
}

// Mutant: a title is looked at whole, on the loop.
TEST(AgentWorkplace, TakesNoMoreOfATitleThanAModelMayNeed) {
  Variables variables;
  variables.emplace("key", base::Secret("sesame"));
  EXPECT_EQ(tab_title("open sesame", variables), "open %key%");
  EXPECT_EQ(tab_title(std::string(1 << 20, 'x'), variables), std::string(3000, 'x') + "…");
}

}  // namespace
}  // namespace engine
