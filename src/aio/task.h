// Task<T>: a coroutine of ours. The rules (docs/internals/coroutines.md says why, with the measurements):
//
//  1. Coroutines are member or free functions; a lambda coroutine never captures.
//  2. Parameters by value, except references to things that outlive the whole call tree (const Context&, services).
//  3. No co_await in a catch block or a destructor: note the error, leave, then wait.
//  4. Cancellation is always cancellation_type::terminal, emitted on the loop. It unwinds the stack as an exception
//     (is_canceled tells it from others); unwinding code never waits: every co_await in a cancelled task throws again.
//  5. aio::race instead of operator||, aio::Scope instead of detached.
//  6. Any other exception is caught where its unit of work ends (aio/incidents.h): it never crosses a task.
//  7. No iterator, reference into a container or raw entry pointer is held across co_await.
#pragma once
#include <exception>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace aio {

namespace asio = boost::asio;

using Executor = asio::any_io_executor;

template <class T>
using Task = asio::awaitable<T, Executor>;

inline constexpr asio::use_awaitable_t<Executor> use_task{};

// Whether this exception is a cancellation unwinding and not an error.
bool is_canceled(const std::exception_ptr& error);

// What a cancelled wait throws.
std::exception_ptr canceled();

// Ends a task as cancelled from within, for a wait that learns by other means that nobody wants its result.
[[noreturn]] void throw_canceled();

// Gives other work on the loop a turn.
Task<void> yield();

}  // namespace aio
