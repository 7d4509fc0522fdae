// Expected failures are values: Result<T> holds a T or an Error. Bugs are CHECKs; cancellation is unwinding
// (aio/task.h).
#pragma once
#include <expected>
#include <string>
#include <utility>

namespace base {

// What kind of failure, for callers that branch. The wire status is decided in api/reply.h, nowhere else.
enum class Kind {
  invalid,      // the caller's input is wrong
  not_found,    // the named thing does not exist
  gone,         // the session was closed under the work
  conflict,     // it exists already, or two wishes exclude each other
  full,         // no capacity
  timeout,      // a deadline passed
  unavailable,  // the server is shutting down or the feature is not in this build
  upstream,     // a remote party failed (provider, proxy, CDP endpoint)
  browser,      // the browser or the page failed
  internal,     // a bug of ours that was survived
};

// message may reach a client: it says what was tried, on what, and what to do. detail is for logs only (peer text,
// selectors, paths), never secrets in either.
struct Error {
  Kind kind = Kind::internal;
  std::string message;
  std::string detail = {};

  friend bool operator==(const Error&, const Error&) = default;
};

template <class T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(Kind kind, std::string message, std::string detail = {}) {
  return std::unexpected(Error{kind, std::move(message), std::move(detail)});
}

}  // namespace base

#define BELAY_CONCAT_(a, b) a##b
#define BELAY_CONCAT(a, b) BELAY_CONCAT_(a, b)

// CO_TRY(auto page, co_await browser.page(ctx)); — declares page, or co_returns the error. Two statements on purpose.
#define CO_TRY(declaration, ...) CO_TRY_(BELAY_CONCAT(belay_try_, __LINE__), declaration, __VA_ARGS__)
#define CO_TRY_(name, declaration, ...)                              \
  auto name = __VA_ARGS__;                                           \
  if (!name) co_return ::std::unexpected(::std::move(name).error()); \
  declaration = ::std::move(*name)
// CO_TRY_VOID(co_await page.enable(ctx)); — the same for Result<void>, or when the value is not wanted.
#define CO_TRY_VOID(...)                                                                                       \
  do {                                                                                                         \
    if (auto belay_try = __VA_ARGS__; !belay_try) co_return ::std::unexpected(::std::move(belay_try).error()); \
  } while (false)
// TRY and TRY_VOID: the same in plain functions.
#define TRY(declaration, ...) TRY_(BELAY_CONCAT(belay_try_, __LINE__), declaration, __VA_ARGS__)
#define TRY_(name, declaration, ...)                              \
  auto name = __VA_ARGS__;                                        \
  if (!name) return ::std::unexpected(::std::move(name).error()); \
  declaration = ::std::move(*name)
#define TRY_VOID(...)                                                                                       \
  do {                                                                                                      \
    if (auto belay_try = __VA_ARGS__; !belay_try) return ::std::unexpected(::std::move(belay_try).error()); \
  } while (false)
