// AWS Signature Version 4, for Bedrock.
#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "llm/endpoint.h"
#include "net/http_client.h"

namespace llm {

// Adds x-amz-date, x-amz-security-token (when there is one) and authorization to the call. Signed are host, x-amz-date,
// the token and content-type; the body by its digest. REQUIRES: the URL's path is encoded as it will be sent.
base::Result<void> sign_aws(net::HttpCall& call, const AwsKeys& keys, const std::string& region,
                            const std::string& service, base::WallTime now);

}  // namespace llm
