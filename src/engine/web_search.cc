#include "engine/web_search.h"

#include <fmt/format.h>

#include "base/redactor.h"
#include "base/text.h"
#include "engine/peer_exchange.h"
#include "engine/peer_words.h"
#include "json/read.h"
#include "llm/percent.h"

namespace engine {
namespace {

constexpr std::size_t kResults = 5;
constexpr std::size_t kMaxSearchAnswer = 4 * 1024 * 1024;
constexpr std::size_t kMaxText = 4000;  // of a member of a result

// The first results of whatever list the service gave, with the members that say something. They go to a model.
json::Array first_of(const json::Array* list, const base::Redactor& secrets) {
  json::Array out;
  for (std::size_t i = 0; list && i < list->size() && i < kResults; ++i) {
    json::Object one;
    for (const std::string_view name : {"title", "url", "description", "publishedDate", "author"})
      if (const auto text = json::get_text((*list)[i], name)) one[name] = base::truncate(secrets(*text), kMaxText);
    out.push_back(std::move(one));
  }
  return out;
}

base::Result<json::Value> results_of(const net::HttpReply& answer, std::string_view path,
                                     const base::Redactor& secrets) {
  if (answer.status < 200 || answer.status > 299)
    return base::fail(base::Kind::upstream, fmt::format("the search service answered with status {}{}", answer.status,
                                                        words_of(answer, secrets)));
  const auto body = json::read(answer.body);
  if (!body) return base::fail(base::Kind::upstream, "the search service answered with something that is no JSON");
  return first_of(json::get_array(*body, path), secrets);
}

}  // namespace

aio::Task<base::Result<json::Value>> WebSearch::search(const aio::Context& ctx, Service service,
                                                       std::string query) const {
  const bool browserbase = service == Service::browserbase;
  net::HttpCall call;
  call.max_body = kMaxSearchAnswer;
  call.headers.add("accept", "application/json");
  if (browserbase) {
    call.url = keys_.browserbase_url + "/v1/search";
    call.headers.add("content-type", "application/json");
    call.secret_headers.push_back({"x-bb-api-key", keys_.browserbase});
    call.body = json::write(json::Object{{"query", query}, {"numResults", kResults}});
  } else {
    call.method = "GET";
    call.url = fmt::format("{}/res/v1/web/search?q={}&count={}", keys_.brave_url, llm::percent_encode(query), kResults);
    call.secret_headers.push_back({"x-subscription-token", keys_.brave});
  }
  CO_TRY(net::HttpReply reply, co_await http_.send(ctx, std::move(call)));
  base::Redactor secrets;
  secrets.add(browserbase ? keys_.browserbase : keys_.brave);
  const std::string_view path = browserbase ? "results" : "web.results";
  co_return co_await read_answer(ctx, std::move(reply), [path, secrets = std::move(secrets)](net::HttpReply answer) {
    return results_of(answer, path, secrets);
  });
}

}  // namespace engine
