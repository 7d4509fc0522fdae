#include "base/redactor.h"

#include <gtest/gtest.h>

#include "base/testing/sanitized.h"
#include "base/text.h"

namespace base {
namespace {

constexpr std::string_view kKey = "Zk9-pQ7vLm2_Xc4Rt8Wy";

std::string secret_hidden(std::string_view text, std::string_view secret = kKey) {
  Redactor redactor;
  redactor.add(secret);
  return redactor(text);
}

struct Spelling {
  const char* name;
  const char* text;
};

void PrintTo(const Spelling& spelling, std::ostream* out) { *out << spelling.name; }

class RedactorSpellings : public ::testing::TestWithParam<Spelling> {};

// Mutants: no folding, no layers of escapes, no separators left out, whole secrets alone.
TEST_P(RedactorSpellings, IsHiddenInTheMiddleOfAMessage) {
  const std::string text = std::string("bad key (") + GetParam().text + ") was given";
  EXPECT_EQ(secret_hidden(text), "bad key (***) was given");
}

INSTANTIATE_TEST_SUITE_P(
    All, RedactorSpellings,
    ::testing::Values(
        Spelling{"Exact", "Zk9-pQ7vLm2_Xc4Rt8Wy"}, Spelling{"UpperCase", "ZK9-PQ7VLM2_XC4RT8WY"},
        Spelling{"LowerCase", "zk9-pq7vlm2_xc4rt8wy"}, Spelling{"Reversed", "yW8tR4cX_2mLv7Qp-9kZ"},
        Spelling{"ReversedInUpperCase", "YW8TR4CX_2MLV7QP-9KZ"}, Spelling{"PercentEncoded", "Zk9%2DpQ7vLm2%5fXc4Rt8Wy"},
        Spelling{"AllPercentEncoded", "%5A%6B%39%2D%70%51%37%76%4C%6D%32%5F%58%63%34%52%74%38%57%79"},
        Spelling{"PercentEncodedTwice", "Zk9%252DpQ7vLm2%255F%2558c4Rt8Wy"},
        Spelling{"PercentEncodedThreeTimes", "Zk9%25252DpQ7vLm2_%252558c4Rt8Wy"},
        Spelling{"PercentU", "Zk9%u002DpQ7vLm2_Xc4Rt8Wy"}, Spelling{"JsonEscaped", R"(Zk9\u002dpQ7vLm2_\u0058c4Rt8Wy)"},
        Spelling{"JsonEscapedTwice", R"(Zk9\\u002dpQ7vLm2_\\u0058c4Rt8Wy)"},
        Spelling{"JavaScriptEscaped", R"(Zk9\x2dpQ7vLm2_\u{58}c4Rt8Wy)"},
        Spelling{"EntitiesInDecimal", "Zk9&#45;pQ7vLm2_&#88;c4Rt8Wy"},
        Spelling{"EntitiesInHex", "Zk9&#x2D;pQ7vLm2_&#X58;c4Rt8Wy"},
        Spelling{"EntitiesWithoutSemicolon", "Zk9&#45pQ7vLm2_&#x5f&#88c4Rt8Wy"},
        Spelling{"NamedEntities", "Zk9&hyphen;pQ7vLm2&lowbar;Xc4Rt8Wy"},
        Spelling{"EntitiesOfEntities", "Zk9&amp;#45;pQ7vLm2_&amp;#88;c4Rt8Wy"},
        Spelling{"PercentOfEntities", "Zk9%26%2345%3BpQ7vLm2_%26%2388%3Bc4Rt8Wy"},
        Spelling{"Newlines", "Zk9-pQ7\nvLm2_Xc4\r\nRt8Wy"}, Spelling{"EscapedNewlines", R"(Zk9-pQ7\nvLm2_Xc4\nRt8Wy)"},
        Spelling{"Spaces", "Zk9 - pQ7v Lm2_ Xc4R t8Wy"}, Spelling{"Hyphens", "Z-k-9-p-Q-7-v-L-m-2-X-c-4-R-t-8-W-y"},
        Spelling{"LetterByLetter", "Z k 9 - p Q 7 v L m 2 _ X c 4 R t 8 W y"},
        Spelling{"Literals", R"(Zk9-pQ7" + "vLm2_Xc4" + "Rt8Wy)"},
        Spelling{"ZeroWidthSpaces", "Zk9-pQ7\xE2\x80\x8BvLm2_Xc4\xE2\x80\x8DRt8\xEF\xBB\xBFWy"},
        Spelling{"EscapedZeroWidthSpaces", R"(Zk9-pQ7\u200bvLm2_Xc4&#8203;Rt8%E2%80%8BWy)"},
        Spelling{"SoftHyphens", "Zk9-pQ7\xC2\xADvLm2_Xc4&shy;Rt8Wy"},
        Spelling{"LongDashes", "Zk9\xE2\x80\x94pQ7vLm2\xE2\x80\x90Xc4Rt8Wy"},
        Spelling{"Hex", "5a6b392d705137764c6d325f58633452743857 79"},
        Spelling{"HexInMixedCase", "5A6b392D705137764c6D325f58633452743857 79"},
        Spelling{"HexWithColons", "5a:6b:39:2d:70:51:37:76:4c:6d:32:5f:58:63:34:52:74:38:57:79"},
        Spelling{"WithoutItsEnd", "Zk9-pQ7vLm2_Xc"}, Spelling{"WithoutItsBeginning", "m2_Xc4Rt8Wy"},
        Spelling{"WithoutItsEndInUpperCase", "ZK9-PQ7VLM2_XC"}, Spelling{"OfTheMiddle", "pQ7vLm2_Xc4R"},
        Spelling{"TheEndsAlone", "Zk9...8Wy"}, Spelling{"TheEndsAloneInUpperCase", "ZK9-P...T8WY"},
        Spelling{"TheEndsAroundAnEllipsis", "Zk9-pQ\xE2\x80\xA6Rt8Wy"}, Spelling{"TheEndsAroundStars", "Zk9-****Rt8Wy"},
        Spelling{"TheEndsInBrackets", "Zk9-p[...]t8Wy"}, Spelling{"TheEndsEscaped", R"(Zk9\u2026\u0038Wy)"},
        Spelling{"LongEnds", "Zk9-pQ7vLm...c4Rt8Wy"}),
    [](const auto& info) { return info.param.name; });

TEST(Redactor, HidesBase64InEachOfItsAlignments) {
  const std::string odd = "k?>9~~?>pQ7>>??vLm2Xc4Rt8Wy";  // which base64url spells otherwise
  for (const std::string before : {"", "a", "ab", "user:"})
    for (const std::string after : {"", "c", "cd"}) {
      std::string text = base64(before + odd + after);
      EXPECT_EQ(text.find("***"), std::string::npos);
      for (const bool url : {false, true}) {
        if (url)
          for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
        const std::string left = secret_hidden(text, odd);
        EXPECT_NE(left.find("***"), std::string::npos) << text;
        EXPECT_LE(left.size(), before.size() * 2 + after.size() * 2 + 8) << left;
        std::string wrapped = text;
        for (std::size_t at = 8; at < wrapped.size(); at += 10) wrapped.insert(at, "\r\n");
        EXPECT_LE(secret_hidden(wrapped, odd).size(), before.size() * 2 + after.size() * 2 + 12) << wrapped;
      }
    }
  EXPECT_EQ(secret_hidden(base64(kKey).substr(0, 20)), "***");
}

TEST(Redactor, HidesAPartOfALongSecretFromTwelveLettersOn) {
  const std::string secret = "q7GmZ1xV5nBt8KcR3sDw9LhP2jFy6TaE4uXoQi0bNvMrCzWg";
  EXPECT_EQ(secret_hidden("see q7GmZ1xV5nB", secret), "see q7GmZ1xV5nB");
  EXPECT_EQ(secret_hidden("see q7GmZ1xV5nBt", secret), "see ***");
  EXPECT_EQ(secret_hidden("see P2jFy6TaE4uX.", secret), "see ***.");
}

TEST(Redactor, LeavesProseAlone) {
  Redactor redactor;
  redactor.add("correct-horse-battery-staple");
  redactor.add("sk-ant-api03-9f8Kq2LmX7wVt4Rz");
  redactor.add_header("content-type", "application/json");
  redactor.add_header("x-title", "application of horses");
  for (const char* text : {"Your application was refused: 100% of the horses are correct & well, e.g. a battery.",
                           "The model `gpt-4o-mini-2024-07-18` does not exist", "content-type must be application/json",
                           "invalid value: 'C:\\new\\table' (&copy; 2024) at 50%ab",
                           "See https://p.example/keys?x=%41%42&y=1 ...", "The correct hors", "sk-ant-api", "",
                           "Gr\xC3\xBC\xC3\x9F"
                           "e \xE2\x82\xAC \xE2\x80",
                           "%", "\\", "&", "&#", "\\u00", "%u00"})
    EXPECT_EQ(redactor(text), text);
}

TEST(Redactor, SeeksShortSecretsWholeAndNoneThatAreWords) {
  EXPECT_EQ(secret_hidden("it is HUNTER2 here", "hunter2"), "it is *** here");
  EXPECT_EQ(secret_hidden("it is hunter here", "hunter2"), "it is hunter here");
  EXPECT_EQ(secret_hidden("abc", "abc"), "abc");
  EXPECT_EQ(secret_hidden("it is !\"$%&/()= and =)(/&%$\"!", "!\"$%&/()="), "it is *** and ***");
}

TEST(Redactor, KnowsWhatIsSecretInAHeader) {
  Redactor redactor;
  redactor.add_header("Authorization", "Bearer abcd1234");
  redactor.add_header("Proxy-Authorization", "Basic " + base64("me:hunter2"));
  redactor.add_header("User-Agent", "Mozilla/5.0");
  redactor.add_header("cookie", "sid=0123456789");
  EXPECT_EQ(redactor("bearer ABCD1234, hunter2, Mozilla/5.0, bearer, 0123456789"),
            "bearer ***, ***, Mozilla/5.0, bearer, ***");
}

TEST(Redactor, KnowsWhatIsSecretInAUrl) {
  Redactor redactor;
  redactor.add_url("wss://me:my%20password@host/path?token=0123456789&size=1280x1024");
  EXPECT_EQ(redactor("my password, my%20password, 0123456789, 1280x1024, /path"), "***, ***, ***, 1280x1024, /path");
}

// What takes time that is quadratic in the text, or in the secrets, does not come to an end here.
TEST(Redactor, TakesAHostileTextInLinearTime) {
  constexpr std::size_t kLong = Redactor::kMaxText / (testing::kSanitized ? 8 : 1);
  const std::string same(kLong - 1, 'a');
  EXPECT_EQ(secret_hidden(same + "b", std::string(1000, 'a') + "b").substr(0, 3), "***");
  std::string near;  // many places that begin as the secret does, and go on otherwise
  while (near.size() + 16 < kLong) near += "aaaaaaaaaaa%25%2";
  std::string secret;
  while (secret.size() + 12 < Redactor::kMaxSecrets) secret += "aaaaaaaaaaab";
  EXPECT_EQ(secret_hidden(near, secret), near);
  std::string ends;
  while (ends.size() + 9 < kLong) ends += "Zk9...Zk9 ";
  EXPECT_EQ(secret_hidden(ends), ends);
}

// Mutant: an index of the secrets is made for each text, which does not come to an end here.
TEST(Redactor, TakesManyShortTexts) {
  Redactor redactor;
  std::string secret;
  for (int n = 0; secret.size() + 8 < Redactor::kMaxSecrets; ++n) secret += "a" + std::to_string(n) + "b";
  redactor.add(secret);
  for (int n = 0; n < (testing::kSanitized ? 2'000 : 20'000); ++n)
    ASSERT_EQ(redactor("no such method"), "no such method");
  redactor.add("hunter2");  // what came after the first text counts as well
  EXPECT_EQ(redactor("it is hunter2"), "it is ***");
  EXPECT_EQ(redactor(""), "");
}

// Mutants: copies put the secrets in order for themselves; what is added to a copy is sought by the others too.
TEST(Redactor, SharesItsWorkWithItsCopies) {
  Redactor redactor;
  EXPECT_EQ(redactor.unprepared(), 0u);
  redactor.add(kKey);
  EXPECT_GT(redactor.unprepared(), kKey.size());
  const Redactor copy = redactor;
  Redactor more = redactor;
  EXPECT_EQ(copy(kKey), "***");
  EXPECT_EQ(redactor.unprepared(), 0u);
  more.add("hunter2");
  EXPECT_GT(more.unprepared(), 0u);
  more.prepare();
  EXPECT_EQ(more.unprepared(), 0u);
  EXPECT_EQ(more("hunter2"), "***");
  EXPECT_EQ(redactor("hunter2"), "hunter2");
}

TEST(Redactor, PassesNothingBeyondItsBudgets) {
  Redactor large;
  large.add(std::string(Redactor::kMaxSecrets + 1, 'x'));
  EXPECT_EQ(large("any text"), "***");
  Redactor many;
  for (std::size_t n = 0; n <= Redactor::kMostSecrets; ++n) many.add("secret" + std::to_string(n));
  EXPECT_EQ(many("any text"), "***");
  const std::string text = std::string(Redactor::kMaxText, '.') + std::string(kKey);
  EXPECT_EQ(secret_hidden(text), std::string(Redactor::kMaxText, '.'));
}

}  // namespace
}  // namespace base
