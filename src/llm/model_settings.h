// A model as callers name it and say how to reach it: values only, so that whoever carries them needs nothing else of
// this folder.
#pragma once
#include <map>
#include <optional>
#include <string>

#include "base/secret.h"

namespace llm {

// A service account's key file, as far as it is used.
struct GoogleAccount {
  std::string client_email;
  base::Secret private_key;  // PEM
  std::string private_key_id = {};
  std::string token_url = "https://oauth2.googleapis.com/token";
  std::string scope = "https://www.googleapis.com/auth/cloud-platform";
};

using SecretMap = std::map<std::string, base::Secret>;  // headers; any of them may be a credential

struct VertexPlace {
  std::string project;
  std::string location;
  std::string base_url = {};
  SecretMap headers = {};
};

struct AzurePlace {
  std::string resource_name = {};
  std::string base_url = {};
  std::string api_version = {};
  bool deployment_urls = false;  // …/deployments/<model>/… instead of the model in the body
  SecretMap headers = {};
};

enum class ChatFormat { automatic, responses, chat };  // which of OpenAI's two APIs

// A model as a caller gives it; empty fields were not given.
struct ModelSettings {
  std::string name = {};      // "provider/model" or a bare name
  std::string provider = {};  // for a bare name that says nothing by itself
  base::Secret api_key = {};
  std::string base_url = {};
  SecretMap headers = {};
  ChatFormat format = ChatFormat::automatic;
  std::optional<VertexPlace> vertex = {};
  std::optional<GoogleAccount> google = {};
  std::optional<AzurePlace> azure = {};
  base::Secret entra_token = {};
};

}  // namespace llm
