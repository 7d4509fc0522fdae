#include <cmath>
#include <sstream>

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/budget.h"
#include "base/id.h"
#include "base/log.h"
#include "base/secret.h"
#include "base/text.h"
#include "base/time.h"

namespace base {
namespace {

TEST(Secret, PrintsAsStarsEverywhere) {
  const Secret key("sk-very-secret");
  std::ostringstream out;
  out << key;
  EXPECT_EQ(out.str(), "***");
  EXPECT_EQ(fmt::format("{}", key), "***");
  EXPECT_EQ(key.reveal(), "sk-very-secret");
}

TEST(Secret, IsWipedWhenMovedFrom) {
  Secret from("short");
  const Secret to(std::move(from));
  EXPECT_TRUE(from.empty());  // NOLINT(bugprone-use-after-move): that is the subject
  EXPECT_EQ(to.reveal(), "short");
}

TEST(Secret, ComparesByValue) {
  EXPECT_TRUE(Secret("abc").equals("abc"));
  EXPECT_FALSE(Secret("abc").equals("abd"));
  EXPECT_FALSE(Secret("abc").equals("ab"));
}

TEST(Uuid, IsVersionFourAndNeverTheSame) {
  const std::string a = uuid_v4();
  EXPECT_EQ(a.size(), 36U);
  EXPECT_EQ(a[14], '4');
  EXPECT_NE(std::string("89ab").find(a[19]), std::string::npos);
  EXPECT_NE(a, uuid_v4());
}

TEST(Text, RepairsInvalidUtf8) {
  EXPECT_TRUE(is_valid_utf8("Grüße €"));
  EXPECT_FALSE(is_valid_utf8("\xed\xa0\xbd"));  // a surrogate
  EXPECT_FALSE(is_valid_utf8("\xc0\xaf"));      // overlong
  EXPECT_EQ(repair_utf8("a\xff"
                        "b"),
            "a\xef\xbf\xbd"
            "b");
}

TEST(Text, TruncatesAtACodePoint) {
  EXPECT_EQ(truncate("abc", 3), "abc");
  EXPECT_EQ(truncate("aü", 2), "a…");
}

TEST(Text, EncodesBase64WithPadding) {
  EXPECT_EQ(base64("user:pass"), "dXNlcjpwYXNz");
  EXPECT_EQ(base64("a"), "YQ==");
}

TEST(Text, NamesTheNearestWord) {
  EXPECT_EQ(nearest("--max-sesions", {"--max-sessions", "--port"}), "--max-sessions");
  EXPECT_EQ(nearest("--zzzzzzzz", {"--max-sessions", "--port"}), "");
}

TEST(Time, PrintsDatesAsTheWireWants) {
  const WallTime t{std::chrono::milliseconds(1795468913638)};
  EXPECT_EQ(iso8601(t), "2026-11-23T21:21:53.638Z");
  EXPECT_EQ(http_date(t), "Mon, 23 Nov 2026 21:21:53 GMT");
  EXPECT_EQ(after(kNever, std::chrono::seconds(1)), kNever);
}

TEST(Log, WritesOneJsonObjectALine) {
  EXPECT_EQ(format_log_line(Level::warn, 5, 7, "a \"b\"\n", {{"n", 3}, {"ok", true}, {"s", "x"}}),
            R"({"level":"warn","time":5,"pid":7,"msg":"a \"b\"\n","n":3,"ok":true,"s":"x"})");
  EXPECT_EQ(format_log_line(Level::info, 5, 7, "x", {{"error", "at https://me:pw@h/?token=1&p=2"}}),
            R"({"level":"info","time":5,"pid":7,"msg":"x","error":"at https://me:***@h/?token=***&p=2"})");
  EXPECT_EQ(format_log_line(Level::info, 5, 7, "x", {{"nan", std::nan("")}, {"ms", 1.5}}),
            R"({"level":"info","time":5,"pid":7,"msg":"x","nan":null,"ms":1.500})");
}

std::string line_with(const std::string& text) { return format_log_line(Level::info, 5, 7, "x", {{"t", text}}); }

// Mutants: a field is logged whole; cut amid a code point; a secret that the cut goes through is shown.
TEST(Log, CutsLongFields) {
  const auto cut = [](const std::string& shown) {
    return R"({"level":"info","time":5,"pid":7,"msg":"x","t":")" + shown + "…\"}";
  };
  const std::string most(Field::kMost, 'x');
  EXPECT_EQ(line_with(most), R"({"level":"info","time":5,"pid":7,"msg":"x","t":")" + most + "\"}");
  EXPECT_EQ(line_with(most + "x"), cut(most));
  EXPECT_EQ(line_with(std::string(std::size_t{64} << 20, 'x')), cut(most));
  for (std::size_t before = 1; before < 4; ++before) {
    const std::string text(Field::kMost - before, 'x');
    EXPECT_EQ(line_with(text + "\xf0\x9f\x98\x80 and more"), cut(text)) << before;
  }
  const std::string text = std::string(Field::kMost - 20, 'x') + " http://me:";
  EXPECT_EQ(line_with(text + std::string(100, 's') + "@a.test/" + most), cut(text + "***"));
  EXPECT_EQ(line_with(std::string(Field::kMost - 7, 'x') + "http://me:pw@a.test/ " + most),
            cut(std::string(Field::kMost - 7, 'x') + "http://"));
  EXPECT_LE(std::get<std::string>(Field("t", std::string(1 << 20, 'x')).value).size(), Field::kTaken);
}

// Nobody reads stdout while far more is logged than fits; then somebody does.
TEST(Log, SaysHowManyLinesGaveWayToAStalledReader) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const int stdout_before = dup(STDOUT_FILENO);
  dup2(ends[1], STDOUT_FILENO);
  close(ends[1]);
  auto logger = make_stdout_logger(Level::info);
  const std::string long_text(1000, 'x');
  for (int i = 0; i < 10'000; ++i) logger->info("line", {{"text", long_text}});

  std::string read_back;
  char chunk[65536];
  const auto read_until = [&](std::string_view text) {
    for (ssize_t n = 1; n > 0 && read_back.find(text) == read_back.npos;)
      if ((n = read(ends[0], chunk, sizeof chunk)) > 0) read_back.append(chunk, static_cast<std::size_t>(n));
  };
  read_until("\n");  // the writer goes on
  logger->info("last");
  read_until(R"("msg":"last")");
  logger.reset();
  dup2(stdout_before, STDOUT_FILENO);
  close(stdout_before);
  close(ends[0]);
  EXPECT_NE(read_back.find(R"("msg":"log lines dropped","count":)"), std::string::npos);
  EXPECT_NE(read_back.find(R"("msg":"last")"), std::string::npos);
}

// A pipe that nobody reads holds up neither who logs nor the end of the logger.
TEST(Log, EndsThoughNobodyReadsIt) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const int stdout_before = dup(STDOUT_FILENO);
  dup2(ends[1], STDOUT_FILENO);
  close(ends[1]);
  auto logger = make_stdout_logger(Level::info);
  const std::string long_text(1000, 'x');
  for (int i = 0; i < 1000; ++i) logger->info("line", {{"text", long_text}});
  logger.reset();
  dup2(stdout_before, STDOUT_FILENO);
  close(stdout_before);
  close(ends[0]);
}

TEST(Budget, IsOverWithItsStepsAndStaysOver) {
  Budget budget(3);
  EXPECT_TRUE(budget.spend());
  EXPECT_TRUE(budget.spend(2));
  EXPECT_FALSE(budget.over());
  EXPECT_FALSE(budget.spend());
  EXPECT_TRUE(budget.over());
  EXPECT_FALSE(budget.spend(0));
  EXPECT_EQ(budget.why(), "it takes more than 3 steps");
  EXPECT_FALSE(budget.exhaust("later"));
  EXPECT_EQ(budget.why(), "it takes more than 3 steps");
}

TEST(Budget, LooksAtTheClockAndAtTheStopNowAndThen) {
  Budget late(1'000'000, Milliseconds(0));
  int steps = 0;
  while (late.spend()) ++steps;
  EXPECT_LT(steps, 1000);
  EXPECT_EQ(late.why(), "it takes longer than 0 ms");
  std::stop_source stop;
  Budget stopped(1'000'000, Duration::max(), stop.get_token());
  EXPECT_TRUE(stopped.spend(100'000));
  stop.request_stop();
  steps = 0;
  while (stopped.spend()) ++steps;
  EXPECT_LT(steps, 1000);
  EXPECT_EQ(stopped.why(), "it was given up");
  Budget other(10);
  EXPECT_FALSE(other.exhaust("the pattern is too costly"));
  EXPECT_EQ(other.why(), "the pattern is too costly");
}

}  // namespace
}  // namespace base
