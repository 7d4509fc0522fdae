#include "llm/reply_pieces.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "json/read.h"

namespace llm {
namespace {

constexpr std::size_t kMostPlaces = 1000;  // of calls and blocks, which are numbered by whoever sends them

// Texts grow, other values are the last.
void append_piece(json::Object& to, std::string_view key, json::Value value) {
  json::Value& known = to[key];
  if (known.is_string() && value.is_string())
    known.get_string().append(value.get_string());
  else if (!value.is_null())
    known = std::move(value);
}

json::Object& place_of(std::vector<json::Object>& places, std::size_t index) {
  if (index >= places.size()) places.resize(index + 1);
  return places[index];
}

std::size_t index_of(const json::Value& piece) {
  const auto index = json::get_int(piece, "index").value_or(0);
  return index < 0 ? kMostPlaces : static_cast<std::size_t>(index);
}

json::Array array_of(std::vector<json::Object> places) {
  json::Array out;
  for (json::Object& each : places) out.emplace_back(std::move(each));
  return out;
}

// Of Chat Completions.
class ChatPieces final : public ReplyPieces {
 public:
  void add(json::Object given) override {
    for (const std::string_view key : {"id", "model", "usage", "error"})
      if (json::Value* each = given.if_contains(key); each && !each->is_null()) whole_[key] = std::move(*each);
    json::Value* choices = given.if_contains("choices");
    if (!choices || !choices->is_array() || choices->get_array().empty()) return;
    json::Value& choice = choices->get_array().front();
    if (json::get_int(choice, "index").value_or(0) != 0) return;
    if (const auto reason = json::get_string(choice, "finish_reason")) choice_["finish_reason"] = *reason;
    json::Value* delta = choice.is_object() ? choice.get_object().if_contains("delta") : nullptr;
    if (!delta || !delta->is_object()) return;
    for (auto& entry : delta->get_object())
      if (entry.key() == "tool_calls")
        add_calls(entry.value());
      else
        append_piece(message_, {entry.key().data(), entry.key().size()}, std::move(entry.value()));
  }

  json::Value whole() override {
    if (!calls_.empty()) message_["tool_calls"] = array_of(std::move(calls_));
    if (!message_.contains("content")) message_["content"] = nullptr;
    message_["role"] = "assistant";
    choice_["index"] = 0;
    choice_["message"] = std::move(message_);
    whole_["choices"] = json::Array{std::move(choice_)};
    return std::move(whole_);
  }

 private:
  void add_calls(const json::Value& pieces) {
    if (!pieces.is_array()) return;
    for (const json::Value& piece : pieces.get_array()) {
      const std::size_t index = index_of(piece);
      if (!piece.is_object() || index >= kMostPlaces) continue;
      json::Object& call = place_of(calls_, index);
      for (const std::string_view key : {"id", "type"})
        if (const auto text = json::get_string(piece, key)) call[key] = *text;
      if (const json::Object* function = json::get_object(piece, "function")) {
        json::Value& known = call["function"];
        if (!known.is_object()) known = json::Object();
        for (const auto& [key, value] : *function) append_piece(known.get_object(), key, value);
      }
    }
  }

  json::Object whole_;
  json::Object choice_;
  json::Object message_;
  std::vector<json::Object> calls_;
};

// Of Anthropic's Messages: a message without its content, blocks that grow, and at the end why it stopped.
class AnthropicPieces final : public ReplyPieces {
 public:
  void add(json::Object given) override {
    const json::Value piece = std::move(given);
    if (const json::Object* message = json::get_object(piece, "message")) take(*message);
    if (const json::Object* delta = json::get_object(piece, "delta"); delta && !piece.get_object().contains("index"))
      take(*delta);
    for (const std::string_view key : {"usage", "error"})
      if (const json::Object* each = json::get_object(piece, key)) take({{key, *each}});
    const std::size_t index = index_of(piece);
    if (index >= kMostPlaces || !piece.get_object().contains("index")) return;
    if (const json::Object* block = json::get_object(piece, "content_block")) {
      place_of(blocks_, index) = *block;
    } else if (const json::Object* delta = json::get_object(piece, "delta")) {
      for (const auto& [key, value] : *delta)
        if (key != "type") append_piece(place_of(blocks_, index), key, value);
    }
  }

  json::Value whole() override {
    for (json::Object& block : blocks_) {
      const auto text = block.find("partial_json");
      if (text == block.end()) continue;
      json::Value written = std::move(text->value());
      block.stable_erase(text);
      const std::string_view said = written.is_string() ? json::view(written.get_string()) : std::string_view();
      if (said.empty()) continue;  // what the block began with
      auto input = json::read(said);
      block["input"] = input ? std::move(*input) : std::move(written);
    }
    whole_["content"] = array_of(std::move(blocks_));
    return std::move(whole_);
  }

 private:
  void take(const json::Object& members) {
    for (const auto& [key, value] : members) {
      json::Value& known = whole_[key];
      if (known.is_object() && value.is_object())  // counts that come one by one
        for (const auto& [name, count] : value.get_object()) known.get_object()[name] = count;
      else if (!value.is_null() || known.is_null())
        known = value;
    }
  }

  json::Object whole_;
  std::vector<json::Object> blocks_;
};

// Of Gemini: each is a whole answer with a few parts more.
class GeminiPieces final : public ReplyPieces {
 public:
  void add(json::Object given) override {
    for (auto& entry : given)
      if (entry.key() == "candidates")
        add_candidate(entry.value());
      else
        whole_[entry.key()] = std::move(entry.value());
  }

  json::Value whole() override {
    if (!any_) return std::move(whole_);
    candidate_["content"] = json::Object{{"role", "model"}, {"parts", std::move(parts_)}};
    whole_["candidates"] = json::Array{std::move(candidate_)};
    return std::move(whole_);
  }

 private:
  void add_candidate(json::Value& list) {
    if (!list.is_array() || list.get_array().empty() || !list.get_array().front().is_object()) return;
    any_ = true;
    json::Value& candidate = list.get_array().front();
    if (const json::Array* parts = json::get_array(candidate, "content.parts"))
      for (const json::Value& part : *parts) add_part(part);
    for (auto& entry : candidate.get_object())
      if (entry.key() != "content") candidate_[entry.key()] = std::move(entry.value());
  }

  // Words without anything beside them go on those before.
  void add_part(const json::Value& part) {
    const auto is_plain = [](const json::Value& each) {
      return each.is_object() && each.get_object().size() == 1 && json::get_string(each, "text");
    };
    if (!parts_.empty() && is_plain(part) && is_plain(parts_.back()))
      parts_.back().get_object()["text"].get_string().append(part.get_object().at("text").get_string());
    else
      parts_.push_back(part);
  }

  bool any_ = false;
  json::Object whole_;
  json::Object candidate_;
  json::Array parts_;
};

// Of Ollama: a line each.
class OllamaPieces final : public ReplyPieces {
 public:
  void add(json::Object given) override {
    for (auto& entry : given)
      if (entry.key() == "message")
        add_message(entry.value());
      else
        whole_[entry.key()] = std::move(entry.value());
  }

  json::Value whole() override {
    if (!calls_.empty()) message_["tool_calls"] = std::move(calls_);
    whole_["message"] = std::move(message_);
    return std::move(whole_);
  }

 private:
  void add_message(json::Value& message) {
    if (!message.is_object()) return;
    for (auto& entry : message.get_object())
      if (entry.key() == "content" || entry.key() == "thinking")
        append_piece(message_, {entry.key().data(), entry.key().size()}, std::move(entry.value()));
      else if (entry.key() == "tool_calls" && entry.value().is_array())
        for (json::Value& call : entry.value().get_array()) calls_.push_back(std::move(call));
      else
        message_[entry.key()] = std::move(entry.value());
  }

  json::Object whole_;
  json::Object message_;
  json::Array calls_;
};

}  // namespace

std::unique_ptr<ReplyPieces> pieces_like(const json::Value& piece) {
  if (!piece.is_object()) return nullptr;
  if (json::get_string(piece, "object") == "chat.completion.chunk") return std::make_unique<ChatPieces>();
  if (json::get_string(piece, "type") == "message_start") return std::make_unique<AnthropicPieces>();
  if (json::get_array(piece, "candidates")) return std::make_unique<GeminiPieces>();
  if (json::get_object(piece, "message") && json::get_bool(piece, "done")) return std::make_unique<OllamaPieces>();
  return nullptr;
}

}  // namespace llm
