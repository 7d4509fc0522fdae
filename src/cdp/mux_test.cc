#include "cdp/mux.h"

#include <gtest/gtest.h>

#include "cdp/message.h"

namespace cdp {
namespace {

std::shared_ptr<Call> call_on(Mux& mux, const std::string& session_id, std::uint64_t* id = nullptr) {
  auto call = std::make_shared<Call>("Page.enable");
  const auto command = mux.command(session_id, "Page.enable", {}, call);
  EXPECT_TRUE(command);
  if (id != nullptr) *id = command->id;
  return call;
}

base::Error error_of_call(const std::shared_ptr<Call>& call) {
  return call->result && !*call->result ? call->result->error() : base::Error{};
}

TEST(Mux, WritesCommandsWithFreshIdsAndTheSession) {
  Mux mux;
  mux.attached("", "S1", "T1");
  EXPECT_EQ(mux.command("", "Browser.getVersion", {}, nullptr)->text,
            R"({"id":1,"method":"Browser.getVersion","params":{}})");
  EXPECT_EQ(mux.command("S1", "Page.navigate", {{"url", "a\"b"}, {"n", 1.5}}, nullptr)->text,
            R"({"id":2,"sessionId":"S1","method":"Page.navigate","params":{"url":"a\"b","n":1.5}})");
}

TEST(Mux, HandsEachReplyToItsCallOnce) {
  Mux mux;
  std::uint64_t first = 0;
  std::uint64_t second = 0;
  const auto a = call_on(mux, "", &first);
  const auto b = call_on(mux, "", &second);
  EXPECT_EQ(mux.take(second), b);
  EXPECT_EQ(mux.take(second), nullptr);
  EXPECT_EQ(mux.take(first), a);
  EXPECT_EQ(mux.take(77), nullptr);
}

TEST(Mux, KeepsNothingForCommandsWhoseReplyNobodyWants) {
  Mux mux;
  EXPECT_TRUE(mux.command("", "Page.enable", {}, nullptr));
  EXPECT_EQ(mux.pending(), 0U);
  std::uint64_t id = 0;
  call_on(mux, "", &id);
  mux.forget(id);
  EXPECT_EQ(mux.pending(), 0U);
  EXPECT_EQ(mux.take(id), nullptr);
}

TEST(Mux, RefusesCommandsToSessionsThatAreNotAttached) {
  Mux mux;
  const auto refused = mux.command("S1", "Page.enable", {}, std::make_shared<Call>("Page.enable"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), error_of(CloseReason::detached));
  EXPECT_EQ(mux.pending(), 0U);
}

TEST(Mux, EndsASessionWithItsCallsAndNobodyElses) {
  Mux mux;
  mux.attached("", "S1", "T1");
  mux.attached("", "S2", "T2");
  const auto gone = call_on(mux, "S1");
  const auto other = call_on(mux, "S2");
  EXPECT_EQ(mux.detached("S1"), std::vector<std::string>{"S1"});
  EXPECT_EQ(error_of_call(gone), error_of(CloseReason::detached));
  EXPECT_TRUE(gone->done.is_set());
  EXPECT_FALSE(other->result);
  EXPECT_FALSE(mux.knows("S1"));
  EXPECT_TRUE(mux.detached("S1").empty());
}

TEST(Mux, EndsWhatWasAttachedThroughASessionWithIt) {
  Mux mux;
  mux.attached("", "page", "T1");
  mux.attached("page", "frame", "T2");
  mux.attached("frame", "inner", "T3");
  mux.attached("", "other", "T4");
  const auto inner = call_on(mux, "inner");
  EXPECT_EQ(mux.detached("page"), (std::vector<std::string>{"page", "frame", "inner"}));
  EXPECT_EQ(error_of_call(inner), error_of(CloseReason::detached));
  EXPECT_TRUE(mux.knows("other"));
}

TEST(Mux, KeepsASessionWhereItWasAttachedFirst) {
  Mux mux;
  EXPECT_EQ(mux.attached("", "a", "T1"), true);
  EXPECT_EQ(mux.attached("", "b", "T2"), true);
  EXPECT_EQ(mux.attached("a", "c", "T3"), true);
  EXPECT_EQ(mux.attached("b", "c", "T4"), false);
  EXPECT_EQ(mux.attached("", "", "T5"), false);
  EXPECT_EQ(mux.session_of("T3"), "c");
  EXPECT_EQ(mux.session_of("T4"), "");
  // A circle, which no browser makes.
  EXPECT_EQ(mux.attached("c", "a", "T1"), false);
  const auto call = call_on(mux, "c");
  EXPECT_EQ(mux.detached("b"), std::vector<std::string>{"b"});
  EXPECT_EQ(mux.detached("a"), (std::vector<std::string>{"a", "c"}));
  EXPECT_EQ(error_of_call(call), error_of(CloseReason::detached));
  EXPECT_EQ(mux.pending(), 0U);
}

// What is settled may send and drop calls of the same session.
TEST(Mux, FailsTheCallsOfASessionOnceEachWhateverTheyDoInTurn) {
  Mux mux;
  mux.attached("", "S1", "T1");
  std::uint64_t second = 0;
  const auto first = call_on(mux, "S1");
  const auto dropped = call_on(mux, "S1", &second);
  std::shared_ptr<Call> more;
  first->then = [&](const auto&) {
    mux.forget(second);
    more = call_on(mux, "S1");
  };
  mux.crashed("S1");
  EXPECT_EQ(error_of_call(first), error_of(CloseReason::crashed));
  EXPECT_FALSE(dropped->result);
  EXPECT_FALSE(more->result);
  EXPECT_EQ(mux.pending(), 1U);
  mux.crashed("S1");
  EXPECT_EQ(error_of_call(more), error_of(CloseReason::crashed));
}

TEST(Mux, IgnoresASessionOfAnUnknownParent) {
  Mux mux;
  mux.attached("gone", "S1", "T1");
  EXPECT_FALSE(mux.knows("S1"));
}

TEST(Mux, FailsTheCallsOfACrashedTargetButKeepsItsSession) {
  Mux mux;
  mux.attached("", "S1", "T1");
  const auto call = call_on(mux, "S1");
  EXPECT_EQ(mux.session_of("T1"), "S1");
  EXPECT_EQ(mux.session_of("T2"), "");
  mux.crashed("S1");
  EXPECT_EQ(error_of_call(call), error_of(CloseReason::crashed));
  call_on(mux, "S1");
}

TEST(Mux, FailsEverythingWithTheFirstReasonWhenItCloses) {
  Mux mux;
  mux.attached("", "S1", "T1");
  const auto root = call_on(mux, "");
  const auto page = call_on(mux, "S1");
  mux.close(CloseReason::socket, "reset");
  mux.close(CloseReason::closed);
  EXPECT_EQ(error_of_call(root), error_of(CloseReason::socket, "reset"));
  EXPECT_EQ(error_of_call(page), error_of(CloseReason::socket, "reset"));
  EXPECT_EQ(mux.why(), CloseReason::socket);
  EXPECT_EQ(mux.command("", "Page.enable", {}, nullptr).error(), error_of(CloseReason::socket, "reset"));
  mux.attached("", "S2", "T2");
  EXPECT_FALSE(mux.knows("S2"));
}

TEST(Mux, ReasonsCanBeToldApart) {
  EXPECT_EQ(error_of(CloseReason::crashed).message, "The page crashed");
  EXPECT_EQ(error_of(CloseReason::detached).message, "The page was closed");
  EXPECT_EQ(error_of(CloseReason::socket).kind, base::Kind::gone);
  EXPECT_NE(error_of(CloseReason::socket).message, error_of(CloseReason::closed).message);
}

TEST(Call, KeepsItsFirstOutcome) {
  Call call("Page.enable");
  call.settle(Payload(json::Value(1)));
  call.settle(base::fail(base::Kind::gone, "late"));
  EXPECT_EQ(**call.result, json::Value(1));
}

json::CdpFrame reply_of(std::string_view result, std::string_view error = {}) {
  json::CdpFrame frame;
  frame.id = 1;
  frame.result = result;
  frame.error = error;
  return frame;
}

TEST(Message, GivesTheErrorOfACommandAsCodeAndText) {
  const auto outcome = outcome_of(reply_of({}, R"({"code":-32000,"message":"Cannot navigate to invalid URL"})"));
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error(), (base::Error{base::Kind::browser, "-32000 Cannot navigate to invalid URL"}));
}

TEST(Message, GivesAnEmptyObjectWhereThereIsNothing) {
  EXPECT_EQ(*outcome_of(reply_of({})), json::Value(json::Object()));
  EXPECT_EQ(*params_of(json::CdpFrame()), json::Value(json::Object()));
}

TEST(Message, ReadsLoneSurrogatesThatChromiumSends) {
  EXPECT_EQ(json::get_string(*outcome_of(reply_of(R"({"v":"\ud83d"})")), "v"), "\xef\xbf\xbd");
}

TEST(Message, SaysWhenAReplyIsNotJson) { EXPECT_EQ(outcome_of(reply_of("{1}")).error().kind, base::Kind::upstream); }

}  // namespace
}  // namespace cdp
