// What is one run and what is another, and what goes first when there is no room.
#include "agent/cache.h"

#include <gtest/gtest.h>

#include "json/write.h"

namespace agent {
namespace {

CacheSubject subject() {
  return {.kind = "agent",
          .owner = "me",
          .instruction = "buy milk",
          .url = "https://shop.example/?b=2&a=1#top",
          .mode = "dom",
          .max_steps = 20,
          .model = "m",
          .variables = {"who", "card"}};
}

KeptRun run_of(std::string text) {
  KeptRun out;
  out.steps.push_back({.what = ByHand{TypeText{std::move(text)}, {"textbox", "Name"}}, .place_before = "p"});
  return out;
}

TEST(CacheKey, SpacesOrderAndFragmentsMakeNoOtherRun) {
  CacheSubject other = subject();
  other.instruction = "  buy milk\n";
  other.url = "https://shop.example/?a=1&b=2";
  other.variables = {"card", "who"};
  EXPECT_EQ(cache_key(subject()), cache_key(other));
  EXPECT_EQ(cache_key(subject()).size(), 64u);
}

TEST(CacheKey, WhateverElseDiffersMakesAnotherRun) {
  const std::string key = cache_key(subject());
  const auto differs = [&](auto change) {
    CacheSubject other = subject();
    change(other);
    EXPECT_NE(cache_key(other), key);
  };
  differs([](CacheSubject& s) { s.owner = "you"; });
  differs([](CacheSubject& s) { s.kind = "act"; });
  differs([](CacheSubject& s) { s.instruction = "buy bread"; });
  differs([](CacheSubject& s) { s.url = "https://shop.example/?a=1&b=3"; });
  differs([](CacheSubject& s) { s.mode = "hybrid"; });
  differs([](CacheSubject& s) { s.max_steps = 21; });
  differs([](CacheSubject& s) { s.model = "n"; });
  differs([](CacheSubject& s) { s.model_identity = "another key"; });
  differs([](CacheSubject& s) { s.execution_model = "n"; });
  differs([](CacheSubject& s) { s.execution_model_identity = "another key"; });
  differs([](CacheSubject& s) { s.system_prompt = "be quick"; });
  differs([](CacheSubject& s) { s.variables.pop_back(); });
}

TEST(CachePlaces, ValuesOfAQueryAreNoPartOfAPlace) {
  EXPECT_EQ(place_of("https://a.example/x?t=123&s=4#f"), "https://a.example/x?s&t");
  EXPECT_EQ(place_of("https://a.example/x"), "https://a.example/x");
}

TEST(CachePlaces, NumbersInAPathMayDifferAndHostsAndWordsMayNot) {
  EXPECT_TRUE(same_kind_of_place("https://a.example/orders/17", "https://a.example/orders/18"));
  EXPECT_FALSE(same_kind_of_place("https://a.example/orders/17", "https://a.example/login/17"));
  EXPECT_FALSE(same_kind_of_place("https://a1.example/orders", "https://a2.example/orders"));
  EXPECT_FALSE(same_kind_of_place("http://127.0.0.1:81/x", "http://127.0.0.1:82/x"));
  EXPECT_FALSE(same_kind_of_place("https://a.example/orders/17", "https://a.example/orders/17/paid"));
}

TEST(Cache, TheOneUsedLongestAgoGoesFirst) {
  Cache cache({.entries = 2});
  cache.keep("a", run_of("1"));
  cache.keep("b", run_of("2"));
  EXPECT_TRUE(cache.find("a"));
  cache.keep("c", run_of("3"));
  EXPECT_TRUE(cache.find("a"));
  EXPECT_FALSE(cache.find("b"));
  EXPECT_TRUE(cache.find("c"));
}

TEST(Cache, BytesAreALimitToo) {
  Cache cache({.entries = 100, .bytes = 10'000});
  for (const char* key : {"a", "b", "c", "d"}) EXPECT_TRUE(cache.keep(key, run_of(std::string(3'000, 'x'))));
  EXPECT_LE(cache.bytes(), 10'000u);
  EXPECT_EQ(cache.entries(), 2u);
  EXPECT_TRUE(cache.find("d"));
  EXPECT_FALSE(cache.keep("e", run_of(std::string(20'000, 'x')))) << "larger than all there is room for";
  EXPECT_TRUE(cache.find("d")) << "and nothing goes for it";
}

TEST(Cache, ReplacingAndForgettingGiveTheirBytesBack) {
  Cache cache;
  cache.keep("a", run_of("1"));
  const std::size_t bytes = cache.bytes();
  cache.keep("a", run_of("2"));
  EXPECT_EQ(cache.bytes(), bytes);
  cache.forget("a");
  EXPECT_EQ(cache.bytes(), 0u);
  EXPECT_EQ(cache.entries(), 0u);
}

TEST(Cache, WithoutEntriesItIsOff) {
  Cache cache({.entries = 0});
  EXPECT_FALSE(cache.on());
  EXPECT_FALSE(cache.keep("a", run_of("1")));
  EXPECT_FALSE(cache.find("a"));
}

}  // namespace
}  // namespace agent
