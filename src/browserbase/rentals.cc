#include "browserbase/rentals.h"

namespace browserbase {
namespace {

base::Error no_connect_url() { return {base::Kind::not_found, "Browserbase session missing connectUrl"}; }

}  // namespace

// One creation and whoever waits for it. What nobody takes out dies with it, and is given back.
struct Rentals::Creation {
  aio::Latch done;
  base::Result<Rented> result = base::fail(base::Kind::gone, "The start was given up");
};

Rentals::Rentals(aio::Executor executor, aio::Clock& clock, const base::Logger& log, net::HttpClient& http,
                 std::string base_url, base::Duration timeout)
    : clock_(clock),
      log_(log),
      client_(http, std::move(base_url)),
      timeout_(timeout),
      scope_(std::move(executor), "renting a browser") {}

aio::Task<base::Result<Rented>> Rentals::rent(const aio::Context& ctx, Wish wish) {
  if (wish.id) co_return co_await resume(ctx.within(timeout_), std::move(wish));
  const auto creation = std::make_shared<Creation>();
  const aio::Context whole{.clock = &clock_, .log = &log_, .request_id = ctx.request_id};
  scope_.spawn(create(creation, whole.within(timeout_), std::move(wish)));
  co_await creation->done.wait();
  co_return std::exchange(creation->result, base::fail(base::Kind::gone, "The start was given up"));
}

aio::Task<base::Result<Rented>> Rentals::resume(aio::Context ctx, Wish wish) {
  CO_TRY(RemoteSession found, co_await client_.retrieve(ctx, wish.key, *wish.id));
  if (found.connect_url.empty()) co_return std::unexpected(no_connect_url());
  Rented out{.id = found.id, .connect_url = found.connect_url, .rental = nullptr};
  out.rental = std::make_shared<Rental>(*this, std::move(wish.key), std::move(found), Rental::Due::never);
  co_return out;
}

aio::Task<void> Rentals::create(std::shared_ptr<Creation> creation, aio::Context ctx, Wish wish) {
  struct Finish {
    Creation& creation;
    ~Finish() { creation.done.set(); }
  } const finish{*creation};

  const bool keep_alive = json::get_bool(json::Value(wish.params), "keepAlive").value_or(false);
  auto made = co_await client_.create(ctx, wish.key, std::move(wish.params));
  if (!made) {
    creation->result = std::unexpected(std::move(made).error());
    co_return;
  }
  log_.info("browserbase session created", {{"reqId", ctx.request_id}, {"sessionId", made->id}});
  const auto due = keep_alive ? Rental::Due::until_told : Rental::Due::always;
  const auto rental = std::make_shared<Rental>(*this, std::move(wish.key), *made, due);
  if (made->connect_url.empty())
    creation->result = std::unexpected(no_connect_url());
  else
    creation->result = Rented{.id = made->id, .connect_url = made->connect_url, .rental = rental};
}

aio::Task<base::Result<void>> Rentals::release(aio::Context ctx, base::Secret key, RemoteSession session) {
  const std::string id = session.id;
  CO_TRY_VOID(co_await client_.release(ctx, std::move(key), std::move(session)));
  log_.info("browserbase session released", {{"sessionId", id}});
  co_return base::Result<void>();
}

aio::Task<void> Rentals::release_unwanted(base::Secret key, RemoteSession session) {
  const std::string id = session.id;
  const aio::Context ctx = aio::Context{.clock = &clock_, .log = &log_}.within(timeout_);
  auto released = co_await release(ctx, std::move(key), std::move(session));
  if (!released)
    log_.warn("rented browser was not given back", {{"sessionId", id}, {"error", released.error().message}});
}

aio::Task<void> Rentals::finish(base::Duration patience) {
  auto first = co_await aio::race(scope_.finish(), clock_.sleep(patience));
  static_cast<void>(first);
  // Twice: a creation that was given up may give back what it got all the same.
  co_await scope_.cancel();
  co_await scope_.cancel();
}

Rental::Rental(Rentals& rentals, base::Secret key, RemoteSession session, Due due)
    : rentals_(rentals), key_(std::move(key)), session_(std::move(session)), due_(due) {}

Rental::~Rental() {
  if (take_due()) rentals_.scope_.spawn(rentals_.release_unwanted(std::move(key_), std::move(session_)));
}

bool Rental::take_due() {
  const Due due = std::exchange(due_, Due::never);
  return due == Due::always || (due == Due::until_told && !told_);
}

aio::Task<base::Result<void>> Rental::give_back(const aio::Context& ctx) {
  if (!take_due()) co_return base::Result<void>();
  co_return co_await rentals_.release(ctx, key_, session_);
}

}  // namespace browserbase
