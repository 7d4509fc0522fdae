#include "engine/peer_words.h"

#include "base/text.h"
#include "json/read.h"
#include "llm/refusals.h"

namespace engine {
namespace {

constexpr std::size_t kMostWords = 300;

}  // namespace

std::string words_of(const net::HttpReply& refusal, const base::Redactor& secrets) {
  const auto body = json::read(refusal.body);
  const auto said = body ? llm::explanation(*body) : llm::plain_explanation(refusal.body);
  if (!said) return {};
  const std::string words(base::trim(*said));
  return words.empty() ? "" : ": " + base::truncate(base::repair_utf8(secrets(words)), kMostWords);
}

}  // namespace engine
