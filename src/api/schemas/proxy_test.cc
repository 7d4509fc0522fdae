#include "api/schemas/proxy.h"

#include <gtest/gtest.h>

namespace api::schemas {
namespace {

std::string server(std::string_view text) {
  const auto read = read_proxy_server(text);
  return read ? read->server : "must be " + read.error().message;
}

TEST(ProxyServer, proxies_that_chromium_knows_are_given_to_it) {
  for (const char* good :
       {"http://h:3128", "https://h", "socks5://h:1080", "socks4://10.0.0.1:1", "socks://h", "h:8080", "h", "[::1]:80",
        "http://[2001:db8::1]:3128", "http=a:1;https=b:2", "a:1,direct://"})
    EXPECT_EQ(server(good), good);
  EXPECT_EQ(server("HTTP://Host:1/"), "http://Host:1");
  EXPECT_EQ(server(" h:1 "), "h:1");
  EXPECT_TRUE(read_proxy_server("http://h:1,socks5://h:2")->socks);
  EXPECT_FALSE(read_proxy_server("http://h:1")->socks);
}

TEST(ProxyServer, others_are_refused_with_what_is_wrong) {
  for (const char* bad : {"ftp://h:21", "socks4a://h:1", "://h", "quic://h:1", "direct://h"})
    EXPECT_TRUE(server(bad).starts_with("must be an http, https, socks4 or socks5 proxy"))
        << bad << ": " << server(bad);
  for (const char* bad :
       {"", "http://", "http://:80", "http://a b", "[::1", "http://[x]:1", "a:1;", "http://me@", "::::"})
    EXPECT_TRUE(server(bad).starts_with("must be a proxy with the name or address of a host"))
        << bad << ": " << server(bad);
  for (const char* bad : {"http://h/path", "http://127.0.0.1:9/path", "http://h?x", "h:1#x", "http://me:p@h:1/path"})
    EXPECT_TRUE(server(bad).starts_with("must be a proxy without a path")) << bad << ": " << server(bad);
  for (const char* bad : {"http://h:99999", "h:0", "h:", "h:1x", "[::1]:-1", "::1"})
    EXPECT_TRUE(server(bad).starts_with("must be ")) << bad << ": " << server(bad);
  EXPECT_TRUE(server("http://h:99999").starts_with("must be a proxy with a port from 1 to 65535"));
}

TEST(ProxyServer, credentials_are_taken_out_of_the_url) {
  const auto read = read_proxy_server("http://me:p%40ss%3A@h:1");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->server, "http://h:1");
  EXPECT_EQ(read->username, "me");
  EXPECT_EQ(read->password.reveal(), "p@ss:");
  const auto rules = read_proxy_server("http=me:a=b@h:1;https=x:2");
  ASSERT_TRUE(rules);
  EXPECT_EQ(rules->server, "http=h:1;https=x:2");
  EXPECT_EQ(rules->password.reveal(), "a=b");
  EXPECT_TRUE(server("a:b@h:1,c:d@i:2").starts_with("must be a list of proxies of which one"));
  EXPECT_TRUE(server("http://:secret@h:1").starts_with("must be a proxy whose credentials"));
}

TEST(ProxyServer, socks_knows_no_login) {
  EXPECT_TRUE(server("socks5://me:p@h:1").starts_with("must be a socks proxy without credentials"));
  EXPECT_EQ(server("socks5://me:p@h:1").find("me:p"), std::string::npos);
}

}  // namespace
}  // namespace api::schemas
