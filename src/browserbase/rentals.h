// Rentals: Browserbase sessions for sessions of ours. One that was created here is given back exactly once, whatever
// becomes of the start that asked for it; one that a caller created elsewhere and named stays the caller's.
#pragma once
#include <memory>
#include <optional>
#include <string>

#include "aio/latch.h"
#include "aio/scope.h"
#include "browserbase/client.h"
#include "engine_api/rental.h"

namespace browserbase {

struct Wish {
  base::Secret key;
  std::optional<std::string> id = {};  // of a session that exists; absent: a new one
  json::Object params = {};            // of the new one (create_params.h)
};

class Rental;

struct Rented {
  std::string id;
  base::Secret connect_url;
  std::shared_ptr<Rental> rental;
};

class Rentals {
 public:
  // All outlive the Rentals. No wait for Browserbase is longer than `timeout`.
  Rentals(aio::Executor executor, aio::Clock& clock, const base::Logger& log, net::HttpClient& http,
          std::string base_url, base::Duration timeout);

  // Cancelled, or with its result dropped: what was created is given back. A creation under way runs to its end first,
  // since Browserbase may have heard of it.
  aio::Task<base::Result<Rented>> rent(const aio::Context& ctx, Wish wish);

  // Waits until nothing is under way, `patience` at most; then gives up the rest. Call when nobody rents any more.
  aio::Task<void> finish(base::Duration patience);

 private:
  friend class Rental;
  struct Creation;
  aio::Task<base::Result<Rented>> resume(aio::Context ctx, Wish wish);
  aio::Task<void> create(std::shared_ptr<Creation> creation, aio::Context ctx, Wish wish);
  aio::Task<base::Result<void>> release(aio::Context ctx, base::Secret key, RemoteSession session);
  aio::Task<void> release_unwanted(base::Secret key, RemoteSession session);

  aio::Clock& clock_;
  const base::Logger& log_;
  Client client_;
  base::Duration timeout_;
  aio::Scope scope_;
};

// Gives back what was created here: through give_back, or in the background when it dies without.
class Rental final : public engine::Rental {
 public:
  enum class Due {
    never,       // it was not created here
    until_told,  // it is to live on (keepAlive) once its caller knows its id
    always,
  };
  Rental(Rentals& rentals, base::Secret key, RemoteSession session, Due due);
  ~Rental() override;

  // Whether the caller knows the id.
  void set_told(bool told) { told_ = told; }
  aio::Task<base::Result<void>> give_back(const aio::Context& ctx) override;

 private:
  bool take_due();  // true at most once

  Rentals& rentals_;
  base::Secret key_;
  RemoteSession session_;
  Due due_;
  bool told_ = false;
};

}  // namespace browserbase
