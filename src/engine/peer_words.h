// What a peer (a server of tools, a search service) says of its own refusal, for the error that tells of it.
#pragma once
#include <string>

#include "base/redactor.h"
#include "net/http_client.h"

namespace engine {

// `: its words`, in short and without the secrets; "" where it has none (a web page is none).
std::string words_of(const net::HttpReply& refusal, const base::Redactor& secrets);

}  // namespace engine
