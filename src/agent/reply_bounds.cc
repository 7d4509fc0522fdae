#include "agent/reply_bounds.h"

#include <algorithm>
#include <cstddef>
#include <ranges>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "aio/workers.h"
#include "base/id.h"
#include "base/text.h"
#include "json/size.h"
#include "json/write.h"

namespace agent {
namespace {

// Of one call. No model writes more than some hundred thousand bytes in a reply; whoever answers in its place may, and
// each tool would copy, compare and look through them.
constexpr std::size_t kMostArguments = 256 * 1024;
constexpr std::size_t kMostArgumentsOfReply = 4 * kMostArguments;  // all are looked through in one go
constexpr std::size_t kMostNative = kMostArguments + 64 * 1024;    // with them, of the provider's own item
constexpr std::size_t kMostOfCut = 16 * 1024;                      // of such an item when it was larger
constexpr std::size_t kLeastOfValue = 8;
constexpr std::ptrdiff_t kMostNames = 100;  // that are looked at for the id in such an item
constexpr std::string_view kLeftOut = "(left out)";
constexpr std::size_t kLongestName = 64;   // providers take no longer ones, so no tool has one
constexpr std::size_t kLongestText = 512;  // of such an item, but its id
// Some write into the id what they want back with it, as a gateway does with a model's signature of its thoughts.
constexpr std::size_t kLongestId = 32 * 1024;
constexpr std::size_t kMostIdsOfReply = 2 * kLongestId;

// A provider's item without its long texts, and no more of it than has room: what its provider knows it by (type, ids)
// comes before what is nested.
json::Value shortened(const json::Value& value, std::size_t& room) {
  room -= std::min(room, kLeastOfValue);
  if (const json::String* text = value.if_string()) {
    if (text->size() > kLongestText) return json::Value(kLeftOut);
    room -= std::min(room, text->size());
  } else if (const json::Array* list = value.if_array()) {
    json::Array out;
    for (auto it = list->begin(); it != list->end() && room > 0; ++it) out.push_back(shortened(*it, room));
    return out;
  } else if (const json::Object* object = value.if_object()) {
    json::Object out;
    for (const bool nested : {false, true})
      for (auto it = object->begin(); it != object->end() && room > 0; ++it) {
        if (it->value().is_structured() != nested || it->key().size() > kLongestText) continue;
        room -= std::min(room, it->key().size());
        out[it->key()] = shortened(it->value(), room);
      }
    return out;
  }
  return value;
}

// Where a provider's own item says the call's id: among the first members, as items have about ten.
std::vector<std::string> names_of_id(const llm::ToolCall& call) {
  std::vector<std::string> out;
  if (const json::Object* item = call.native.if_object())
    for (const auto& [name, value] : *item | std::views::take(kMostNames))
      if (value.is_string() && json::view(value.get_string()) == call.id) out.emplace_back(name);
  return out;
}

// An id goes back whole, or there is another one in its place: cut, it may be no text any more, or another call's.
void bound_id(llm::ToolCall& call, std::size_t& left) {
  if (call.id.size() <= std::min(kLongestId, left)) {
    left -= call.id.size();
    return;
  }
  const std::vector<std::string> names = names_of_id(call);
  call.id = "call_" + base::uuid_v4();
  for (const std::string& name : names) call.native.get_object()[name] = call.id;
}

// What of a call is larger than a model writes is cut before anything looks at it; such arguments are not kept, for
// they would go back to the model with each of the next steps.
void bound_call(const aio::Context& ctx, llm::ToolCall& call, std::size_t& left) {
  if (call.name.size() > kLongestName) call.name = base::truncate(base::repair_utf8(call.name), kLongestName);
  if (call.unreadable.size() <= kMostArguments && !json::takes_more_than(call.arguments, kMostArguments) &&
      !json::takes_more_than(call.native, kMostNative)) {
    const auto now_left = json::left_after(left, call.arguments);
    if (now_left && call.unreadable.size() <= *now_left) {
      left = *now_left - call.unreadable.size();
      return;
    }
    call.fault =
        fmt::format("have, with those of the calls before it, more than {} bytes, which is the limit for one reply",
                    kMostArgumentsOfReply);
  } else {
    call.fault = fmt::format("have more than {} bytes, which is the limit for one call", kMostArguments);
  }
  call.unreadable = kLeftOut;
  json::Object all = std::exchange(call.arguments, {});
  std::size_t room = kMostOfCut;
  json::Value native = call.native.is_object() ? shortened(call.native, room) : json::Value();  // else it is a text
  for (const std::string& name : names_of_id(call)) native.get_object()[name] = call.id;
  std::swap(call.native, native);
  if (ctx.workers) {
    ctx.workers->discard(std::move(all));
    ctx.workers->discard(std::move(native));
  }
}

}  // namespace

void bound_calls(const aio::Context& ctx, llm::Reply& reply) {
  std::size_t arguments = kMostArgumentsOfReply;
  std::size_t ids = kMostIdsOfReply;
  for (llm::Part& part : reply.parts)
    if (auto* call = std::get_if<llm::ToolCall>(&part)) {
      bound_id(*call, ids);
      bound_call(ctx, *call, arguments);
    }
}

bool keep_first_calls(llm::Reply& reply, std::size_t most) {
  std::vector<llm::Part> kept;
  std::size_t calls = 0;
  bool erased = false;
  for (llm::Part& part : reply.parts) {
    if (!std::holds_alternative<llm::ToolCall>(part) || ++calls <= most) {
      kept.push_back(std::move(part));
      continue;
    }
    erased = true;
    // What a provider has put before the call (its reasoning) is refused without it.
    while (!kept.empty() && std::holds_alternative<llm::Opaque>(kept.back())) kept.pop_back();
  }
  reply.parts = std::move(kept);
  if (erased && reply.stop == llm::Stop::length) reply.stop = llm::Stop::finished;  // what was cut off is gone
  return erased;
}

}  // namespace agent
