// FakeExchange: a request without a connection. Keeps what it is answered; the test says when the client leaves, when
// it stops reading, and whether what was written reached it.
#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "aio/latch.h"
#include "net/http.h"

namespace net::testing {

struct FakeReceipt final : Receipt {
  explicit FakeReceipt(Delivery what) : is(what) {}
  Delivery delivery() const override { return is; }
  aio::Task<bool> acknowledged() const override {
    co_await settled.wait();
    co_return is != Delivery::lost;
  }
  Delivery is;
  mutable aio::Latch settled;
};

class FakeExchange final : public Exchange {
 public:
  explicit FakeExchange(HttpRequest request = {}) : request_(std::move(request)) {}

  void leave() { left_.set(); }
  // Others need its place.
  void give_way() {
    given_way = true;
    left_.set();
  }
  // From now on a write waits until resume() (or for ever, when the client leaves: then it fails).
  void stall() { stalled_.emplace(); }
  void resume() { stalled_->set(); }

  const HttpRequest& request() const override { return request_; }
  std::string peer() const override { return "192.0.2.1"; }
  void drop_body() override { request_.body.clear(); }
  aio::Task<bool> send(HttpResponse response) override {
    if (left_.is_set() || lost) co_return false;
    if (response.shared) response.body += *std::exchange(response.shared, nullptr) + std::exchange(response.tail, "");
    sent = std::move(response);
    co_return true;
  }
  aio::Task<bool> begin_stream(int status, Headers headers) override {
    head = HttpResponse{.status = status, .headers = std::move(headers)};
    co_return !left_.is_set();
  }
  aio::Task<bool> write_chunk(Chunk chunk) override {
    if (stalled_) co_await stalled_->wait();
    if (left_.is_set() || lost) co_return false;
    chunks.push_back(chunk.text + (chunk.shared ? *chunk.shared : "") + chunk.tail);
    co_return true;
  }
  aio::Task<bool> end_stream() override {
    if (left_.is_set() || lost) co_return false;
    ended = true;
    co_return true;
  }
  std::shared_ptr<const Receipt> receipt() override { return kept = std::make_shared<FakeReceipt>(delivered); }
  aio::Task<void> client_left() override { return left_.wait(); }
  bool client_gone() override { return left_.is_set() || silently_gone; }
  void waits_behind(std::size_t others) override { behind = others; }
  bool gave_way() const override { return given_way; }

  // What has become of the answer in the end.
  void settle(Delivery what) {
    kept->is = what;
    kept->settled.set();
  }

  std::optional<HttpResponse> sent;
  std::shared_ptr<FakeReceipt> kept;  // of its answer
  std::optional<HttpResponse> head;
  std::vector<std::string> chunks;
  bool ended = false;
  Delivery delivered = Delivery::read;  // what becomes of its answer
  bool lost = false;                    // writes fail
  std::size_t behind = 0;               // what waits_behind was told last
  bool given_way = false;
  bool silently_gone = false;  // left, but client_left() has not had its turn

 private:
  HttpRequest request_;
  aio::Latch left_;
  std::optional<aio::Latch> stalled_;
};

}  // namespace net::testing
