#include "net/outbound_policy.h"

#include <gtest/gtest.h>

namespace net {
namespace {

Network network(const char* text) { return network_of(boost::asio::ip::make_address(text)); }

bool allows(const OutboundPolicy& policy, std::string_view url) {
  const auto parsed = parse_url(url);
  return parsed && policy.check(*parsed).has_value();
}

TEST(OutboundPolicy, KnowsTheNetworkOfAnAddress) {
  for (const char* text : {"8.8.8.8", "100.63.255.255", "172.32.0.1", "2606:4700::1", "::ffff:8.8.8.8"})
    EXPECT_EQ(network(text), Network::global) << text;
  for (const char* text : {"127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"})
    EXPECT_EQ(network(text), Network::loopback) << text;
  for (const char* text :
       {"10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "fd12::1", "fc00::1"})
    EXPECT_EQ(network(text), Network::local) << text;
  for (const char* text : {"169.254.169.254", "fe80::1", "fd00:ec2::254", "::ffff:169.254.169.254"})
    EXPECT_EQ(network(text), Network::link_local) << text;
  for (const char* text : {"0.0.0.0", "::", "224.0.0.1", "255.255.255.255", "ff02::1"})
    EXPECT_EQ(network(text), Network::other) << text;
}

TEST(OutboundPolicy, LetsALaptopReachItsOwnModelsButNeverTheMetadataService) {
  const OutboundPolicy policy;
  EXPECT_TRUE(allows(policy, "http://127.0.0.1:11434/api"));
  EXPECT_TRUE(allows(policy, "http://192.168.1.20:8000/v1"));
  EXPECT_TRUE(allows(policy, "https://api.example.com/v1"));
  EXPECT_FALSE(allows(policy, "http://169.254.169.254/latest/meta-data"));
  EXPECT_FALSE(allows(policy, "http://[fe80::1]/"));
  EXPECT_FALSE(allows(policy, "http://0.0.0.0:3000/"));
  EXPECT_FALSE(allows(policy, "ws://api.example.com/"));
}

TEST(OutboundPolicy, KeepsASharedServerOffPrivateNetworks) {
  const OutboundPolicy policy{.reach = OutboundPolicy::Reach::public_only};
  EXPECT_TRUE(allows(policy, "https://8.8.8.8/"));
  EXPECT_FALSE(allows(policy, "http://127.0.0.1:11434/api"));
  EXPECT_FALSE(allows(policy, "http://10.1.2.3/"));
  EXPECT_FALSE(allows(policy, "http://[::ffff:10.1.2.3]/"));
}

TEST(OutboundPolicy, AllowsOnlyTheListedHostsWhenThereAreAny) {
  const OutboundPolicy policy{.hosts = {"api.example.com", "*.azure.example", "localhost:11434", "[::1]:80"}};
  EXPECT_TRUE(allows(policy, "https://API.example.com/v1"));
  EXPECT_TRUE(allows(policy, "https://me.openai.azure.example/"));
  EXPECT_TRUE(allows(policy, "http://localhost:11434/api"));
  EXPECT_TRUE(allows(policy, "http://[::1]/"));
  EXPECT_FALSE(allows(policy, "http://localhost:11435/api"));
  EXPECT_FALSE(allows(policy, "https://azure.example/"));
  EXPECT_FALSE(allows(policy, "https://evil-azure.example/"));
  EXPECT_FALSE(allows(policy, "https://api.example.com.evil.example/"));
}

TEST(OutboundPolicy, SaysWhichHostAndNoCredentials) {
  const OutboundPolicy policy{.hosts = {"a.example"}};
  const auto url = parse_url("https://user:secret@b.example/v1?key=secret");
  ASSERT_TRUE(url);
  const auto refused = policy.check(*url);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "The host b.example:443 is not among those that this server may call");
}

}  // namespace
}  // namespace net
