#include "browserbase/create_params.h"

#include <gtest/gtest.h>

#include "json/read.h"
#include "json/write.h"

namespace browserbase {
namespace {

std::string params(std::string_view given) {
  const auto value = json::read(given);
  return json::write(json::Value(create_params(&*value)));
}

TEST(CreateParams, WithoutAnyAreAViewportAndAMark) {
  const std::string bare =
      R"({"browserSettings":{"viewport":{"width":1288,"height":711}},"userMetadata":{"stagehand":"true"}})";
  EXPECT_EQ(json::write(json::Value(create_params(nullptr))), bare);
  EXPECT_EQ(params("{}"), bare);
}

// As captured in tests/wire/captures/_browserbase_stub_requests.jsonl, whose exchange is bb_start.
TEST(CreateParams, KeepWhatTheCallerGaveAndDropWhatIsNotKnown) {
  EXPECT_EQ(params(R"({"region":"us-east-1","keepAlive":true,"zzz":1,"userMetadata":{"a":"b"},
                       "browserSettings":{"blockAds":true,"zzz":{}}})"),
            R"({"browserSettings":{"blockAds":true,"viewport":{"width":1288,"height":711}},"keepAlive":true,)"
            R"("region":"us-east-1","userMetadata":{"a":"b","stagehand":"true"}})");
}

TEST(CreateParams, GoDownIntoListsAndLeaveFreeMapsAlone) {
  EXPECT_EQ(params(R"({"proxies":[{"type":"external","server":"s","zzz":1},{"type":"browserbase","geolocation":
                       {"country":"DE","zzz":1}}],"userMetadata":{"x":{"y":[1]}},"browserSettings":{"viewport":{"width":9},
                       "fingerprint":{"locales":["de"],"screen":{"maxWidth":1,"zzz":1}}}})"),
            R"({"browserSettings":{"fingerprint":{"locales":["de"],"screen":{"maxWidth":1}},"viewport":{"width":9}},)"
            R"("proxies":[{"type":"external","server":"s"},{"type":"browserbase","geolocation":{"country":"DE"}}],)"
            R"("userMetadata":{"x":{"y":[1]},"stagehand":"true"}})");
  EXPECT_NE(params(R"({"proxies":true})").find(R"("proxies":true)"), std::string::npos);
}

}  // namespace
}  // namespace browserbase
