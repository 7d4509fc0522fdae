// Credentials that people write into URLs: a password before the host, a token in the query or in the fragment.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace base {

// The text with *** for the credentials of each URL in it: "https://me:pw@host/?token=x&page=2" becomes
// "https://me:***@host/?token=***&page=2". A user's name without a password is a token as a rule and goes, too.
// Of what stands in the first `most` bytes; the rest tells what of that is a secret.
std::string hide_url_secrets(std::string_view text, std::size_t most = std::string_view::npos);

// What hide_url_secrets would hide, as it stands there; a view into the text.
std::vector<std::string_view> url_secrets(std::string_view text);

// Whether a value of this name (of a parameter, a member, a field) is a credential by all appearance: "access_token",
// "X-Amz-Signature", "apiKey".
bool is_secret_name(std::string_view name);

}  // namespace base
