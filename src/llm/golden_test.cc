// What each provider is sent, whole, as files in testing/golden. BELAY_UPDATE_GOLDEN=1 writes them anew; read the diff.
#include <cstdlib>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "json/read.h"
#include "json/write.h"
#include "llm/endpoint.h"
#include "llm/provider/codec.h"

namespace llm {
namespace {

using base::Secret;

void pretty(const json::Value& value, const std::string& indent, std::string& out) {
  const auto* object = value.if_object();
  const auto* array = value.if_array();
  const std::string inner = indent + "  ";
  if ((object && !object->empty()) || (array && !array->empty())) {
    out += object ? "{" : "[";
    bool first = true;
    const auto next = [&] { out += (std::exchange(first, false) ? "\n" : ",\n") + inner; };
    if (object)
      for (const auto& [key, each] : *object) {
        next();
        json::append_string(out, {key.data(), key.size()});
        out += ": ";
        pretty(each, inner, out);
      }
    else
      for (const json::Value& each : *array) {
        next();
        pretty(each, inner, out);
      }
    out += "\n" + indent + (object ? "}" : "]");
  } else {
    json::append(out, value);
  }
}

std::string shown_call(const net::HttpCall& call) {
  std::string out = call.method + " " + call.url + "\n";
  for (const auto& [name, value] : call.headers) out += name + ": " + value + "\n";
  out += "\n";
  const auto body = json::read(call.body);
  EXPECT_TRUE(body);
  pretty(*body, "", out);
  return out + "\n";
}

void expect_golden(const std::string& name, const std::string& text) {
  const std::string path = std::string(BELAY_LLM_GOLDEN) + "/" + name + ".txt";
  if (std::getenv("BELAY_UPDATE_GOLDEN")) std::ofstream(path) << text;
  std::stringstream kept;
  kept << std::ifstream(path).rdbuf();
  EXPECT_EQ(text, kept.str()) << path;
}

// The schema has what providers differ in: a union with null, an optional property, a pattern, a list.
Chat forced_json() {
  const auto schema = json::read(R"({
    "$schema": "http://json-schema.org/draft-07/schema#", "type": "object",
    "properties": {
      "action": {"anyOf": [{"type": "object", "properties": {
          "id": {"type": "string", "pattern": "^\\d+-\\d+$", "description": "Which element."},
          "method": {"type": "string", "enum": ["click", "fill"]},
          "arguments": {"type": "array", "items": {"type": "string"}}},
        "required": ["id", "method"]}, {"type": "null"}]},
      "note": {"type": "string", "maxLength": 80}},
    "required": ["action"]})");
  Chat chat;
  chat.system = "You choose elements.";
  chat.messages = {{Role::user, {Text{"Press \"Go\"."}, Image{"image/png", "iVBORw0KGgo="}}}};
  chat.output = JsonOutput{*schema};
  return chat;
}

Chat tool_use() {
  Chat chat;
  chat.system = "You drive a browser.";
  chat.tools = {
      {"look", "Shows the page.", *json::read(R"({"type":"object","properties":{"full":{"type":"boolean"}}})")},
      {"back", "Goes back.", *json::read(R"({"type":"object","properties":{}})")}};
  chat.tool_choice = {ToolChoice::How::named, "look"};
  chat.max_tokens = 500;
  chat.temperature = 0.5;
  chat.messages = {
      {Role::user, {Text{"What is there?"}}},
      {Role::assistant,
       {Opaque{"openai_responses", json::Object{{"type", "reasoning"}, {"encrypted_content", "e"}}},
        Opaque{"openai_chat", json::Object{{"reasoning_content", "hm"}}},
        Opaque{"anthropic", json::Object{{"type", "thinking"}, {"thinking", "t"}, {"signature", "s"}}},
        Text{.text = "I look.", .phase = "commentary"},
        ToolCall{.id = "c1", .name = "look", .arguments = {{"full", true}}, .signature = "sig"}}},
      {Role::user,
       {ToolResult{"c1", "look", {Text{"A button."}, Image{"image/png", "iVBORw0KGgo="}}, false}, Text{"Go on."}}}};
  return chat;
}

// A model that uses a screen, as its provider's tool is: what it called, and what it is told of that.
Chat screen_use(ToolCall call) {
  const json::Object goto_schema{{"type", "object"},
                                 {"properties", json::Object{{"url", json::Object{{"type", "string"}}}}}};
  Chat chat;
  chat.system = "You drive a browser.";
  chat.screen = Screen{.width = 1288, .height = 711};
  chat.tools = {{"goto", "Goes to an address.", goto_schema}};
  chat.messages = {{Role::user, {Text{"Press \"Go\"."}, Image{"image/png", "Rmlyc3Q="}}},
                   {Role::assistant,
                    {Opaque{"openai_responses", json::Object{{"type", "reasoning"}, {"encrypted_content", "e"}}},
                     Opaque{"anthropic", json::Object{{"type", "thinking"}, {"thinking", "t"}, {"signature", "s"}}},
                     Text{"I press it."}, call}}};
  ToolResult result{call.id, call.name, {Image{"image/png", "U2Vjb25k"}, Text{"It moved."}}};
  result.url = "http://site.example/";
  result.acknowledged = call.checks;
  chat.messages.push_back({Role::user, {result}});
  return chat;
}

ToolCall openai_call() {
  const auto item = json::read(R"({"type":"computer_call","id":"cu_1","call_id":"c1","status":"completed",
    "action":{"type":"click","button":"left","x":5,"y":6},
    "pending_safety_checks":[{"id":"s1","code":"malicious_instructions","message":"Look."}]})");
  const json::Value body = json::Object{{"output", json::Array{*item}}};
  const auto reply = provider::codec_of(Dialect::openai_responses).decode(body);
  EXPECT_TRUE(reply);
  return *reply->tool_calls().at(0);
}

ToolCall anthropic_call() {
  return {.id = "c1", .name = "computer", .arguments = {{"action", "left_click"}, {"coordinate", json::Array{5, 6}}}};
}

ToolCall anthropic_set_call() {
  const auto body =
      json::read(R"({"content":[{"type":"tool_use","id":"c1","name":"left_click","toolset_name":"computer",
    "input":{"coordinate":[5,6]}}],"stop_reason":"tool_use"})");
  const auto reply = provider::codec_of(Dialect::anthropic).decode(*body);
  EXPECT_TRUE(reply);
  EXPECT_EQ(json::write(reply->tool_calls().at(0)->arguments), R"({"action":"left_click","coordinate":[5,6]})");
  return *reply->tool_calls().at(0);
}

ToolCall google_call() {
  return {.id = "c1",
          .name = "click_at",
          .arguments = {{"x", 5}, {"y", 6}, {"safety_decision", json::Object{{"decision", "require_confirmation"}}}},
          .signature = "sig",
          .checks = {{.code = "require_confirmation"}}};
}

ToolCall fara_call() {
  return {.id = "call_0",
          .name = "computer_use",
          .arguments = {{"action", "left_click"}, {"coordinate", json::Array{5, 6}}}};
}

ModelSettings settings(const std::string& name) {
  ModelSettings out{.name = name, .api_key = Secret("key")};
  if (name.starts_with("microsoft/")) out.base_url = "https://fara.example/v1";
  if (name.starts_with("azure/")) out.azure = AzurePlace{.resource_name = "mine"};
  if (name.starts_with("vertex/")) {
    out.vertex = VertexPlace{.project = "p", .location = "us-east5"};
    out.google = GoogleAccount{.client_email = "a@b.example", .private_key = Secret("pem")};
  }
  return out;
}

std::string request(const std::string& model, const Chat& chat, ChatFormat format = ChatFormat::automatic) {
  const Environment environment({"AWS_REGION=us-east-1"});
  ModelSettings chosen = settings(model);
  chosen.format = format;
  const auto endpoint =
      resolve({.request = chosen, .use = chat.screen ? Use::screen : Use::text}, environment, OwnKeys::anywhere);
  EXPECT_TRUE(endpoint) << model;
  return endpoint ? shown_call(provider::codec_of(endpoint->dialect).encode(*endpoint, chat)) : "";
}

struct Golden {
  const char* file;
  const char* model;
  ChatFormat format = ChatFormat::automatic;
};

// What is to be kept for the next call is said where a provider wants to be told.
TEST(Golden, CachedConversations) {
  Chat chat = tool_use();
  chat.tool_choice = {};
  chat.stable_messages = 3;
  chat.messages.push_back({Role::assistant, {ToolCall{.id = "c2", .name = "functions.look at"}}});
  chat.messages.push_back({Role::user, {ToolResult{"c2", "functions.look at", {Text{""}}, true}}});
  expect_golden("cached_anthropic", request("anthropic/claude-sonnet-4-5", chat));
  expect_golden("cached_bedrock", request("bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0", chat));
}

TEST(Golden, ForcedJsonOfEveryProvider) {
  const Golden all[] = {{"openai", "openai/gpt-4o-mini"},
                        {"openai_reasoning", "openai/gpt-5.1"},
                        {"openai_6", "openai/gpt-6-astra"},
                        {"openai_bare", "gpt-4.1-nano"},
                        {"openai_chat_reasoning", "openai/gpt-5.1", ChatFormat::chat},
                        {"anthropic", "anthropic/claude-sonnet-4-5"},
                        {"anthropic_5_5", "anthropic/claude-opus-5-5"},
                        {"anthropic_tool", "anthropic/claude-3-7-sonnet-latest"},
                        {"google", "google/gemini-2.5-flash"},
                        {"vertex", "vertex/gemini-2.5-pro"},
                        {"azure", "azure/gpt-4o"},
                        {"bedrock", "bedrock/anthropic.claude-3-5-sonnet-20241022-v2:0"},
                        {"ollama", "ollama/llama3.2"},
                        {"perplexity", "perplexity/sonar"},
                        {"perplexity_preset", "perplexity/preset/pro-search"},
                        {"xai", "xai/grok-4"},
                        {"groq", "groq/llama-3.3-70b-versatile"},
                        {"cerebras", "cerebras/llama-3.3-70b"},
                        {"togetherai", "togetherai/meta-llama/Llama-3.3-70B-Instruct-Turbo"},
                        {"mistral", "mistral/pixtral-12b"},
                        {"deepseek", "deepseek/deepseek-chat"},
                        {"gateway", "gateway/openai/gpt-4o"}};
  for (const Golden& one : all)
    expect_golden(std::string("json_") + one.file, request(one.model, forced_json(), one.format));
}

TEST(Golden, ToolUseOfEveryDialect) {
  const Golden all[] = {{"openai", "openai/gpt-4o-mini"},
                        {"openai_reasoning", "openai/o4-mini"},
                        {"openai_6", "openai/gpt-6-astra"},
                        {"openai_chat", "gpt-4.1-nano"},
                        {"openai_chat_5_6", "openai/gpt-5.6-sol", ChatFormat::chat},
                        {"mistral", "mistral/mistral-large-4"},
                        {"deepseek", "deepseek/deepseek-flash"},
                        {"anthropic", "anthropic/claude-sonnet-4-5"},
                        {"anthropic_5_5", "anthropic/claude-opus-5-5"},
                        {"google", "google/gemini-2.5-flash"},
                        {"google_3", "google/gemini-3-flash-preview"},
                        {"bedrock", "bedrock/amazon.nova-pro-v1:0"},
                        {"ollama", "ollama/llama3.2"},
                        {"perplexity", "perplexity/openai/gpt-6-sol"}};
  for (const Golden& one : all)
    expect_golden(std::string("tools_") + one.file, request(one.model, tool_use(), one.format));
}

TEST(Golden, ScreensOfEveryProviderThatHasThem) {
  const std::tuple<const char*, const char*, ToolCall> all[] = {
      {"openai_preview", "openai/computer-use-preview", openai_call()},
      {"openai_5", "openai/gpt-5.4", openai_call()},
      {"anthropic", "anthropic/claude-haiku-4-5", anthropic_call()},
      {"openai_6", "openai/gpt-6-astra", openai_call()},
      {"anthropic_set", "anthropic/claude-opus-5-5", anthropic_set_call()},
      {"anthropic_adaptive", "anthropic/claude-sonnet-4-6", anthropic_call()},
      {"google", "google/gemini-2.5-computer-use-preview-10-2025", google_call()},
      {"google_3", "google/gemini-3-flash-preview", google_call()},
      {"microsoft", "microsoft/fara-7b", fara_call()}};
  for (const auto& [file, model, call] : all)
    expect_golden(std::string("screen_") + file, request(model, screen_use(call)));
}

}  // namespace
}  // namespace llm
