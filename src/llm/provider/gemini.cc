// Gemini's generateContent, on Google AI and on Vertex.
#include "llm/provider/codec.h"
#include "llm/provider/common.h"
#include "llm/schema_forms.h"

namespace llm::provider {
namespace gemini {
namespace {

json::Object inline_data(const Image& image) {
  return {{"inlineData", json::Object{{"mimeType", image.media_type}, {"data", image.base64}}}};
}

// From Gemini 3 on calls are signed, and a function's response can hold images itself; before, they stand beside it.
bool is_gemini_3(const Endpoint& endpoint) { return endpoint.traits.signed_calls; }

// Models that use a screen want to see where they are with every result; of what a person has agreed to they want to
// hear in the words that they asked for.
json::Object response_of(const ToolResult& result) {
  json::Object response;
  if (!result.url.empty()) response["url"] = result.url;
  if (!result.acknowledged.empty()) response["safety_acknowledgement"] = "true";
  const std::string text = text_of(result);
  if (result.url.empty() || result.failed || !text.empty()) response[result.failed ? "error" : "content"] = text;
  return response;
}

void append_result(const Endpoint& endpoint, const ToolResult& result, json::Array& parts) {
  json::Array images;
  for (const auto& each : result.content)
    if (const auto* image = std::get_if<Image>(&each)) images.push_back(inline_data(*image));
  json::Object response{{"name", sent_name(result.name)}, {"response", response_of(result)}};
  if (!result.call_id.starts_with("call_")) response["id"] = result.call_id;
  if ((is_gemini_3(endpoint) || !result.url.empty()) && !images.empty()) {
    response["parts"] = std::move(images);
    images = {};
  }
  parts.push_back(json::Object{{"functionResponse", std::move(response)}});
  for (json::Value& image : images) parts.push_back(std::move(image));
}

json::Object content_of(const Endpoint& endpoint, const Message& message) {
  json::Array parts;
  for (const Part& part : message.parts) {
    if (const auto* text = std::get_if<Text>(&part)) {
      json::Object out{{"text", text->text}};
      if (!text->signature.empty()) out["thoughtSignature"] = text->signature;
      parts.push_back(std::move(out));
    } else if (const auto* image = std::get_if<Image>(&part)) {
      parts.push_back(inline_data(*image));
    } else if (const auto* call = std::get_if<ToolCall>(&part)) {
      json::Object function{{"name", sent_name(call->name)}, {"args", call->arguments}};
      if (!call->id.starts_with("call_")) function["id"] = call->id;
      json::Object out{{"functionCall", std::move(function)}};
      if (!call->signature.empty())
        out["thoughtSignature"] = call->signature;
      else if (is_gemini_3(endpoint))  // which refuses a call without one; this word it takes instead
        out["thoughtSignature"] = "skip_thought_signature_validator";
      parts.push_back(std::move(out));
    } else if (const auto* result = std::get_if<ToolResult>(&part)) {
      append_result(endpoint, *result, parts);
    }
  }
  return {{"role", message.role == Role::user ? "user" : "model"}, {"parts", std::move(parts)}};
}

void add_schema(const json::Value& schema, json::Object& config) {
  if (const auto form = gemini_form(schema))
    config["responseSchema"] = *form;
  else  // recursive: only the newer field knows references
    config["responseJsonSchema"] = gemini_json_form(schema);
}

void add_config(const Endpoint& endpoint, const Chat& chat, json::Object& body) {
  json::Object config;
  if (chat.output) {
    config["responseMimeType"] = "application/json";
    if (endpoint.json_mode != JsonMode::json_object) add_schema(chat.output->schema, config);
  }
  if (chat.max_tokens) config["maxOutputTokens"] = *chat.max_tokens;
  if (chat.temperature) config["temperature"] = *chat.temperature;
  if (!config.empty()) body["generationConfig"] = std::move(config);
}

void add_tools(const Chat& chat, json::Object& body) {
  if (chat.tools.empty() && !chat.screen) return;
  json::Object tools;
  if (chat.screen) tools["computerUse"] = json::Object{{"environment", "ENVIRONMENT_BROWSER"}};
  if (chat.tools.empty()) {
    body["tools"] = json::Array{std::move(tools)};
    return;
  }
  json::Array functions;
  for (const Tool& tool : chat.tools) {
    json::Object function{{"name", tool.name}, {"description", tool.description}};
    // An object without members is refused; nothing says the same.
    const json::Object* members = json::get_object(tool.parameters, "properties");
    if (members && !members->empty()) {
      if (const auto form = gemini_form(tool.parameters))
        function["parameters"] = *form;
      else
        function["parametersJsonSchema"] = gemini_json_form(tool.parameters);
    }
    functions.push_back(std::move(function));
  }
  tools["functionDeclarations"] = std::move(functions);
  body["tools"] = json::Array{std::move(tools)};
  json::Object calling{{"mode", chat.tool_choice.how == ToolChoice::How::may ? "AUTO" : "ANY"}};
  if (chat.tool_choice.how == ToolChoice::How::named)
    calling["allowedFunctionNames"] = json::Array{json::Value(chat.tool_choice.name)};
  body["toolConfig"] = json::Object{{"functionCallingConfig", std::move(calling)}};
}

net::HttpCall encode(const Endpoint& endpoint, const Chat& chat) {
  json::Object body;
  if (const std::string system = system_text(endpoint, chat); !system.empty())
    body["systemInstruction"] = json::Object{{"parts", json::Array{json::Object{{"text", system}}}}};
  json::Array contents;
  for (const Message& message : chat.messages) contents.push_back(content_of(endpoint, message));
  body["contents"] = std::move(contents);
  add_config(endpoint, chat, body);
  add_tools(chat, body);
  return post(endpoint, std::move(body));
}

// A decision that stands among the arguments: whether a person must agree first.
std::vector<SafetyCheck> checks_of(const json::Object* args) {
  const json::Value* decision = args ? args->if_contains("safety_decision") : nullptr;
  if (!decision) return {};
  const std::string code = json::get_text(*decision, "decision").value_or("");
  if (code.empty() || code == "regular" || code == "allowed") return {};
  return {{.code = code, .message = json::get_text(*decision, "explanation").value_or("")}};
}

base::Result<void> take_part(const json::Value& part, ArgumentReader& arguments, Reply& reply) {
  if (const json::Value* call = json::find(part, "functionCall")) {
    const json::Object* args = json::get_object(*call, "args");
    // Where Gemini gives no id, one of ours pairs the call with its result; it is not sent back.
    std::string id = json::get_text(*call, "id").value_or("call_" + std::to_string(reply.parts.size()));
    TRY(ToolCall read, arguments.read({.id = std::move(id),
                                       .name = json::get_text(*call, "name").value_or(""),
                                       .signature = json::get_text(part, "thoughtSignature").value_or(""),
                                       .checks = checks_of(args)},
                                      json::find(*call, "args")));
    reply.parts.push_back(std::move(read));
  } else if (const auto text = json::get_text(part, "text"); text && !json::get_bool(part, "thought").value_or(false)) {
    reply.parts.push_back(Text{*text, json::get_text(part, "thoughtSignature").value_or("")});
  }
  return {};
}

Usage usage_of(const json::Value& body) {
  const std::int64_t thoughts = count_at(body, "usageMetadata.thoughtsTokenCount");
  return {.input = count_at(body, "usageMetadata.promptTokenCount"),
          .output = count_at(body, "usageMetadata.candidatesTokenCount") + thoughts,
          .reasoning = thoughts,
          .cached = count_at(body, "usageMetadata.cachedContentTokenCount")};
}

base::Result<Reply> decode(const json::Value& body) {
  Reply reply;
  reply.usage = usage_of(body);
  if (const auto blocked = json::get_string(body, "promptFeedback.blockReason")) {
    reply.stop = Stop::refused;
    reply.reason = reason_of(*blocked, json::text_at(body, "promptFeedback.blockReasonMessage"));
    return reply;
  }
  const json::Array* candidates = json::get_array(body, "candidates");
  if (!candidates || candidates->empty()) return no_reply("without a candidate");
  const json::Value& candidate = (*candidates)[0];
  ArgumentReader arguments;
  if (const json::Array* parts = json::get_array(candidate, "content.parts"))
    for (const json::Value& part : *parts) TRY_VOID(take_part(part, arguments, reply));
  const auto why = json::get_string(candidate, "finishReason").value_or("STOP");
  const std::string words = json::text_at(candidate, "finishMessage");
  // What may come out otherwise when it is asked for again, and what would not.
  if (why == "MALFORMED_FUNCTION_CALL" || why == "UNEXPECTED_TOOL_CALL" || why == "MALFORMED_RESPONSE" ||
      why == "OTHER")
    return broken_off(why, words);
  if (why == "MISSING_THOUGHT_SIGNATURE" || why == "TOO_MANY_TOOL_CALLS")
    return broken_off(why, words, base::Kind::invalid);
  if (why == "MAX_TOKENS" || why == "CONTINUATION") {
    reply.stop = Stop::length;
  } else if (reply.calls_tools()) {
    reply.stop = Stop::tool_calls;
  } else if (why != "STOP" && why != "FINISH_REASON_UNSPECIFIED") {
    reply.stop = Stop::refused;
    reply.reason = reason_of(why, words);
  }
  return reply;
}

}  // namespace
}  // namespace gemini

constinit const Codec kGemini{&gemini::encode, &gemini::decode, &gemini::usage_of};

}  // namespace llm::provider
