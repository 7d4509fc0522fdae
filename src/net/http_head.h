// The head of an answer as text. Internal to net.
#pragma once
#include <string>
#include <string_view>

#include "net/http.h"

namespace net {

std::string status_line(int status);
void append_field(std::string& out, std::string_view name, std::string_view value);
// When, and by whom where there is a name.
void append_origin(std::string& out, std::string_view date, std::string_view server);
// Of its own headers alone.
std::string raw_head(const HttpResponse& response);

}  // namespace net
