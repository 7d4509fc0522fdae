// What is sent to peers (servers of tools, callbacks, search services) and what they answer. A model and a peer choose
// how large that is: what is large is written and read off the loop, and what is dropped of it is freed there.
#pragma once
#include <string>
#include <utility>

#include "aio/compute.h"
#include "json/write.h"
#include "net/http_client.h"

namespace engine {

// message(given) as JSON. `given` outlives this; the message is made, written and freed where the work is done.
template <class F>
aio::Task<std::string> write_message(const aio::Context& ctx, const json::Object& given, F message) {
  const bool large = json::takes_more_than(given, aio::kComputedInPlace);
  const auto work = [&](const std::stop_token&) { return json::write(message(given)); };
  if (!large) co_return work({});
  co_return co_await aio::compute(ctx, work);
}

// read(reply), which is given the reply to keep, holds what else it needs, and returns what is worth keeping. It is
// read also for a cancelled caller: what the peer has done is told. `beside` says how much there is to do that is not
// in the reply, in bytes (base::Redactor::unprepared).
template <class F>
aio::Task<std::invoke_result_t<F, net::HttpReply>> read_answer(const aio::Context& ctx, net::HttpReply reply, F read,
                                                               std::size_t beside = 0) {
  const bool large = reply.body.size() + beside > aio::kComputedInPlace;
  auto work = [reply = std::move(reply), read = std::move(read)]() mutable { return read(std::move(reply)); };
  if (!large) co_return work();
  co_return co_await aio::compute_always(ctx, std::move(work));
}

}  // namespace engine
