#include "llm/http_llm.h"

#include <algorithm>

#include <fmt/format.h>

#include "aio/compute.h"
#include "base/text.h"
#include "json/read.h"
#include "llm/account.h"
#include "llm/provider/codec.h"
#include "llm/redact.h"
#include "llm/repair.h"
#include "llm/reply_body.h"
#include "llm/sigv4.h"

namespace llm {
namespace {

constexpr json::ReadLimits kReplyLimits{.max_depth = 400, .max_values = kMostReplyValues};
constexpr std::size_t kLongestExplanation = 500;

using Permit = aio::Semaphore::Permit;

aio::Task<base::Result<Permit>> take_place(aio::Semaphore& places) { co_return co_await places.acquire(); }

// Where providers put what went wrong.
std::optional<std::string> explanation(const json::Value& body) {
  if (const auto* list = body.if_array(); list && !list->empty()) return explanation(list->front());
  for (const std::string_view path : {"error.message", "error", "message", "Message", "detail"})
    if (auto text = json::get_text(body, path); text && !text->empty()) return text;
  return {};
}

base::Kind kind_of(int status) {
  if (status == 429) return base::Kind::full;
  return status == 408 || status >= 500 || status < 400 ? base::Kind::upstream : base::Kind::invalid;
}

// Whether a refusal is about the way in which JSON was asked for, and not about the question.
bool refuses_schemas(std::string_view message) {
  static constexpr std::string_view kSigns[] = {
      "response_format", "json_schema",       "json schema",    "text.format",     "output_config",
      "output_format",   "structured output", "responseschema", "response_schema", "response schema",
      "tool_choice",     "toolchoice",        "tool use",       "toolconfig"};
  const std::string text = base::to_lower_ascii(message);
  return std::ranges::any_of(kSigns, [&](std::string_view sign) { return text.find(sign) != text.npos; });
}

bool refuses_caching(std::string_view message) {
  const std::string text = base::to_lower_ascii(message);
  return text.find("cachepoint") != text.npos || text.find("prompt caching") != text.npos;
}

bool asks_for_a_key(int status, std::string_view message) {
  return status == 401 || status == 403 ||
         (status == 400 && base::to_lower_ascii(message).find("key") != std::string::npos);
}

// The provider's own words where it has some: that is what clients have always been shown.
base::Error error_of(const Endpoint& endpoint, const net::HttpReply& reply) {
  const auto body = json::read(reply.body, kReplyLimits);
  const auto told = body ? explanation(*body) : std::nullopt;
  const std::string plain = fmt::format("{} answered with HTTP status {}", endpoint.provider->name, reply.status);
  std::string message = told ? base::truncate(base::repair_utf8(redact(*told, endpoint)), kLongestExplanation) : plain;
  if (endpoint.own_key_withheld && asks_for_a_key(reply.status, message))
    message +=
        " (No key was sent: the server's own keys do not go to a baseURL that a caller names. Send one with the "
        "request "
        "(apiKey, or the header x-model-api-key), or start the server with --own-keys=anywhere)";
  return {kind_of(reply.status), std::move(message), told ? plain : ""};
}

}  // namespace

class HttpLlm final : public Client {
 public:
  HttpLlm(Models& shared, Endpoint endpoint)
      : shared_(shared), endpoint_(std::move(endpoint)), places_(shared.places_for(endpoint_)) {}

  aio::Task<base::Result<Reply>> complete(const aio::Context& given, Chat chat) override {
    const aio::Context ctx = given.within(shared_.limits_.longest_call);
    if (chat.screen && !has_screen(endpoint_.dialect)) co_return std::unexpected(no_screen());
    Usage spent;  // by attempts that came to nothing
    for (int attempt = 1;; ++attempt) {
      auto [reply, outcome, usage] = co_await try_once(ctx, chat);
      spent += usage;
      if (reply) {
        reply->usage = spent;
        co_return std::move(reply);
      }
      if (falls_back(outcome.status, reply.error(), chat)) {
        --attempt;
        continue;
      }
      const Decision next =
          decide_retry(shared_.limits_.retries, attempt, chat.patient, outcome, ctx.remaining(), shared_.chance());
      if (!next.again) co_return std::unexpected(without_keys(after(reply.error(), attempt, outcome)));
      co_await ctx.clock->sleep(next.wait);
    }
  }

 private:
  struct Attempt {
    base::Result<Reply> reply;
    Outcome outcome;
    Usage usage = {};
  };

  static Attempt failed(base::Error error) {
    const Outcome outcome{.kind = error.kind};
    return {std::unexpected(std::move(error)), outcome};
  }

  aio::Task<Attempt> try_once(const aio::Context& ctx, const Chat& chat) {
    const provider::Codec& codec = provider::codec_of(endpoint_.dialect);
    net::HttpCall call =
        co_await aio::compute(ctx, [&](const std::stop_token&) { return codec.encode(endpoint_, chat); });
    auto ready = co_await authorize(ctx, call);
    if (!ready) co_return failed(ready.error());
    auto waiting = take_place(*places_);
    auto place = co_await aio::by_deadline(ctx, std::move(waiting),
                                           fmt::format("Too many calls to {} are under way", endpoint_.provider->name));
    if (!place) co_return failed(place.error());
    const base::TimePoint begun = ctx.now();
    auto answer = co_await shared_.http_.send(ctx, std::move(call));
    Attempt attempt = failed(answer ? base::Error() : answer.error());
    if (answer) attempt = co_await aio::compute(ctx, [&](const std::stop_token&) { return read(ctx, codec, *answer); });
    report(ctx, answer ? answer->status : 0, attempt.usage, ctx.now() - begun);
    co_return attempt;
  }

  Attempt read(const aio::Context& ctx, const provider::Codec& codec, const net::HttpReply& answer) const {
    if (answer.status < 200 || answer.status > 299)
      return {std::unexpected(error_of(endpoint_, answer)), outcome_of(answer, ctx.clock->wall())};
    // Nonsense is Kind::upstream and worth another try: it may not come twice.
    const auto body = read_body(answer.body, kReplyLimits);
    if (!body && body.error().kind == base::Kind::full)
      return failed({base::Kind::upstream, fmt::format("{} answered with more than {} JSON values, which is the limit",
                                                       endpoint_.provider->name, kMostReplyValues)});
    if (!body)
      return failed(
          {base::Kind::upstream, fmt::format("{} answered with something that is no JSON", endpoint_.provider->name)});
    auto reply = codec.decode(*body);
    // Why it refused is told in an error.
    if (reply && reply->stop == Stop::refused)
      for (Part& part : reply->parts)
        if (auto* text = std::get_if<Text>(&part)) text->text = redact(text->text, endpoint_);
    Attempt out = reply ? Attempt{std::move(reply), {.status = answer.status}} : failed(reply.error());
    out.usage = codec.usage(*body);
    return out;
  }

  aio::Task<base::Result<void>> authorize(const aio::Context& ctx, net::HttpCall& call) {
    for (const auto& [name, value] : endpoint_.headers) call.secret_headers.push_back({name, value});
    switch (endpoint_.auth) {
      case Auth::none:
        co_return base::Result<void>();
      case Auth::bearer:
        add_bearer(call, endpoint_.key);
        co_return base::Result<void>();
      case Auth::x_api_key:
        call.secret_headers.push_back({"x-api-key", endpoint_.key});
        co_return base::Result<void>();
      case Auth::api_key:
        call.secret_headers.push_back({"api-key", endpoint_.key});
        co_return base::Result<void>();
      case Auth::x_goog_api_key:
        call.secret_headers.push_back({"x-goog-api-key", endpoint_.key});
        co_return base::Result<void>();
      case Auth::google_account: {
        CO_TRY(endpoint_.key, co_await shared_.tokens_.token(ctx, *endpoint_.google));
        add_bearer(call, endpoint_.key);
        co_return base::Result<void>();
      }
      case Auth::aws:
        co_return co_await aio::compute(ctx, call.body.size(), [&](const std::stop_token&) {  // a digest of the body
          return sign_aws(call, *endpoint_.aws, endpoint_.region, "bedrock", ctx.clock->wall());
        });
    }
    co_return base::Result<void>();
  }

  static void add_bearer(net::HttpCall& call, const base::Secret& token) {
    call.secret_headers.push_back({"authorization", base::Secret(fmt::format("Bearer {}", token.reveal()))});
  }

  // What a server cannot do it says only when it is asked to. What it does instead is remembered for the next call.
  bool falls_back(int status, const base::Error& error, const Chat& chat) {
    if (status == 404) return !chat.screen && fall_back_to_chat();  // which knows no screens
    const bool caches = endpoint_.dialect == Dialect::bedrock && endpoint_.traits.bedrock_cache;
    if (caches && (status == 400 || status == 403) && refuses_caching(error.message)) {
      endpoint_.traits.bedrock_cache = false;
      return true;
    }
    return (status == 400 || status == 422) && chat.output && refuses_schemas(error.message) && fall_back_to_prompt();
  }

  // Forced JSON in the newer way, in the older one, or not at all: then the schema stands in the prompt.
  bool fall_back_to_prompt() {
    if (endpoint_.dialect == Dialect::anthropic && endpoint_.traits.anthropic_json_schema) {
      endpoint_.traits.anthropic_json_schema = false;
      return true;
    }
    if (endpoint_.json_mode == JsonMode::json_object) return false;
    endpoint_.json_mode = JsonMode::json_object;
    return true;
  }

  // Servers that offer only the older of OpenAI's two APIs.
  bool fall_back_to_chat() {
    if (endpoint_.dialect != Dialect::openai_responses || endpoint_.chat_fallback_url.empty()) return false;
    endpoint_.dialect = Dialect::openai_chat;
    endpoint_.url = std::exchange(endpoint_.chat_fallback_url, {});
    return true;
  }

  base::Error no_screen() const {
    return {base::Kind::invalid, fmt::format("The API by which {}/{} is called has no tool for using a screen",
                                             endpoint_.provider->name, endpoint_.model)};
  }

  base::Error after(base::Error error, int attempts, const Outcome& outcome) const {
    if (outcome.retry_after && outcome.status == 429)
      error.message += fmt::format(" ({} asks to wait {} s)", endpoint_.provider->name,
                                   (base::to_ms(*outcome.retry_after) + 999) / 1000);
    if (attempts > 1) error.message = fmt::format("Failed after {} attempts. Last error: {}", attempts, error.message);
    return error;
  }

  // Whoever wrote it: a provider, the token's giver, a proxy that answered in its own way.
  base::Error without_keys(base::Error error) const {
    error.message = redact(error.message, endpoint_);
    error.detail = redact(error.detail, endpoint_);
    return error;
  }

  void report(const aio::Context& ctx, int status, const Usage& usage, base::Duration took) {
    ctx.log->info("model called", {{"reqId", ctx.request_id},
                                   {"provider", endpoint_.provider->name},
                                   {"model", endpoint_.model},
                                   {"statusCode", status},
                                   {"responseTime", base::to_ms(took)},
                                   {"inputTokens", usage.input},
                                   {"outputTokens", usage.output}});
    if (shared_.observer_)
      shared_.observer_->exchanged({endpoint_.provider->name, endpoint_.model, status, usage, took});
  }

  Models& shared_;
  Endpoint endpoint_;
  std::shared_ptr<aio::Semaphore> places_;
};

std::unique_ptr<Client> Models::open(Endpoint endpoint) {
  return std::make_unique<HttpLlm>(*this, std::move(endpoint));
}

std::shared_ptr<aio::Semaphore> Models::places_for(const Endpoint& endpoint) {
  std::erase_if(places_, [](const auto& entry) { return entry.second.expired(); });
  auto& slot = places_[account_of(endpoint)];
  auto places = slot.lock();
  if (!places) slot = places = std::make_shared<aio::Semaphore>(limits_.calls_per_key);
  return places;
}

}  // namespace llm
