#include "browser/app_links.h"

#include <memory>
#include <set>
#include <string>

#include "base/text.h"
#include "browser/url_policy.h"

namespace browser {
namespace {

constexpr std::size_t kMostSchemes = 8;
constexpr std::size_t kLongestScheme = 40;

}  // namespace

cdp::Subscription log_app_links(cdp::Session& session, const base::Logger& log) {
  const auto told = std::make_shared<std::set<std::string>>();
  return session.on("Page.frameRequestedNavigation", [told, &log](const json::Value& params) {
    const std::string_view url = json::get_string(params, "url").value_or("");
    if (told->size() >= kMostSchemes || !leaves_the_browser(url)) return;
    const std::string scheme = base::truncate(scheme_of(url), kLongestScheme);
    if (told->insert(scheme).second) log.warn("link to another program was not opened", {{"scheme", scheme}});
  });
}

}  // namespace browser
