#include "browserbase/here.h"

#include <gtest/gtest.h>

#include "json/read.h"

namespace browserbase {
namespace {

std::string refusal(std::string_view text) {
  const auto params = json::read(text);
  return refuse_here(&*params).value_or("none");
}

TEST(BrowserbaseHere, WhatStagehandAlwaysSendsIsTaken) {
  const auto params = json::read(R"({"projectId":"p","browserSettings":{"viewport":{"width":1200,"height":700}},)"
                                 R"("userMetadata":{"stagehand":"true"}})");
  EXPECT_EQ(refuse_here(&*params), std::nullopt);
  EXPECT_EQ(viewport_here(&*params)->width, 1200);
  EXPECT_EQ(viewport_here(&*params)->height, 700);
  EXPECT_EQ(refuse_here(nullptr), std::nullopt);
  EXPECT_EQ(viewport_here(nullptr), std::nullopt);
}

// Mutants: false counts as asked; browserSettings are not looked into.
TEST(BrowserbaseHere, WhatOnlyBrowserbaseHasIsRefusedByName) {
  for (const std::string name : {"extensionId", "keepAlive", "proxies", "region", "timeout"}) {
    EXPECT_EQ(refusal(R"({")" + name + R"(":true})"),
              "browserbaseSessionCreateParams." + name +
                  " is not available: this server gives Chromium of its own machine (--browserbase-local)");
    EXPECT_EQ(refusal(R"({")" + name + R"(":false})"), "none");
  }
  for (const std::string name :
       {"advancedStealth", "blockAds", "captchaImageSelector", "captchaInputSelector", "context", "extensionId",
        "fingerprint", "logSession", "os", "recordSession", "solveCaptchas", "verified"}) {
    EXPECT_TRUE(
        refusal(R"({"browserSettings":{")" + name + R"(":{}}})").contains("browserSettings." + name + " is not"));
    EXPECT_EQ(refusal(R"({"browserSettings":{")" + name + R"(":false}})"), "none");
  }
  EXPECT_EQ(refusal(R"({"unknown":1,"browserSettings":{"unknown":1}})"), "none");
}

TEST(BrowserbaseHere, AViewportThatNoBrowserTakesIsRefused) {
  for (const std::string viewport : {R"({})", R"({"width":1})", R"({"width":0,"height":1})",
                                     R"({"width":1.5,"height":1})", R"({"width":1e9,"height":1})"})
    EXPECT_TRUE(refusal(R"({"browserSettings":{"viewport":)" + viewport + "}}").contains("viewport must have"))
        << viewport;
}

}  // namespace
}  // namespace browserbase
