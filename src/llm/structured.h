// A reply that is JSON of a given schema, or an error that says what was wrong with it.
#pragma once
#include <functional>
#include <optional>
#include <string>

#include "aio/context.h"
#include "base/budget.h"
#include "base/result.h"
#include "llm/chat.h"
#include "llm/client.h"

namespace llm {

struct Structured {
  json::Value value;
  Usage usage;    // of all calls that it took
  int calls = 0;  // 1, or 2 when the model was asked again
};

// Asks for a value of this schema (any JSON Schema; a root that is no object travels inside one). A reply that is no
// JSON or does not fit is shown to the model once with what is wrong. Errors: those of Client::complete; Kind::upstream
// "The model's reply …" for a second reply that does not fit, a refusal, or one that was cut for its length.
aio::Task<base::Result<Structured>> complete_json(const aio::Context& ctx, Client& client, Chat chat,
                                                  json::Shared schema);

// The same, for callers that count usage also of calls that failed (`out` has what there was, on every way out), and
// that know more than the schema does: an objection to a value that fits is shown to the model like one that does not.
using Objection = std::function<std::optional<std::string>(const json::Value&)>;
aio::Task<base::Result<void>> complete_json(const aio::Context& ctx, Client& client, Chat chat, json::Shared schema,
                                            Structured& out, Objection objection);

// What one reply means under this schema: the JSON in it that fits, unwrapped and mended (mended_reply.h), off the
// loop. Errors: Kind::upstream for what is wrong with the reply; Kind::invalid for a schema that is too costly to
// check.
base::Result<json::Value> read_structured(const Reply& reply, const json::Value& schema, base::Budget& budget);

}  // namespace llm
