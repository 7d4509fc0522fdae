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
  const auto data = std::make_shared<const std::string>(R"({"status":"running"})");
  const net::Chunk chunk = frame_chunk({"running", data, "log", base::uuid_v4()}, Framing::named);
  EXPECT_EQ(chunk.shared, data);  // whoever watches
  EXPECT_EQ(masked(chunk.text + *chunk.shared + chunk.tail),
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

// Mutant: the pieces cut one byte beside the result.
TEST(SseFrame, ReadsTheSameWhereALargeResultIsNotCopied) {
  for (const std::string& result : {"\"" + std::string(kWrittenInPlace, 'a') + "\"", std::string("null")}) {
    const auto run = std::make_shared<api::Run>(Operation::act);
    run->finish(Succeeded{.result = result, .action_id = "act-1", .cache_entry = R"({"a":1})"});
    for (const Framing framing : {Framing::named, Framing::data_only}) {
      const net::Chunk chunk = final_chunk(run, framing);
      EXPECT_EQ(chunk.shared != nullptr, result.size() > kWrittenInPlace);
      EXPECT_EQ(chunk.text + (chunk.shared ? *chunk.shared : "") + chunk.tail, final_frame(*run, framing));
    }
    const net::HttpResponse reply = outcome_reply(run);
    EXPECT_EQ(reply.shared != nullptr, result.size() > kWrittenInPlace);
    EXPECT_EQ(reply.body + (reply.shared ? *reply.shared : "") + reply.tail,
              outcome_reply(Operation::act, *run->outcome()).body);
  }
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
  const net::Chunk chunk = frame_chunk(run.frame(0), Framing::named);
  const std::string text = chunk.text + *chunk.shared + chunk.tail;
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
