#include "aio/incidents.h"

#include <utility>

#include "base/check.h"

namespace aio {
namespace {

IncidentListener* the_listener = nullptr;

}  // namespace

void listen_for_incidents(IncidentListener* listener) noexcept { the_listener = listener; }

bool is_listened_to() noexcept { return the_listener != nullptr; }

std::string text_of(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& e) {
    return e.what();
  } catch (...) {
    return "an exception of unknown type";
  }
}

base::Error survived(std::string_view where, const std::exception_ptr& error, std::string_view about) {
  if (is_canceled(error)) std::rethrow_exception(error);
  std::string what = text_of(error);
  if (the_listener != nullptr) the_listener->survived(where, what, about);
  return {base::Kind::internal, "An internal error of the server, which its log tells (\"internal error\")",
          std::move(what)};
}

Task<void> persistently(const char* what, Clock& clock, std::function<Task<void>()> make) {
  for (;;) {
    std::exception_ptr error;
    try {
      co_await make();
      co_return;
    } catch (...) {
      error = std::current_exception();
    }
    CHECK(is_canceled(error) || is_listened_to(), std::string(what) + " ended with an exception: " + text_of(error));
    survived(what, error);
    co_await clock.sleep(std::chrono::milliseconds(50));
  }
}

void stalled(const Stall& stall) noexcept {
  try {
    if (the_listener != nullptr) the_listener->stalled(stall);
  } catch (...) {  // it cannot be told: the turn is over all the same
    return;
  }
}

}  // namespace aio
