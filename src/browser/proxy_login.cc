#include "browser/proxy_login.h"

#include <memory>
#include <set>
#include <string>

#include "cdp/limits.h"

namespace browser {
namespace {

constexpr std::size_t kMaxAsked = 1000;  // requests remembered as answered

}  // namespace

std::vector<cdp::Subscription> log_in(cdp::Session& session, const engine::Proxy& proxy) {
  std::vector<cdp::Subscription> kept;
  if (proxy.username.empty()) return kept;
  cdp::Session* raw = &session;
  // Whoever is asked for credentials is asked about every request; all are waved through.
  kept.push_back(session.on("Fetch.requestPaused", [raw](const json::Value& p) {
    raw->post("Fetch.continueRequest", {{"requestId", json::get_text(p, "requestId").value_or("")}});
  }));
  const auto asked = std::make_shared<std::set<std::string>>();
  kept.push_back(session.on("Fetch.authRequired", [&proxy, raw, asked](const json::Value& p) {
    const json::Value* challenge = json::find(p, "authChallenge");
    const bool by_proxy = challenge && json::get_text(*challenge, "source") == "Proxy";
    // Asked again for the same request, the proxy has refused them: giving them again would go on for ever.
    if (asked->size() > kMaxAsked) asked->clear();
    const bool again =
        by_proxy &&
        !asked->insert(std::string(json::get_string(p, "requestId").value_or("").substr(0, cdp::kMaxId))).second;
    json::Object answer{{"response", again ? "CancelAuth" : by_proxy ? "ProvideCredentials" : "Default"}};
    if (by_proxy && !again) {
      answer["username"] = proxy.username;
      const auto password = proxy.password.reveal();
      answer["password"] = boost::json::string(password.data(), password.size());
    }
    raw->post("Fetch.continueWithAuth", {{"requestId", json::get_text(p, "requestId").value_or("")},
                                         {"authChallengeResponse", std::move(answer)}});
  }));
  session.post("Fetch.enable", {{"handleAuthRequests", true}});
  return kept;
}

}  // namespace browser
