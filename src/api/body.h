// From raw request bytes to the value that schemas see, by the reference's content-type rules (docs/wire/http.md).
#pragma once
#include <cstddef>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "api/offload.h"
#include "json/value.h"
#include "net/http.h"

namespace api {

// The parsed body: a JSON value; a text/plain body is a JSON string; no body at all is JSON null.
// Or the answer that ends the request: 415 for other types, 400 for what is not JSON or carries a prototype poison key.
std::variant<json::Value, net::HttpResponse> parse_body(const net::HttpRequest& request);

// The same where a large body is parsed by the workers. Bodies come faster than they are parsed, so there is a limit
// for those that wait: beyond it nothing is returned, and the client has to come again.
class BodyParser {
 public:
  static constexpr std::size_t kMostWaiting = 64 << 20;  // bytes

  explicit BodyParser(Offload& offload, std::size_t most_waiting = kMostWaiting)
      : offload_(offload), most_waiting_(most_waiting) {}

  // What make(body) returns; it is called where the body was parsed. Whatever takes time with a large body belongs
  // there: else parsed ones, which are many times as large, wait in line for the workers a second time. The request
  // outlives the call.
  template <class F>
  aio::Task<std::optional<std::variant<std::invoke_result_t<F&, json::Value>, net::HttpResponse>>> parse(
      const net::HttpRequest& request, F make) {
    using Out = std::variant<std::invoke_result_t<F&, json::Value>, net::HttpResponse>;
    const std::size_t size = request.body.size();
    const bool large = Offload::is_large(size);
    if (large && waiting_ + size > most_waiting_) co_return std::nullopt;
    const Waiting waiting(waiting_, large ? size : 0);
    co_return co_await offload_.run(large, [&request, &make]() -> std::optional<Out> {
      auto parsed = parse_body(request);
      if (auto* refusal = std::get_if<net::HttpResponse>(&parsed)) return std::move(*refusal);
      return make(std::get<json::Value>(std::move(parsed)));
    });
  }

 private:
  struct Waiting {
    Waiting(std::size_t& all, std::size_t size) : all_(all), size_(size) { all_ += size_; }
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;
    ~Waiting() { all_ -= size_; }
    std::size_t& all_;
    std::size_t size_;
  };
  Offload& offload_;
  const std::size_t most_waiting_;
  std::size_t waiting_ = 0;  // bytes
};

}  // namespace api
