#include "net/http_head.h"

#include <boost/beast/http/status.hpp>

namespace net {

std::string status_line(int status) {
  const auto reason = boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(status));
  return "HTTP/1.1 " + std::to_string(status) + " " + std::string(reason.data(), reason.size()) + "\r\n";
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

void append_origin(std::string& out, std::string_view date, std::string_view server) {
  append_field(out, "Date", date);
  if (!server.empty()) append_field(out, "Server", server);
}

std::string raw_head(const HttpResponse& response) {
  std::string out = status_line(response.status);
  for (const auto& [name, value] : response.headers) append_field(out, name, value);
  return out + "\r\n";
}

}  // namespace net
