#include "session/admission.h"

#include <memory>
#include <vector>

#include <gtest/gtest.h>

namespace session {
namespace {

struct Line {
  Admission admission;
  std::vector<std::pair<std::string, std::unique_ptr<Admission::Ticket>>> tickets;

  bool join(const std::string& caller, std::size_t limit = 100) {
    if (!admission.make_room(caller, limit)) return false;
    tickets.emplace_back(caller, std::make_unique<Admission::Ticket>(admission, caller));
    return true;
  }
  // Serves one and lets it take its place; tells which of them it was, as "caller number".
  std::string serve() {
    admission.promise_one();
    for (std::size_t n = 0; n < tickets.size(); ++n) {
      if (!tickets[n].second || !tickets[n].second->promised()) continue;
      tickets[n].second.reset();
      return tickets[n].first + std::to_string(n);
    }
    return "nobody";
  }
  std::string serve_all() {
    std::string out;
    while (admission.waiting() > 0) out += serve() + " ";
    return out;
  }
};

TEST(Admission, Clause17FirstComeFirstServedForOneCaller) {
  Line line;
  for (int n = 0; n < 4; ++n) line.join("a");
  EXPECT_EQ(line.serve_all(), "a0 a1 a2 a3 ");
}

TEST(Admission, Clause17CallersAreServedInTurn) {
  Line line;
  for (const char* caller : {"a", "a", "a", "a", "b", "b", "c"}) line.join(caller);
  EXPECT_EQ(line.serve(), "a0");
  line.join("b");
  EXPECT_EQ(line.serve_all(), "b4 c6 a1 b5 a2 b7 a3 ");
}

TEST(Admission, Clause17AFullQueueHasRoomForACallerWithFewerWaiting) {
  Line line;
  for (int n = 0; n < 4; ++n) ASSERT_TRUE(line.join("a", 4));
  EXPECT_FALSE(line.join("a", 4));
  EXPECT_TRUE(line.join("b", 4));   // a3 goes
  EXPECT_TRUE(line.join("b", 4));   // a2 goes
  EXPECT_FALSE(line.join("b", 4));  // two each
  EXPECT_TRUE(line.tickets[3].second && !line.tickets[3].second->promised());
  EXPECT_EQ(line.admission.waiting(), 4U);
  EXPECT_EQ(line.serve_all(), "a0 b4 a1 b5 ");
  EXPECT_EQ(line.admission.promised(), 0U);
}

TEST(Admission, Clause17AFullQueueKeepsThePlacesOfACallerWithOneMore) {
  Line line;
  for (const char* caller : {"a", "a", "b"}) ASSERT_TRUE(line.join(caller, 3));
  EXPECT_FALSE(line.join("b", 3));  // or "a" could take it back, and so on
  EXPECT_EQ(line.serve_all(), "a0 b2 a1 ");
}

TEST(Admission, Clause17WhoLeavesIsForgottenWhereverItStands) {
  Line line;
  for (const char* caller : {"a", "b", "a", "c"}) line.join(caller);
  line.tickets[0].second.reset();
  line.tickets[1].second.reset();
  EXPECT_EQ(line.admission.waiting(), 2U);
  line.admission.promise_one();
  EXPECT_EQ(line.admission.promised(), 1U);
  line.tickets[2].second.reset();  // with its promise
  EXPECT_EQ(line.admission.promised(), 0U);
  EXPECT_EQ(line.serve_all(), "c3 ");
}

}  // namespace
}  // namespace session
