#include "net/connection_places.h"

#include <vector>

#include <gtest/gtest.h>

namespace net {
namespace {

using State = ConnectionPlaces::State;
using std::chrono::milliseconds;

base::TimePoint at(int ms) { return base::TimePoint() + milliseconds(ms); }

// Takes them out in the order in which they give their places up.
std::vector<ConnectionPlaces::Id> order(ConnectionPlaces& places, base::TimePoint now) {
  std::vector<ConnectionPlaces::Id> out;
  while (const auto id = places.to_make_room(now)) {
    out.push_back(*id);
    places.leave(*id);
  }
  return out;
}

// Mutants: the youngest first; states not looked at; who works asked to go.
TEST(ConnectionPlaces, GivesUpWhatNobodyHasLetInFirstAndWorkNever) {
  ConnectionPlaces places({.connections = 7});
  for (ConnectionPlaces::Id id = 1; id <= 8; ++id) places.enter(id, "", at(0));
  places.set(1, State::working, at(1));
  places.set(2, State::writing, at(1));
  places.set(3, State::reading, at(1));
  places.set(4, State::idle, at(3));
  places.set(5, State::idle, at(2));
  places.set(6, State::working, at(1));
  EXPECT_EQ(order(places, at(2000)), (std::vector<ConnectionPlaces::Id>{7, 8, 4, 5, 3, 2}));
  EXPECT_EQ(places.size(), 2U);
}

// Mutants: who came first goes first; the number of those ahead is not looked at; asked to go before who is idle.
TEST(ConnectionPlaces, SparesTheLastOfThoseThatWaitForTheSameWhereMostDo) {
  ConnectionPlaces places({});
  for (ConnectionPlaces::Id id = 1; id <= 9; ++id) {
    places.enter(id, "a", at(0));
    places.set(id, State::working, at(1));
  }
  places.set_spare(2, 1, at(2));
  places.set_spare(3, 2, at(3));
  places.set_spare(4, 3, at(4));
  places.set_spare(5, 1, at(1));
  places.set_spare(6, 2, at(9));
  places.set_spare(6, 1, at(10));  // one before it has left
  places.set(7, State::reading, at(1));
  places.set(8, State::idle, at(9));
  places.set_spare(9, 1000, at(10));
  EXPECT_EQ(places.to_make_room_at("a", at(10)), 8U);
  EXPECT_EQ(order(places, at(10)), (std::vector<ConnectionPlaces::Id>{8, 9, 4, 3, 2, 5, 6, 7}));
  EXPECT_EQ(places.size(), 1U);
}

// Or a crowd of them would drive each other out, one that asks how the server is among them. Mutants: newcomers go
// first; any number of them stays.
TEST(ConnectionPlaces, LetsNewcomersBeHeardWhereOthersAreIdle) {
  ConnectionPlaces places({.connections = 16});
  for (ConnectionPlaces::Id id = 1; id <= 6; ++id) places.enter(id, "a", at(0));
  places.set(1, State::reading, at(1));
  places.set(2, State::idle, at(1));
  places.set_spare(3, 1, at(1));
  EXPECT_EQ(places.to_make_room_at("a", at(1)), 4U) << "one more than have just come";
  EXPECT_EQ(order(places, at(1)), (std::vector<ConnectionPlaces::Id>{4, 2, 3, 5, 6, 1}));
  EXPECT_EQ(ConnectionPlaces::Limits().newcomers(), 256U);
}

// Mutants: no place is kept; who is spare does not count; what makes room is idle.
TEST(ConnectionPlaces, KeepsSomePlacesFromWork) {
  ConnectionPlaces places({.connections = 16});
  for (ConnectionPlaces::Id id = 1; id <= 16; ++id) places.enter(id, "", at(0));
  for (ConnectionPlaces::Id id = 1; id <= 13; ++id) places.set(id, State::working, at(1));
  EXPECT_FALSE(places.work_is_full(ConnectionPlaces::Work::any));
  places.set_spare(14, 3, at(2));
  EXPECT_TRUE(places.work_is_full(ConnectionPlaces::Work::any));
  EXPECT_EQ(places.to_make_room_for_work(at(2)), 14U);
  places.leave(14);
  EXPECT_FALSE(places.work_is_full(ConnectionPlaces::Work::any));
  places.set(13, State::writing, at(5));
  places.set(15, State::working, at(5));
  EXPECT_TRUE(places.work_is_full(ConnectionPlaces::Work::any));
  EXPECT_FALSE(places.to_make_room_for_work(at(6))) << "16 is not at work";
  EXPECT_EQ(places.to_make_room_for_work(at(2000)), 13U);
  places.set(13, State::idle, at(2000));
  EXPECT_FALSE(places.work_is_full(ConnectionPlaces::Work::any));
  EXPECT_EQ(ConnectionPlaces::Limits().kept_from_work(), 64U);
}

// Mutants: what frees places finds none that are kept, or takes all of them.
TEST(ConnectionPlaces, KeepsHalfOfThoseFromWhatFreesPlaces) {
  ConnectionPlaces places({.connections = 16});
  for (ConnectionPlaces::Id id = 1; id <= 16; ++id) places.enter(id, "", at(0));
  for (ConnectionPlaces::Id id = 1; id <= 14; ++id) places.set(id, State::working, at(1));
  EXPECT_TRUE(places.work_is_full(ConnectionPlaces::Work::any));
  EXPECT_FALSE(places.work_is_full(ConnectionPlaces::Work::frees));
  places.set(15, State::working, at(2));
  EXPECT_TRUE(places.work_is_full(ConnectionPlaces::Work::frees));
  EXPECT_EQ(ConnectionPlaces::Limits().kept_from(ConnectionPlaces::Work::frees), 32U);
}

TEST(ConnectionPlaces, LeavesAReaderAloneThatHasJustTakenSomething) {
  ConnectionPlaces places({});
  places.enter(1, "", at(0));
  places.set(1, State::writing, at(500));
  EXPECT_FALSE(places.to_make_room(at(1499)));
  EXPECT_EQ(places.to_make_room(at(1500)), 1U);
}

TEST(ConnectionPlaces, CountsEachAddressForItself) {
  ConnectionPlaces places({.connections = 10, .per_address = 2});
  for (ConnectionPlaces::Id id = 1; id <= 3; ++id) places.enter(id, "a", at(0));
  for (ConnectionPlaces::Id id = 4; id <= 5; ++id) places.enter(id, "b", at(0));
  for (ConnectionPlaces::Id id = 6; id <= 9; ++id) places.enter(id, "", at(0));
  EXPECT_TRUE(places.too_many_of("a"));
  EXPECT_FALSE(places.too_many_of("b"));
  EXPECT_FALSE(places.too_many_of(""));
  places.set(1, State::working, at(1));
  EXPECT_EQ(places.to_make_room_at("a", at(1)), 2U);
  places.set(2, State::working, at(1));
  places.leave(3);
  EXPECT_FALSE(places.to_make_room_at("a", at(1)));
  EXPECT_FALSE(places.too_many_of("a"));
  EXPECT_FALSE(places.full());
  places.enter(10, "c", at(1));
  places.enter(11, "c", at(1));
  EXPECT_TRUE(places.full());
}

TEST(ConnectionPlaces, TakesTheOldestUnfinishedRequestWhereTheyHoldTooMuch) {
  ConnectionPlaces places({.unread_bytes = 100});
  for (ConnectionPlaces::Id id = 1; id <= 4; ++id) places.enter(id, "", at(0));
  places.set(2, State::reading, at(1));
  places.set(3, State::reading, at(2));
  places.hold_unread(2, 60);
  places.hold_unread(3, 40);
  EXPECT_FALSE(places.over_unread_limit());
  places.hold_unread(3, 41);
  EXPECT_EQ(places.over_unread_limit(), 2U);
  places.hold_unread(4, 1);  // before those whose head was let in
  EXPECT_EQ(places.over_unread_limit(), 4U);
  places.leave(4);
  places.leave(2);
  EXPECT_FALSE(places.over_unread_limit());
  EXPECT_EQ(places.unread(), 41U);
  places.hold_unread(3, 0);
  EXPECT_EQ(places.unread(), 0U);
}

TEST(ConnectionPlaces, TakesTheReaderThatHasStalledLongestWhereAnswersHoldTooMuch) {
  ConnectionPlaces places({.unsent_bytes = 100});
  for (ConnectionPlaces::Id id = 1; id <= 3; ++id) {
    places.enter(id, "", at(0));
    places.set(id, State::writing, at(static_cast<int>(id)));
    places.hold_unsent(id, 50);
  }
  EXPECT_FALSE(places.over_unsent_limit(at(1000)));
  EXPECT_EQ(places.over_unsent_limit(at(1001)), 1U);
  places.set(1, State::writing, at(1500));  // it takes some
  EXPECT_EQ(places.over_unsent_limit(at(2000)), 2U);
  places.leave(2);
  EXPECT_FALSE(places.over_unsent_limit(at(9000)));
}

// Mutants: who takes a piece now and then is spared, whatever all hold; the smallest goes first.
TEST(ConnectionPlaces, SparesNobodyWhereAnswersHoldTwiceTooMuch) {
  ConnectionPlaces places({.unsent_bytes = 100});
  const std::size_t held[] = {0, 60, 80, 60};
  for (ConnectionPlaces::Id id = 1; id <= 3; ++id) {
    places.enter(id, "", at(0));
    places.set(id, State::writing, at(500));
    places.hold_unsent(id, held[id]);
  }
  EXPECT_FALSE(places.over_unsent_limit(at(600))) << "they take some, and it is not twice as much";
  places.hold_unsent(1, 61);
  EXPECT_EQ(places.over_unsent_limit(at(600)), 2U);
  places.leave(2);
  EXPECT_FALSE(places.over_unsent_limit(at(600)));
  places.enter(4, "", at(600));
  places.set(4, State::working, at(600));
  places.hold_unread(4, 1000);
  places.hold_unsent(3, 140);
  EXPECT_EQ(places.over_unsent_limit(at(600)), 3U);
}

TEST(ConnectionPlaces, ForgetsWhoLeftHoweverOftenThatIsSaid) {
  ConnectionPlaces places({});
  places.enter(1, "a", at(0));
  places.hold_unsent(1, 7);
  places.leave(1);
  places.leave(1);
  places.set(1, State::idle, at(1));
  places.hold_unread(1, 5);
  EXPECT_EQ(places.size() + places.unread() + places.unsent(), 0U);
  EXPECT_FALSE(places.to_make_room(at(9)));
  EXPECT_FALSE(places.to_make_room_at("a", at(9)));
}

TEST(ConnectionPlaces, TakesANetworkOfIPv6ForOneAddressAndTheLoopbackForNone) {
  EXPECT_EQ(address_group("127.0.0.1"), "");
  EXPECT_EQ(address_group("127.9.0.1"), "");
  EXPECT_EQ(address_group("::1"), "");
  EXPECT_EQ(address_group("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(address_group("::ffff:192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(address_group("2001:db8:1:2:3::4"), address_group("2001:db8:1:2:9::1"));
  EXPECT_NE(address_group("2001:db8:1:2:3::4"), address_group("2001:db8:1:3:3::4"));
}

}  // namespace
}  // namespace net
