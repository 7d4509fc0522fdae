// The providers that a model id can name: where they are, how they are spoken to, and which environment variables hold
// their keys. Data; docs/internals/llm.md shows the same table.
#pragma once
#include <span>
#include <string_view>
#include <vector>

namespace llm {

// The shape of requests and replies; one codec each (provider/codec.h).
enum class Dialect { openai_responses, openai_chat, anthropic, gemini, bedrock, ollama, perplexity, fara };

// Whether models of this dialect can be given a screen.
constexpr bool has_screen(Dialect dialect) {
  return dialect == Dialect::openai_responses || dialect == Dialect::anthropic || dialect == Dialect::gemini ||
         dialect == Dialect::fara;
}

enum class Auth {
  none,
  bearer,          // Authorization: Bearer <key>
  x_api_key,       // x-api-key: <key>
  api_key,         // api-key: <key>; a token for Entra ID is sent as bearer instead
  x_goog_api_key,  // x-goog-api-key: <key>
  google_account,  // bearer of a token that a service account's key buys
  aws,             // bearer when there is a key, else AWS Signature Version 4
};

// How a reply is forced into a schema.
enum class JsonMode {
  strict_schema,  // json_schema with strict:true, as OpenAI takes it
  strict_bare,    // the same, from servers that know types only: lengths, patterns and the like go into descriptions
  loose_schema,   // json_schema without strict: the provider takes the schema as it is
  json_object,    // {"type":"json_object"} or nothing; the schema goes into the prompt
  native,         // the dialect's own way
};

struct Provider {
  std::string_view name;
  Dialect dialect;
  std::string_view base_url;  // "": made from other settings (vertex, azure, bedrock)
  std::string_view path;      // appended to the base URL; "{model}" stands for the encoded model name
  Auth auth;
  JsonMode json_mode = JsonMode::native;
  std::vector<std::string_view> key_variables = {};  // the first that is not empty
  std::vector<std::string_view> url_variables = {};
  bool listed = true;  // named where a caller is told which providers there are
};

std::span<const Provider> providers();  // the unlisted ones too
// null when there is none of this name.
const Provider* find_provider(std::string_view name);
// Whose own API answers at this host; null when it is none of theirs.
const Provider* provider_at(std::string_view host);

}  // namespace llm
