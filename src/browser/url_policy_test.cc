#include "browser/url_policy.h"

#include <gtest/gtest.h>

namespace browser {
namespace {

TEST(UrlPolicy, only_the_web_and_what_a_caller_wrote_itself_is_gone_to) {
  for (const char* url : {"http://h/", "HTTPS://h/x:y", " https://h/", "data:text/html,file:///etc/passwd",
                          "about:blank", "About:Blank#x", "http://h/file:///x"})
    EXPECT_EQ(refuse_url(url, FileUrls::refused), std::nullopt) << url;
}

TEST(UrlPolicy, a_text_without_a_scheme_is_for_chromium_to_refuse) {
  for (const char* url : {"", "no scheme", "not a url", "/path", "//host:1/x", "see example.test", "../x", "a", ".",
                          "[", "[::1", "[a b]", "1.2.3.4:x", "me@1.2.3.4"})
    EXPECT_EQ(refuse_url(url, FileUrls::refused), std::nullopt) << url;
}

TEST(UrlPolicy, files_are_recognised_however_they_are_spelt) {
  for (const char* url : {"file:///etc/passwd", "FILE:///etc/passwd", " file:///etc/passwd", "\t\nfile:/etc/passwd",
                          "fi\nle:///etc/passwd", "f\tile:etc/passwd", "\x01 file:x"}) {
    EXPECT_EQ(refuse_url(url, FileUrls::refused), "file: URLs are not allowed; start the server with --allow-file-urls")
        << url;
    EXPECT_EQ(refuse_url(url, FileUrls::allowed), std::nullopt) << url;
  }
}

TEST(UrlPolicy, every_other_scheme_is_refused_by_name_and_with_the_flag) {
  for (const char* url :
       {"chrome://version", "devtools://devtools/x", "java\tscript:alert(1)", "view-source:http://h/",
        "view-source:file:///etc/passwd", "View-Source: file:///x", "filesystem:file:///temporary/x", "blob:file:///x",
        "blob:http://h/1-2", "mailto:x@y.test", "ftp://h/", "profile:x", "chrome-extension://x/", "ws://h/"})
    for (const auto files : {FileUrls::refused, FileUrls::allowed}) {
      const std::string why = refuse_url(url, files).value_or("");
      EXPECT_TRUE(why.starts_with(scheme_of(url) + ": URLs are not allowed")) << url << ": " << why;
      EXPECT_NE(why.find("--allow-file-urls"), std::string::npos) << why;
    }
  EXPECT_EQ(refuse_url("about:crash", FileUrls::allowed), "about: URLs other than about:blank are not allowed");
}

TEST(UrlPolicy, what_begins_with_a_host_is_taken_for_http) {
  for (const std::string url :
       {"localhost:3000/x", "example.test:80", "127.0.0.1:18080/", "127.0.0.1", "example.test", "Example.test/x?y:z",
        "example.test/a b", "localhost", "localhost/x", "[::1]:80/x", "[::1]"}) {
    EXPECT_EQ(with_scheme(url), "http://" + url);
    EXPECT_EQ(with_scheme(" \t" + url + "\n"), "http://" + url);
  }
}

TEST(UrlPolicy, what_has_a_scheme_or_no_host_stays_as_it_is) {
  for (const std::string url : {"",
                                "no scheme",
                                "/path",
                                "//host:1/x",
                                "see example.test",
                                "../x",
                                "a",
                                "[",
                                "[::1",
                                "1.2.3.4:x",
                                "me@1.2.3.4",
                                "http://h/",
                                " https://h/",
                                "data:1",
                                "about:blank",
                                "javascript:1",
                                "file:///x",
                                "mailto:x@y.test",
                                "chrome://version",
                                "tel:123"})
    EXPECT_EQ(with_scheme(url), url);
}

TEST(UrlPolicy, links_of_other_programs_leave_the_browser) {
  for (const char* url : {"mailto:x@y.test", "TEL:123", "weird+app:foo", "sms:1", "ssh://h/", "ms-word:x"})
    EXPECT_TRUE(leaves_the_browser(url)) << url;
  for (const char* url : {"http://h/", "https://h/", "about:srcdoc", "blob:http://h/1", "data:,x", "javascript:1",
                          "chrome-error://chromewebdata/", "file:///x", "", "/x"})
    EXPECT_FALSE(leaves_the_browser(url)) << url;
}

}  // namespace
}  // namespace browser
