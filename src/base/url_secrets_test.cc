#include "base/url_secrets.h"

#include <gtest/gtest.h>

namespace base {
namespace {

TEST(UrlSecrets, AreHiddenWhereverAUrlStands) {
  const std::pair<const char*, const char*> cases[] = {
      {"http://me:pw@host/", "http://me:***@host/"},
      {"http://me:p:w@x@host:1/a@b", "http://me:***@host:1/a@b"},
      {"wss://0123456789@host", "wss://***@host"},
      {"see https://h/?token=abc&page=2#access_token=def, and \"http://:pw@h\"",
       "see https://h/?token=***&page=2#access_token=*** and \"http://:***@h\""},
      {"https://h/p?X-Amz-Signature=12&apiKey=34;api_key=56&key=78",
       "https://h/p?X-Amz-Signature=***&apiKey=***;api_key=***&key=***"},
      {"https://h/?next=http://u:p@i/?sig=1&q=2", "https://h/?next=http://u:***@i/?sig=***&q=2"},
      {"https://h/?keys=1&author=me&tokens=3&monkey=2&token=&secret",
       "https://h/?keys=1&author=me&tokens=3&monkey=2&token=&secret"},
      {"mail me@host about a:b@c", "mail me@host about a:b@c"},
      {"://", "://"},
      {"", ""},
  };
  for (const auto& [text, hidden] : cases) EXPECT_EQ(hide_url_secrets(text), hidden);
}

// What takes time that is quadratic in the text does not come to an end here. Mutant: the end of a URL sought anew for
// each one in it.
TEST(UrlSecrets, AreFoundInAHostileTextInLinearTime) {
  std::string text;
  while (text.size() < 2'000'000) text += "://";
  EXPECT_EQ(hide_url_secrets(text), text);
  EXPECT_EQ(hide_url_secrets(text + "me:pw@host/ ://a:b@c"), text + "me:***@host/ ://a:***@c");
}

}  // namespace
}  // namespace base
