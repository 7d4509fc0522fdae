#include "llm/google_auth.h"

#include <fmt/format.h>

#include "aio/compute.h"
#include "json/read.h"
#include "json/write.h"
#include "llm/crypto.h"

namespace llm {
namespace {

constexpr std::size_t kMaxKept = 100;

std::string identity(const GoogleAccount& account) {
  const base::Secret all(fmt::format("{}\n{}\n{}\n{}", account.client_email, account.token_url, account.scope,
                                     account.private_key.reveal()));
  return sha256(all.reveal());
}

}  // namespace

base::Result<net::HttpCall> google_token_request(const GoogleAccount& account, base::WallTime now) {
  const std::int64_t issued = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  json::Object head{{"alg", "RS256"}, {"typ", "JWT"}};
  if (!account.private_key_id.empty()) head["kid"] = account.private_key_id;
  const json::Object claim{{"iss", account.client_email},
                           {"scope", account.scope},
                           {"aud", account.token_url},
                           {"iat", issued},
                           {"exp", issued + 3600}};
  const std::string unsigned_token = base64url(json::write(head)) + "." + base64url(json::write(claim));
  TRY(const std::string signature, sign_rs256(account.private_key, unsigned_token));
  net::HttpCall call{.url = account.token_url, .max_body = 64 * 1024};
  call.headers.add("content-type", "application/x-www-form-urlencoded");
  call.body = fmt::format("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion={}.{}",
                          unsigned_token, base64url(signature));
  return call;
}

base::Result<GoogleToken> google_token_reply(const net::HttpReply& reply) {
  const auto body = json::read(reply.body);
  const json::Value answer = body ? *body : json::Value();
  if (reply.status != 200) {
    const auto why = json::get_string(answer, "error_description");
    const auto kind = reply.status >= 500 ? base::Kind::upstream : base::Kind::invalid;
    return base::fail(kind, fmt::format("Google gave no token for the service account: {}", why.value_or("no reason")),
                      fmt::format("HTTP {}", reply.status));
  }
  const auto token = json::get_text(answer, "access_token");
  if (!token) return base::fail(base::Kind::upstream, "Google's token endpoint answered without a token");
  const std::int64_t seconds = json::get_int(answer, "expires_in").value_or(300);
  return GoogleToken{base::Secret(*token), std::chrono::seconds(std::clamp<std::int64_t>(seconds, 0, 86400))};
}

aio::Task<base::Result<base::Secret>> GoogleTokens::token(const aio::Context& ctx, GoogleAccount account) {
  const std::string who = identity(account);
  if (const auto it = kept_.find(who); it != kept_.end() && ctx.now() < it->second.until) co_return it->second.token;
  const base::WallTime now = ctx.clock->wall();
  // The key is the caller's, and a signature with a large one takes long.
  CO_TRY(auto call,
         co_await aio::compute_long(ctx, [&](const std::stop_token&) { return google_token_request(account, now); }));
  CO_TRY(const net::HttpReply reply, co_await http_.send(ctx, std::move(call)));
  CO_TRY(GoogleToken fresh, google_token_reply(reply));
  std::erase_if(kept_, [&](const auto& entry) { return entry.second.until <= ctx.now(); });
  if (kept_.size() >= kMaxKept) kept_.erase(kept_.begin());
  kept_.insert_or_assign(who, Kept{fresh.token, ctx.now() + fresh.lasts - std::chrono::minutes(1)});
  co_return std::move(fresh.token);
}

}  // namespace llm
