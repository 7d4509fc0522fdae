// An exchange whose answer passes one place on its way out: there it gets what every answer has, and what it refuses is
// noted for the log.
#pragma once
#include <string>
#include <utility>

#include "api/cors.h"
#include "base/text.h"
#include "base/url_secrets.h"
#include "net/http.h"

namespace api {

class WatchedExchange final : public net::Exchange {
 public:
  // Both outlive it.
  WatchedExchange(net::Exchange& exchange, const GuardSettings& guard) : exchange_(exchange), guard_(guard) {}

  const net::HttpRequest& request() const override { return exchange_.request(); }
  std::string peer() const override { return exchange_.peer(); }
  void drop_body() override { exchange_.drop_body(); }
  aio::Task<bool> send(net::HttpResponse response) override {
    if (response.status >= 400 && response.status < 500) refusal_ = for_the_log(response.body);
    allow_origin(guard_, request(), response.headers);
    return exchange_.send(std::move(response));
  }
  aio::Task<bool> begin_stream(int status, net::Headers headers) override {
    allow_origin(guard_, request(), headers);
    return exchange_.begin_stream(status, std::move(headers));
  }
  aio::Task<bool> write_chunk(net::Chunk chunk) override { return exchange_.write_chunk(std::move(chunk)); }
  aio::Task<bool> end_stream() override { return exchange_.end_stream(); }
  std::shared_ptr<const net::Receipt> receipt() override { return exchange_.receipt(); }
  aio::Task<void> client_left() override { return exchange_.client_left(); }
  bool client_gone() override { return exchange_.client_gone(); }
  void waits_behind(std::size_t others) override { exchange_.waits_behind(others); }
  bool gave_way() const override { return exchange_.gave_way(); }

  // The body of an answer that says what is wrong with the request, or "".
  const std::string& refusal() const { return refusal_; }

 private:
  // A URL that is cut off before its password ends is looked at whole.
  static std::string for_the_log(std::string_view body) {
    constexpr std::size_t kShown = 500;
    return base::truncate(base::hide_url_secrets(base::truncate(body, 8 * kShown)), kShown);
  }

  net::Exchange& exchange_;
  const GuardSettings& guard_;
  std::string refusal_;
};

}  // namespace api
