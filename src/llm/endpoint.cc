#include "llm/endpoint.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "llm/percent.h"
#include "net/url.h"

namespace llm {
namespace {

constexpr std::string_view kOtherVariables[] = {
    "AZURE_RESOURCE_NAME", "AWS_ACCESS_KEY_ID",  "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
    "AWS_REGION",          "AWS_DEFAULT_REGION", "GOOGLE_VERTEX_PROJECT", "GOOGLE_VERTEX_LOCATION"};

std::unexpected<base::Error> missing(std::string message) {
  return base::fail(base::Kind::invalid, std::move(message));
}

bool keeps_variable(std::string_view name) {
  if (std::ranges::find(kOtherVariables, name) != std::end(kOtherVariables)) return true;
  return std::ranges::any_of(providers(), [&](const Provider& p) {
    return std::ranges::find(p.key_variables, name) != p.key_variables.end() ||
           std::ranges::find(p.url_variables, name) != p.url_variables.end();
  });
}

std::string_view first_set(const Environment& environment, const std::vector<std::string_view>& names) {
  for (const std::string_view name : names)
    if (const std::string_view value = environment.get(name); !value.empty()) return value;
  return {};
}

// The request's settings with the session's under them.
ModelSettings merge(const ModelSettings& over, const ModelSettings& under) {
  ModelSettings all = over;
  if (all.api_key.empty() && all.entra_token.empty() && !all.google) {
    all.api_key = under.api_key;
    all.entra_token = under.entra_token;
    all.google = under.google;
  }
  if (all.base_url.empty()) all.base_url = under.base_url;
  for (const auto& [name, value] : under.headers) all.headers.emplace(name, value);
  if (all.format == ChatFormat::automatic) all.format = under.format;
  if (!all.vertex) all.vertex = under.vertex;
  if (!all.azure) all.azure = under.azure;
  return all;
}

class Resolver {
 public:
  Resolver(const Environment& environment, OwnKeys own_keys) : environment_(environment), own_keys_(own_keys) {}

  base::Result<Endpoint> resolve(const Sources& sources) {
    const bool own_model = !sources.request.name.empty();
    const ModelSettings& chosen = own_model ? sources.request : sources.session;
    TRY(id_, parse_model(chosen.name, chosen.provider, sources.use));
    settings_ = sources.request;
    bool same = true;
    if (own_model && !sources.session.name.empty()) {
      const auto session_id = parse_model(sources.session.name, sources.session.provider, sources.use);
      same = session_id && session_id->provider == id_.provider;
    }
    // Given with this call: what the session brought must not come before it.
    if (settings_.api_key.empty() && settings_.entra_token.empty() && !settings_.google)
      settings_.api_key = sources.request_key;
    if (same) {
      settings_ = merge(settings_, sources.session);
      if (settings_.api_key.empty() && settings_.entra_token.empty() && !settings_.google)
        settings_.api_key = sources.session_key;
    }
    if (sources.use == Use::screen) settings_.format = ChatFormat::responses;
    out_.provider = id_.provider;
    out_.model = id_.model;
    out_.traits = traits_of(id_.model);
    out_.json_mode = id_.provider->json_mode;
    out_.headers = settings_.headers;
    const auto brings_key = [](const ModelSettings& from, const base::Secret& beside) {
      return !from.api_key.empty() || !beside.empty() || !from.entra_token.empty() || from.google;
    };
    header_of_request_ = has_credentials(sources.request.headers);
    key_of_request_ = brings_key(sources.request, sources.request_key);
    TRY_VOID(set_url());
    TRY_VOID(set_auth());
    return std::move(out_);
  }

 private:
  base::Result<void> set_url() {
    // A path segment of dots would climb out of its place.
    if (id_.model.find_first_not_of('.') == std::string::npos) return missing("A model's name is more than dots");
    TRY(std::string base, base_url());
    TRY(const net::Url parsed, net::parse_url(base));
    while (base.ends_with('/')) base.pop_back();
    out_.dialect = id_.provider->dialect;
    std::string path(id_.provider->path);
    take_ways_of(provider_at(parsed.host), path);
    if (out_.dialect == Dialect::openai_responses) {
      out_.chat_fallback_url = base + "/chat/completions";
      // Bare names have always meant Chat Completions.
      if (settings_.format == ChatFormat::chat || (settings_.format == ChatFormat::automatic && id_.bare)) {
        out_.dialect = Dialect::openai_chat;
        path = "/chat/completions";
      } else if (settings_.format == ChatFormat::responses || out_.provider_url) {
        out_.chat_fallback_url.clear();
      }
    }
    if (const std::size_t at = path.find("{model}"); at != std::string::npos)
      path.replace(at, 7, percent_encode(id_.model));
    out_.url = id_.provider->name == "azure" ? azure_url(base, path) : base + path;
    return {};
  }

  // Whoever speaks like OpenAI may be called by that name; each has ways of its own.
  void take_ways_of(const Provider* at, std::string& path) {
    const bool like_openai = out_.dialect == Dialect::openai_responses || out_.dialect == Dialect::openai_chat;
    if (!at || at == id_.provider || !like_openai || at->dialect != Dialect::openai_chat) return;
    out_.other = at;
    out_.json_mode = at->json_mode;
    if (settings_.format == ChatFormat::responses) return;
    out_.dialect = at->dialect;
    path = at->path;
  }

  base::Result<std::string> base_url() {
    const std::string_view name = id_.provider->name;
    if (!settings_.base_url.empty()) return settings_.base_url;
    if (name == "vertex" && settings_.vertex && !settings_.vertex->base_url.empty()) return settings_.vertex->base_url;
    if (name == "azure" && settings_.azure && !settings_.azure->base_url.empty()) return settings_.azure->base_url;
    if (const std::string_view set = first_set(environment_, id_.provider->url_variables); !set.empty()) {
      set_region();
      url_is_ours_ = true;
      return std::string(set);
    }
    if (name == "microsoft")
      return missing(
          "A microsoft model needs a base URL: baseURL, or the variable AZURE_ENDPOINT or FIREWORKS_ENDPOINT");
    url_is_ours_ = out_.provider_url = true;
    if (name == "vertex") return vertex_base();
    if (name == "azure") return azure_base();
    if (name == "bedrock") return bedrock_base();
    return std::string(id_.provider->base_url);
  }

  // A part of a host name that a caller gives must not become another host.
  static bool is_label(std::string_view text) {
    return !text.empty() && text.size() <= 63 && std::ranges::all_of(text, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    });
  }

  base::Result<std::string> vertex_base() {
    VertexPlace place = settings_.vertex.value_or(VertexPlace{});
    if (place.project.empty()) place.project = environment_.get("GOOGLE_VERTEX_PROJECT");
    if (place.location.empty()) place.location = environment_.get("GOOGLE_VERTEX_LOCATION");
    if (place.project.empty() || place.location.empty())
      return missing(
          "A vertex model needs a project and a location: providerOptions.vertex, or the variables "
          "GOOGLE_VERTEX_PROJECT and GOOGLE_VERTEX_LOCATION");
    if (!is_label(place.location)) return missing("The location of a vertex model is no name of a region");
    const std::string host = place.location == "global" ? "" : place.location + "-";
    return fmt::format("https://{}aiplatform.googleapis.com/v1beta1/projects/{}/locations/{}/publishers/google", host,
                       percent_encode(place.project), place.location);
  }

  base::Result<std::string> azure_base() {
    std::string resource = settings_.azure ? settings_.azure->resource_name : "";
    if (resource.empty()) resource = environment_.get("AZURE_RESOURCE_NAME");
    if (resource.empty())
      return missing(
          "An azure model needs a resource: providerOptions.azure.resourceName or baseURL, or the variable "
          "AZURE_RESOURCE_NAME");
    if (!is_label(resource)) return missing("The resource name of an azure model is no label of a host name");
    return fmt::format("https://{}.openai.azure.com/openai", resource);
  }

  // Azure's own hosts want a version in the query; anything else is an ordinary OpenAI-compatible URL.
  std::string azure_url(const std::string& base, const std::string& path) {
    const AzurePlace place = settings_.azure.value_or(AzurePlace{});
    const std::string version = place.api_version.empty() ? "v1" : place.api_version;
    if (place.deployment_urls)
      return fmt::format("{}/deployments/{}{}?api-version={}", base, percent_encode(id_.model), path,
                         percent_encode(version));
    const auto url = net::parse_url(base);
    if (!url || !url->host.ends_with(".openai.azure.com")) return base + path;
    return fmt::format("{}/v1{}?api-version={}", base, path, percent_encode(version));
  }

  void set_region() {
    out_.region = environment_.get("AWS_REGION");
    if (out_.region.empty()) out_.region = environment_.get("AWS_DEFAULT_REGION");
  }

  base::Result<std::string> bedrock_base() {
    set_region();
    if (out_.region.empty()) return missing("A bedrock model needs a region: the variable AWS_REGION");
    if (!is_label(out_.region)) return missing("AWS_REGION is no name of a region");
    return fmt::format("https://bedrock-runtime.{}.amazonaws.com", out_.region);
  }

  // Whether a key of the server's own may be sent to where this call goes.
  bool may_use_own_key() const { return url_is_ours_ || own_keys_ == OwnKeys::anywhere; }

  // Headers by which a caller says who calls.
  static bool is_credential(std::string_view name) {
    const std::string lower = base::to_lower_ascii(name);
    return lower == "authorization" || lower == "x-api-key" || lower == "api-key" || lower == "x-goog-api-key";
  }
  static bool has_credentials(const SecretMap& headers) {
    return std::ranges::any_of(headers, [](const auto& each) { return is_credential(each.first); });
  }

  // A caller's header says who calls, and no key of ours is put in its place. A key that is nearer to the call than the
  // header counts instead of it; never are both sent.
  bool is_told_by_header() {
    if (!has_credentials(out_.headers)) return false;
    const bool key = !settings_.api_key.empty() || !settings_.entra_token.empty() || settings_.google;
    if (!key || header_of_request_ || !key_of_request_) return true;
    std::erase_if(out_.headers, [](const auto& each) { return is_credential(each.first); });
    return false;
  }

  base::Result<void> set_auth() {
    out_.auth = id_.provider->auth;
    if (settings_.vertex)
      for (const auto& [name, value] : settings_.vertex->headers) out_.headers.emplace(name, value);
    if (settings_.azure)
      for (const auto& [name, value] : settings_.azure->headers) out_.headers.emplace(name, value);
    if (out_.auth == Auth::none) return {};
    if (is_told_by_header()) {
      out_.auth = Auth::none;
      return {};
    }
    out_.key = settings_.api_key;
    if (out_.auth == Auth::google_account) return set_google();
    if (out_.auth == Auth::api_key && !settings_.entra_token.empty()) {
      out_.auth = Auth::bearer;
      out_.key = settings_.entra_token;
      return {};
    }
    if (out_.key.empty() && may_use_own_key()) out_.key = base::Secret(std::string(own_key()));
    if (out_.auth == Auth::aws) return set_aws();
    if (!out_.key.empty()) return {};
    // A server of one's own often wants no key; a provider always does.
    // Clients know this text of the names without a provider.
    if (out_.provider_url && id_.bare && id_.provider->name == "openai")
      return missing(
          "The OPENAI_API_KEY environment variable is missing or empty; either provide it, or instantiate the OpenAI "
          "client with an apiKey option, like new OpenAI({ apiKey: 'My API Key' }).");
    if (out_.provider_url)
      return missing(fmt::format("No API key for {}: send one with the request, at the start of the session, or set {}",
                                 id_.provider->name, fmt::join(id_.provider->key_variables, " or ")));
    out_.own_key_withheld = !own_key().empty();
    out_.auth = Auth::none;
    return {};
  }

  std::string_view own_key() const {
    // Two hosts with a key each: the one's key is none of the other's business.
    if (id_.provider->name == "microsoft" && url_is_ours_)
      return environment_.get(environment_.get("AZURE_ENDPOINT").empty() ? "FIREWORKS_API_KEY" : "AZURE_API_KEY");
    return first_set(environment_, id_.provider->key_variables);
  }

  base::Result<void> set_google() {
    if (settings_.google) {
      out_.google = settings_.google;
      return {};
    }
    if (out_.key.empty() && may_use_own_key())
      out_.key = base::Secret(std::string(first_set(environment_, id_.provider->key_variables)));
    if (out_.key.empty() && out_.provider_url)
      return missing("A vertex model needs a service account: auth with type googleServiceAccount");
    out_.auth = out_.key.empty() ? Auth::none : Auth::x_goog_api_key;
    out_.own_key_withheld = out_.key.empty() && !own_key().empty();
    return {};
  }

  base::Result<void> set_aws() {
    if (out_.region.empty()) set_region();
    if (!out_.key.empty()) {
      out_.auth = Auth::bearer;
      return {};
    }
    if (!may_use_own_key())
      return missing(
          "A bedrock model with a base URL of its own needs an API key of its own: the server's keys go there with "
          "--own-keys=anywhere only");
    out_.aws = AwsKeys{std::string(environment_.get("AWS_ACCESS_KEY_ID")),
                       base::Secret(std::string(environment_.get("AWS_SECRET_ACCESS_KEY"))),
                       base::Secret(std::string(environment_.get("AWS_SESSION_TOKEN")))};
    if (out_.aws->access_key_id.empty() || out_.aws->secret_access_key.empty() || out_.region.empty())
      return missing(
          "A bedrock model needs an API key, or the variables AWS_REGION, AWS_ACCESS_KEY_ID and "
          "AWS_SECRET_ACCESS_KEY");
    return {};
  }

  const Environment& environment_;
  const OwnKeys own_keys_;
  ModelId id_{};
  ModelSettings settings_;
  bool url_is_ours_ = false;
  bool header_of_request_ = false;
  bool key_of_request_ = false;
  Endpoint out_;
};

}  // namespace

Environment::Environment(const std::vector<std::string>& entries) {
  for (const std::string& entry : entries) {
    const std::size_t equals = entry.find('=');
    if (equals == std::string::npos || !keeps_variable(std::string_view(entry).substr(0, equals))) continue;
    values_.insert_or_assign(entry.substr(0, equals), base::Secret(entry.substr(equals + 1)));
  }
}

std::string_view Environment::get(std::string_view name) const {
  const auto it = values_.find(name);
  return it == values_.end() ? std::string_view() : it->second.reveal();
}

base::Result<Endpoint> resolve(const Sources& sources, const Environment& environment, OwnKeys own_keys) {
  return Resolver(environment, own_keys).resolve(sources);
}

}  // namespace llm
