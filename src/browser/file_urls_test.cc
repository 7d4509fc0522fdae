#include "browser/file_urls.h"

#include <gtest/gtest.h>

namespace browser {
namespace {

TEST(FileUrls, are_recognised_however_they_are_spelt) {
  for (const char* url : {"file:///etc/passwd", "FILE:///etc/passwd", " file:///etc/passwd", "\t\nfile:/etc/passwd",
                          "fi\nle:///etc/passwd", "f\tile:etc/passwd", "\x01 file:x", "view-source:file:///etc/passwd",
                          "View-Source: file:///x", "view-source:view-source:file:///x",
                          "filesystem:file:///temporary/x", "blob:file:///x"})
    EXPECT_TRUE(reads_a_file(url)) << url;
}

TEST(FileUrls, other_urls_are_left_alone) {
  for (const char* url : {"", "http://h/file:///x", "https://h/?u=file:///x", "data:text/html,file:///etc/passwd",
                          "about:blank", "view-source:http://h/", "blob:http://h/1-2", "profile:x", "chrome://version"})
    EXPECT_FALSE(reads_a_file(url)) << url;
}

}  // namespace
}  // namespace browser
