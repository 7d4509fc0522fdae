// One dialect as two pure functions: a conversation to a request, a reply's body to values. No waiting, no keys:
// http_llm.h adds who we are and sends.
#pragma once
#include <string>

#include "base/result.h"
#include "llm/chat.h"
#include "llm/endpoint.h"
#include "net/http_client.h"

namespace llm::provider {

struct Codec {
  net::HttpCall (*encode)(const Endpoint& endpoint, const Chat& chat);
  // Of a 2xx answer's body. Error: Kind::upstream, when it is not what the dialect says.
  base::Result<Reply> (*decode)(const json::Value& body);
  // Of any answer's body, also of one that decode refuses.
  Usage (*usage)(const json::Value& body);
};

const Codec& codec_of(Dialect dialect);

extern const Codec kOpenAiResponses;
extern const Codec kOpenAiChat;
extern const Codec kAnthropic;
extern const Codec kGemini;
extern const Codec kBedrock;
extern const Codec kOllama;
extern const Codec kPerplexity;
extern const Codec kFara;

}  // namespace llm::provider
