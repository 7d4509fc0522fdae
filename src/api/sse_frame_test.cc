#include "api/sse_frame.h"

#include <gtest/gtest.h>

#include "base/id.h"
#include "base/text.h"

namespace api {
namespace {

// The frame with its id replaced.
std::string masked(std::string frame) {
  constexpr std::string_view kId = R"("id":")";
  const std::size_t at = frame.rfind(kId);
  EXPECT_NE(at, std::string::npos) << frame;
  return frame.replace(at + kId.size(), 36, "ID");
}

// The last frame of a run with this outcome.
std::string ended(Outcome outcome) {
  api::Run run(Operation::act);
  run.finish(std::move(outcome));
  return final_frame(run, Framing::named);
}

TEST(SseFrame, HasAnEventAndData) {
  EXPECT_EQ(masked(starting_frame(api::Run(Operation::act), Framing::named)),
            "event: starting\ndata: {\"data\":{\"status\":\"starting\"},\"type\":\"system\",\"id\":\"ID\"}\n\n");
  EXPECT_EQ(masked(frame_text({"running", R"({"status":"running"})", "log", base::uuid_v4()}, Framing::named)),
            "event: running\ndata: {\"data\":{\"status\":\"running\"},\"type\":\"log\",\"id\":\"ID\"}\n\n");
}

TEST(SseFrame, HasOnlyDataForTheTypeScriptClient) {
  EXPECT_EQ(masked(starting_frame(api::Run(Operation::act), Framing::data_only)),
            "data: {\"data\":{\"status\":\"starting\"},\"type\":\"system\",\"id\":\"ID\"}\n\n");
}

// It sends the header with whatever it holds, "undefined" before a start; nobody else sends it at all.
TEST(SseFrame, IsDataOnlyExactlyWhenTheHeaderIsThere) {
  net::HttpRequest request;
  EXPECT_EQ(framing_for(request), Framing::named);
  request.headers.add("x-bb-api-key", "k");
  request.headers.add("x-language", "typescript");
  EXPECT_EQ(framing_for(request), Framing::named);
  for (const char* value : {"undefined", "", "s1"}) {
    net::HttpRequest own;
    own.headers.add("X-BB-Session-Id", value);
    EXPECT_EQ(framing_for(own), Framing::data_only) << value;
  }
}

TEST(SseFrame, EndsWithTheResultOrTheError) {
  EXPECT_EQ(masked(ended(Succeeded{R"({"a":[1]})", "act-1"})),
            "event: finished\ndata: {\"data\":{\"status\":\"finished\",\"result\":{\"a\":[1]},\"actionId\":\"act-1\"},"
            "\"type\":\"system\",\"id\":\"ID\"}\n\n");
  EXPECT_EQ(masked(ended(Succeeded{"null", ""})),
            "event: finished\ndata: "
            "{\"data\":{\"status\":\"finished\",\"result\":null},\"type\":\"system\",\"id\":\"ID\"}\n\n");
  EXPECT_EQ(masked(ended(Failed{.message = "a\n\"b\""})),
            "event: error\ndata: {\"data\":{\"status\":\"error\",\"error\":\"a\\n\\\"b\\\"\"},\"type\":\"system\","
            "\"id\":\"ID\"}\n\n");
}

TEST(SseFrame, HasAnIdOfItsOwnThatIsTheSameEachTimeItIsSent) {
  api::Run run(Operation::act);
  run.connected();
  run.connected();
  run.finish(Succeeded{"null", ""});
  EXPECT_EQ(starting_frame(run, Framing::named), starting_frame(run, Framing::named));
  EXPECT_EQ(final_frame(run, Framing::named), final_frame(run, Framing::named));
  EXPECT_NE(starting_frame(run, Framing::named), starting_frame(api::Run(Operation::act), Framing::named));
  EXPECT_NE(run.frame(0).id, run.frame(1).id);
  EXPECT_NE(run.starting_id(), run.final_id());
}

// A line break inside would end the frame early and forge another.
TEST(SseFrame, NeverBreaksItsLine) {
  api::Run run(Operation::act);
  run.progress({.category = "c", .message = "a\r\n\r\nevent: finished\n\n", .auxiliary = {{"k\n", "v\r", "string"}}});
  const std::string text = frame_text(run.frame(0), Framing::named);
  EXPECT_EQ(base::split(text, '\n').size(), 4U) << text;
  EXPECT_EQ(text.find('\r'), std::string::npos);
}

TEST(SseFrame, HeadHasTheCapturedHeadersInTheirOrder) {
  std::string names;
  for (const auto& [name, value] : stream_headers()) names += name + " ";
  EXPECT_EQ(names,
            "Content-Type Cache-Control Connection Transfer-Encoding X-Accel-Buffering Access-Control-Allow-Origin "
            "Access-Control-Allow-Methods Access-Control-Allow-Headers ");
}

}  // namespace
}  // namespace api
