// race(a, b): the first to finish wins, by value or by exception; the other is cancelled and waited for, so nothing of
// it runs on. Not operator||, which hides the error of the first behind the second.
#pragma once
#include <optional>
#include <utility>
#include <variant>

#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>

#include "aio/task.h"

namespace aio {

namespace detail {

template <class T>
Task<void> store(Task<T> work, std::optional<T>& slot) {
  slot.emplace(co_await std::move(work));
}
template <class T>
  requires std::is_void_v<T>
Task<void> store(Task<T> work, std::optional<std::monostate>& slot) {
  co_await std::move(work);
  slot.emplace();
}
template <class T>
using Stored = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

// 0 or 1: which finished first. Rethrows when the first to finish threw.
Task<int> race_void(Task<void> a, Task<void> b);

}  // namespace detail

// The winner's value, at its index; std::monostate stands for void.
template <class A, class B>
Task<std::variant<detail::Stored<A>, detail::Stored<B>>> race(Task<A> a, Task<B> b) {
  using Out = std::variant<detail::Stored<A>, detail::Stored<B>>;
  std::optional<detail::Stored<A>> first;
  std::optional<detail::Stored<B>> second;
  Task<void> run_a = detail::store<A>(std::move(a), first);
  Task<void> run_b = detail::store<B>(std::move(b), second);
  const int winner = co_await detail::race_void(std::move(run_a), std::move(run_b));
  if (winner == 0) co_return Out(std::in_place_index<0>, std::move(*first));
  co_return Out(std::in_place_index<1>, std::move(*second));
}

}  // namespace aio
