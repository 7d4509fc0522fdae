#include "engine/named_files.h"

#include <gtest/gtest.h>

#include "aio/testing/one_worker.h"

namespace engine {
namespace {

bool may(NamedFiles files, std::string path) { return !files.refuse("setInputFiles", {std::move(path)}); }

TEST(NamedFiles, are_those_that_stand_whole_in_the_callers_words) {
  for (const char* words : {"upload /tmp/cv.pdf", "/tmp/cv.pdf", "Upload \"/tmp/cv.pdf\".", "put (/tmp/cv.pdf) there",
                            "attach /tmp/cv.pdf, then send", "is it /tmp/cv.pdf?", "file:/tmp/cv.pdf",
                            "nimm \u201e/tmp/cv.pdf\u201c", "'/tmp/cv.pdf'"})
    EXPECT_TRUE(may(NamedFiles({words}, {}), "/tmp/cv.pdf")) << words;
  for (const char* words : {"", "upload the file", "upload /tmp/cv.pdf.bak", "upload /old/tmp/cv.pdf",
                            "upload /tmp/cv.pdf/x", "upload x/tmp/cv.pdf", "upload /tmp/cv.pdfs", "-/tmp/cv.pdf"})
    EXPECT_FALSE(may(NamedFiles({words}, {}), "/tmp/cv.pdf")) << words;
}

TEST(NamedFiles, a_part_of_a_path_is_no_path) {
  const NamedFiles files({"upload /srv/me/cv.pdf"}, {});
  for (const char* path : {"cv.pdf", "/srv/me/cv", "/srv/me", "home/me/cv.pdf", "", "/srv/me/./cv.pdf",
                           "/srv/me/cv.pdf/../../../etc/passwd", "/etc/passwd"})
    EXPECT_FALSE(may(files, path)) << path;
}

TEST(NamedFiles, a_path_that_no_system_opens_is_not_named) {
  const std::string path = "/" + std::string(4094, 'a');
  EXPECT_TRUE(may(NamedFiles({"upload " + path}, {}), path));
  EXPECT_FALSE(may(NamedFiles({"upload " + path + "a"}, {}), path + "a"));
}

// Compared at each place, these would take as long as 4 TB do.
TEST(NamedFiles, long_paths_are_looked_for_in_long_words) {
  const NamedFiles files({std::string(4'000'000, 'a')}, {});
  EXPECT_FALSE(may(files, std::string(1'000'000, 'a')));
  EXPECT_FALSE(may(files, std::string(4000, 'a')));
}

// A path of words begins wherever a word does.
TEST(NamedFiles, paths_of_many_words_are_looked_for_in_one_walk) {
  std::string words, path;
  for (int i = 0; i < 2'000'000; ++i) words += "x ";
  for (int i = 0; i < 2'000; ++i) path += "x ";
  const NamedFiles files({words + "y"}, {});
  EXPECT_FALSE(may(files, path + "y y"));
  EXPECT_TRUE(may(files, path + "y"));
  EXPECT_TRUE(may(NamedFiles({"aab aaab"}, {}), "aaab"));
  EXPECT_TRUE(may(NamedFiles({"xabab ababc abab"}, {}), "abab"));
}

// Mutants: any number of files is looked for; each action has the whole number.
TEST(NamedFiles, a_hundred_files_may_be_asked_about) {
  NamedFiles files({"/a"}, {});
  EXPECT_FALSE(files.refuse("setInputFiles", std::vector<std::string>(60, "/a")));
  EXPECT_FALSE(files.refuse("setInputFiles", std::vector<std::string>(40, "/a")));
  EXPECT_EQ(files.refuse("setInputFiles", {"/a"}).value_or(""),
            "more than 100 files are to be uploaded, which is the limit for what a model names");
}

// Mutant: long words are looked through on the loop.
TEST(NamedFiles, are_looked_for_in_long_words_by_the_workers) {
  for (const bool large : {false, true}) {
    aio::testing::OneWorker one;
    const aio::Context ctx = one.context();
    NamedFiles files({std::string(large ? 40'000 : 10'000, 'a') + " /a /b"}, {});
    const std::vector<std::string> paths{"/a", "/b"};
    const auto seen = one.see(files.refuse(ctx, "setInputFiles", paths));
    EXPECT_FALSE(seen.result);
    EXPECT_EQ(seen.waited, large);
  }
}

TEST(NamedFiles, values_of_variables_are_named_whole_and_within_words) {
  Variables variables;
  variables.emplace("cv", base::Secret("/tmp/a b.pdf"));
  const NamedFiles files({"upload %cv% and /home/%cv%"}, variables);
  EXPECT_TRUE(may(files, "/tmp/a b.pdf"));
  EXPECT_TRUE(may(files, "/home//tmp/a b.pdf"));
  EXPECT_FALSE(may(files, "/tmp/a b.pdf/../x"));
  EXPECT_TRUE(may(NamedFiles({}, variables), "/tmp/a b.pdf"));
}

TEST(NamedFiles, every_file_of_several_has_to_be_named_and_none_is_always_allowed) {
  NamedFiles files({"/a and /b"}, {});
  EXPECT_FALSE(files.refuse("setInputFiles", {"/a", "/b"}));
  EXPECT_TRUE(files.refuse("setInputFiles", {"/a", "/c"}));
  EXPECT_FALSE(files.refuse("setInputFiles", {}));
  EXPECT_FALSE(NamedFiles().refuse("fill", {"/etc/passwd"}));
  EXPECT_NE(NamedFiles().refuse("setInputFiles", {"/etc/passwd"}).value_or("").find("\"/etc/passwd\" may not"),
            std::string::npos);
}

}  // namespace
}  // namespace engine
