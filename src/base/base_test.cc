#include <cmath>
#include <sstream>

#include <gtest/gtest.h>
#include <unistd.h>

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
  EXPECT_EQ(format_log_line(Level::info, 5, 7, "x", {{"nan", std::nan("")}, {"ms", 1.5}}),
            R"({"level":"info","time":5,"pid":7,"msg":"x","nan":null,"ms":1.500})");
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
  std::thread reader([&] {
    char chunk[65536];
    for (ssize_t n = 0; (n = read(ends[0], chunk, sizeof chunk)) > 0;) read_back.append(chunk, n);
  });
  logger->info("last");
  logger.reset();
  dup2(stdout_before, STDOUT_FILENO);  // the last writer's end
  close(stdout_before);
  reader.join();
  close(ends[0]);
  EXPECT_NE(read_back.find(R"("msg":"log lines dropped","count":)"), std::string::npos);
  EXPECT_NE(read_back.find(R"("msg":"last")"), std::string::npos);
}

}  // namespace
}  // namespace base
