#include "net/url.h"

#include <gtest/gtest.h>

namespace net {
namespace {

TEST(Url, GivesEachSchemeItsPort) {
  EXPECT_EQ(parse_url("ws://localhost")->port, 80);
  EXPECT_EQ(parse_url("wss://localhost")->port, 443);
  EXPECT_EQ(parse_url("http://localhost/")->port, 80);
  EXPECT_EQ(parse_url("HTTPS://localhost/")->port, 443);
  EXPECT_EQ(parse_url("ws://localhost:9222/devtools/browser/1")->port, 9222);
}

TEST(Url, KeepsPathAndQueryAndDropsTheFragment) {
  EXPECT_EQ(parse_url("wss://h?token=a%20b#x")->target, "/?token=a%20b");
  EXPECT_EQ(parse_url("wss://h/a/b?c=d")->target, "/a/b?c=d");
  EXPECT_EQ(parse_url("wss://h/ü<>")->target, "/%C3%BC%3C%3E");
}

TEST(Url, ReadsIpv6InBrackets) {
  const auto url = parse_url("ws://[::1]:9222/x");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->host, "::1");
  EXPECT_EQ(url->port, 9222);
  EXPECT_EQ(url->authority(), "[::1]:9222");
  EXPECT_EQ(parse_url("ws://[::1]/x")->host_header(), "[::1]");
}

TEST(Url, LeavesTheSchemesOwnPortOutOfTheHostHeader) {
  EXPECT_EQ(parse_url("wss://example.com/x")->host_header(), "example.com");
  EXPECT_EQ(parse_url("wss://example.com:443/x")->host_header(), "example.com");
  EXPECT_EQ(parse_url("ws://example.com:443/x")->host_header(), "example.com:443");
  EXPECT_EQ(parse_url("wss://Example.COM:9222/x")->host_header(), "example.com:9222");
}

TEST(Url, TakesCredentialsApart) {
  const auto url = parse_url("wss://us%40er:p%3Aw@host:1/x");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->userinfo, "us%40er:p%3Aw");
  EXPECT_EQ(url->host, "host");
  EXPECT_EQ(basic_auth(url->userinfo), "Basic dXNAZXI6cDp3");  // us@er:p:w
  EXPECT_EQ(basic_auth("user"), "Basic dXNlcjo=");
}

TEST(Url, SaysWhatIsWrong) {
  const auto why = [](std::string_view text) {
    const auto url = parse_url(text);
    return url ? "accepted: " + url->host : url.error().message;
  };
  EXPECT_EQ(why(""), "Invalid URL: it must begin with ws://, wss://, http:// or https://");
  EXPECT_EQ(why("localhost:9222"), "Invalid URL: it must begin with ws://, wss://, http:// or https://");
  EXPECT_EQ(why("ftp://h"), "Invalid URL: ftp:// is not ws, wss, http or https");
  EXPECT_EQ(why("ws:///x"), "Invalid URL: it names no host");
  EXPECT_EQ(why("ws://u:p@/x"), "Invalid URL: it names no host");
  EXPECT_EQ(why("ws://h:0"), "Invalid URL: its port is not a number from 1 to 65535");
  EXPECT_EQ(why("ws://h:65536"), "Invalid URL: its port is not a number from 1 to 65535");
  EXPECT_EQ(why("ws://h:99999999999"), "Invalid URL: its port is not a number from 1 to 65535");
  EXPECT_EQ(why("ws://h:1x"), "Invalid URL: its port is not a number from 1 to 65535");
  EXPECT_EQ(why("ws://[::1"), "Invalid URL: the IPv6 address has no closing bracket");
  EXPECT_EQ(why("ws://[zz]"), "Invalid URL: what is in brackets is no IPv6 address");
  EXPECT_EQ(why("ws://[::1]x"), "Invalid URL: only a port may follow the IPv6 address");
  EXPECT_EQ(why("ws://::1:9222"), "Invalid URL: it names no host");
  EXPECT_EQ(why("ws://1::1:9222"), "Invalid URL: an IPv6 address needs brackets: [::1]");
  EXPECT_EQ(why("ws://a<b"), "Invalid URL: its host has a character that names of hosts do not have");
  EXPECT_EQ(why("ws://h\\@evil"), "Invalid URL: it has a backslash where a slash is meant");
}

TEST(Url, RefusesWhatWouldForgeARequestLine) {
  EXPECT_FALSE(parse_url("ws://h/ HTTP/1.1\r\nX: y"));
  EXPECT_FALSE(parse_url(std::string_view("ws://h/\0x", 9)));
  EXPECT_TRUE(parse_url("  ws://h/x\n"));  // around it, blanks are a slip of copying
}

TEST(Url, NeverRepeatsCredentials) {
  for (const char* text : {"ftp://user:secret@h", "ws://user:secret@h:0", "ws://user:secret@"})
    EXPECT_EQ(parse_url(text).error().message.find("secret"), std::string::npos);
}

}  // namespace
}  // namespace net
