// Account: as whom a model is called, and on whose machine. What is shared between calls (places, kept runs) is shared
// within one account.
#pragma once
#include <string>

#include "llm/endpoint.h"

namespace llm {

// A digest of scheme, host and port, provider and every credential (key, headers, accounts); raw bytes.
std::string account_of(const Endpoint& endpoint);

// A digest of the account, the whole URL and the model; 64 hexadecimal digits.
std::string identity_of(const Endpoint& endpoint);

}  // namespace llm
