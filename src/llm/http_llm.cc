#include "llm/http_llm.h"

#include <algorithm>
#include <concepts>

#include <fmt/format.h>

#include "aio/compute.h"
#include "base/text.h"
#include "json/read.h"
#include "llm/account.h"
#include "llm/input_names.h"
#include "llm/parameters.h"
#include "llm/provider/codec.h"
#include "llm/redact.h"
#include "llm/refusals.h"
#include "llm/repair.h"
#include "llm/reply_body.h"
#include "llm/sigv4.h"

namespace llm {
namespace {

constexpr json::ReadLimits kReplyLimits{.max_depth = 400, .max_values = kMostReplyValues};
constexpr std::size_t kLongestExplanation = 500;

using Permit = aio::Semaphore::Permit;

aio::Task<base::Result<Permit>> take_place(aio::Semaphore& places) { co_return co_await places.acquire(); }

base::Kind kind_of(int status) {
  if (status == 429) return base::Kind::full;
  return status == 408 || status >= 500 || status < 400 ? base::Kind::upstream : base::Kind::invalid;
}

bool asks_for_a_key(int status, std::string_view message) {
  return status == 401 || status == 403 ||
         (status == 400 && base::to_lower_ascii(message).find("key") != std::string::npos);
}

// The provider's own words where it has some: that is what clients have always been shown.
base::Error error_of(const Endpoint& endpoint, const base::Redactor& secrets, const net::HttpReply& reply) {
  const auto body = json::read(reply.body, kReplyLimits);
  const auto told = body ? explanation(*body) : plain_explanation(reply.body);
  const std::string plain = fmt::format("{} answered with HTTP status {}", endpoint.provider->name, reply.status);
  std::string message = told ? base::truncate(base::repair_utf8(redact(*told, secrets)), kLongestExplanation) : plain;
  if (endpoint.own_key_withheld && asks_for_a_key(reply.status, message))
    message +=
        " (No key was sent: the server's own keys do not go to a baseURL that a caller names. Send one with the "
        "request "
        "(apiKey, or the header x-model-api-key), or start the server with --own-keys=anywhere)";
  return {kind_of(reply.status), std::move(message), told ? plain : ""};
}

// Of what a model cannot be shown it is told.
constexpr std::string_view kNoPicture = "[A picture was left out here: you cannot be shown pictures.]";

template <class Content>
bool replace_pictures(std::vector<Content>& contents) {
  bool found = false;
  for (Content& each : contents) {
    if (std::holds_alternative<Image>(each)) {
      each = Text{std::string(kNoPicture)};
      found = true;
    } else if constexpr (std::same_as<Content, Part>) {
      if (auto* result = std::get_if<ToolResult>(&each)) found = replace_pictures(result->content) || found;
    }
  }
  return found;
}

bool replace_pictures(Chat& chat) {
  bool found = false;
  for (Message& message : chat.messages) found = replace_pictures(message.parts) || found;
  return found;
}

}  // namespace

class HttpLlm final : public Client {
 public:
  HttpLlm(Models& shared, Endpoint endpoint)
      : shared_(shared), endpoint_(std::move(endpoint)), places_(shared.places_for(endpoint_)) {}

  aio::Task<base::Result<Reply>> complete(const aio::Context& given, Chat chat) override {
    const aio::Context ctx = given.within(shared_.limits_.longest_call);
    if (chat.screen && !has_screen(endpoint_.dialect)) co_return std::unexpected(no_screen());
    if (!endpoint_.traits.pictures && !chat.screen) replace_pictures(chat);
    const InputNames names = co_await aio::compute(ctx, [&](const std::stop_token&) { return input_names(chat); });
    Usage spent;  // by attempts that came to nothing
    for (int attempt = 1;; ++attempt) {
      auto [reply, outcome, usage, parameter] = co_await try_once(ctx, chat);
      spent += usage;
      if (reply) {
        names.restore(*reply);
        reply->usage = spent;
        co_return std::move(reply);
      }
      std::string without = falls_back(outcome.status, reply.error(), chat);
      if (without.empty()) without = co_await leaves_out(ctx, outcome.status, parameter, reply.error(), chat);
      if (!without.empty()) {
        ctx.log->info("model asked otherwise", {{"reqId", ctx.request_id},
                                                {"provider", endpoint_.provider->name},
                                                {"model", endpoint_.model},
                                                {"statusCode", outcome.status},
                                                {"without", without}});
        --attempt;
        continue;
      }
      const Decision next =
          decide_retry(shared_.limits_.retries, attempt, chat.patient, outcome, ctx.remaining(), shared_.chance());
      if (!next.again) co_return std::unexpected(co_await without_keys(ctx, after(reply.error(), attempt, outcome)));
      co_await ctx.clock->sleep(next.wait);
    }
  }

 private:
  struct Attempt {
    base::Result<Reply> reply;
    Outcome outcome;
    Usage usage = {};
    std::string parameter = {};  // that the provider says is wrong
  };

  InputNames input_names(Chat& chat) const {
    const bool picky = endpoint_.dialect == Dialect::anthropic || endpoint_.dialect == Dialect::bedrock;
    return picky ? InputNames(chat) : InputNames();
  }

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
    // Whoever is cancelled now: it has been paid for, and what it cost is told.
    if (answer) attempt = co_await aio::compute_always(ctx, [&] { return read(ctx, codec, *answer); });
    report(ctx, answer ? answer->status : 0, attempt.usage, ctx.now() - begun);
    co_return attempt;
  }

  Attempt read(const aio::Context& ctx, const provider::Codec& codec, const net::HttpReply& answer) const {
    const auto body = read_body(answer.body, kReplyLimits);
    if (answer.status < 200 || answer.status > 299)
      return {.reply = std::unexpected(error_of(endpoint_, secrets_, answer)),
              .outcome = outcome_of(answer, ctx.clock->wall()),
              .parameter = body ? json::text_at(*body, "error.param") : ""};
    // Nonsense is Kind::upstream and worth another try: it may not come twice.
    if (!body && body.error().kind == base::Kind::full)
      return failed({base::Kind::upstream, fmt::format("{} answered with more than {} JSON values, which is the limit",
                                                       endpoint_.provider->name, kMostReplyValues)});
    if (!body)
      return failed(
          {base::Kind::upstream, fmt::format("{} answered with something that is no JSON", endpoint_.provider->name)});
    if (const auto hidden = hidden_error(*body)) return refused(ctx, *hidden, answer, *body, codec.usage(*body));
    auto reply = codec.decode(*body);
    // Why it refused is told in an error.
    if (reply && reply->stop == Stop::refused) {
      reply->reason = redact(reply->reason, secrets_);
      for (Part& part : reply->parts)
        if (auto* text = std::get_if<Text>(&part)) text->text = redact(text->text, secrets_);
    }
    Attempt out = reply ? Attempt{std::move(reply), {.status = answer.status}} : failed(reply.error());
    out.usage = codec.usage(*body);
    return out;
  }

  // An error that came as a success.
  Attempt refused(const aio::Context& ctx, const HiddenError& hidden, const net::HttpReply& answer,
                  const json::Value& body, const Usage& usage) const {
    base::Error error{
        kind_of(hidden.status),
        base::truncate(base::repair_utf8(redact(hidden.message, secrets_)), kLongestExplanation),
        fmt::format("{} answered with HTTP status {} and an error", endpoint_.provider->name, answer.status)};
    const Outcome outcome = outcome_of(hidden.status, answer.headers, error_in(body), ctx.clock->wall());
    return {.reply = std::unexpected(std::move(error)), .outcome = outcome, .usage = usage};
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
        CO_TRY(base::Secret token, co_await shared_.tokens_.token(ctx, *endpoint_.google));
        if (!(endpoint_.key == token)) {
          endpoint_.key = std::move(token);
          secrets_ = redactor_of(endpoint_);
        }
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
  // What it is asked without from now on; "" where nothing helps.
  std::string falls_back(int status, const base::Error& error, Chat& chat) {
    if (chat.output && refuses_schemas(status, error.message) && fall_back_to_prompt()) return "its way of JSON";
    if (endpoint_.dialect == Dialect::bedrock && endpoint_.traits.bedrock_cache &&
        refuses_caching(status, error.message)) {
      endpoint_.traits.bedrock_cache = false;
      return "a cache";
    }
    if (!chat.screen && refuses_pictures(status, error.message) && replace_pictures(chat)) {
      endpoint_.traits.pictures = false;
      return "pictures";
    }
    if (!chat.screen && lacks_responses(status, error.message) && fall_back_to_chat()) return "the Responses API";
    return think_less_beside_tools(status, error, chat) ? "reasoning" : "";
  }

  // Chat Completions, of models that take function tools only where they do not think.
  bool think_less_beside_tools(int status, const base::Error& error, const Chat& chat) {
    if (status != 400 || endpoint_.dialect != Dialect::openai_chat || chat.tools.empty()) return false;
    if (error.message.find("reasoning_effort to 'none'") == std::string::npos) return false;
    if (endpoint_.traits.effort_beside_tools && endpoint_.traits.effort == "none") return false;
    endpoint_.traits.effort_beside_tools = true;
    endpoint_.traits.effort = "none";
    return true;
  }

  // A parameter that it refuses by name is left out from now on, by all clients of this model.
  aio::Task<std::string> leaves_out(const aio::Context& ctx, int status, const std::string& named,
                                    const base::Error& error, const Chat& chat) {
    const std::string parameter(refused_parameter(status, named, error.message));
    if (parameter.empty() || std::ranges::find(endpoint_.left_out, parameter) != endpoint_.left_out.end())
      co_return std::string();
    const auto body = [&](const std::stop_token&) {
      return provider::codec_of(endpoint_.dialect).encode(endpoint_, chat).body;
    };
    const std::string before = co_await aio::compute(ctx, body);
    endpoint_.left_out.push_back(parameter);
    const std::string after = co_await aio::compute(ctx, body);
    if (before == after) {  // it was not in it
      endpoint_.left_out.pop_back();
      co_return std::string();
    }
    shared_.refused(endpoint_, parameter);
    co_return parameter;
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
    if (outcome.retry_after && outcome.status == 429) {
      const std::int64_t ms = base::to_ms(*outcome.retry_after);
      const std::string wait = ms < 1000 ? fmt::format("{} ms", ms) : fmt::format("{} s", (ms + 999) / 1000);
      error.message += fmt::format(" ({} asks to wait {})", endpoint_.provider->name, wait);
    }
    if (attempts > 1) error.message = fmt::format("Failed after {} attempts. Last error: {}", attempts, error.message);
    return error;
  }

  // Whoever wrote it: a provider, the token's giver, a proxy that answered in its own way.
  aio::Task<base::Error> without_keys(const aio::Context& ctx, base::Error error) const {
    const std::size_t work = secrets_.unprepared() + error.message.size() + error.detail.size();
    co_return co_await aio::compute(ctx, work, [&](const std::stop_token&) {
      error.message = redact(error.message, secrets_);
      error.detail = redact(error.detail, secrets_);
      return std::move(error);
    });
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
  base::Redactor secrets_ = redactor_of(endpoint_);
  std::shared_ptr<aio::Semaphore> places_;
};

std::unique_ptr<Client> Models::open(Endpoint endpoint) {
  if (const auto it = refused_.find(identity_of(endpoint)); it != refused_.end()) endpoint.left_out = it->second;
  return std::make_unique<HttpLlm>(*this, std::move(endpoint));
}

void Models::refused(const Endpoint& endpoint, const std::string& parameter) {
  constexpr std::size_t kMostModels = 1000;
  if (refused_.size() >= kMostModels) refused_.clear();
  std::vector<std::string>& names = refused_[identity_of(endpoint)];
  if (std::ranges::find(names, parameter) == names.end()) names.push_back(parameter);
}

std::shared_ptr<aio::Semaphore> Models::places_for(const Endpoint& endpoint) {
  std::erase_if(places_, [](const auto& entry) { return entry.second.expired(); });
  auto& slot = places_[account_of(endpoint)];
  auto places = slot.lock();
  if (!places) slot = places = std::make_shared<aio::Semaphore>(limits_.calls_per_key);
  return places;
}

}  // namespace llm
