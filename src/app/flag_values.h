// What the values of flags may look like. Each function takes a text and returns the value, or what the text should
// have been, so that "… is not <that>" is a sentence that says what to do.
#pragma once
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace app {

using Value = std::string_view;
template <class T>
using Parsed = std::expected<T, std::string>;
using Texts = std::vector<std::string>;

std::optional<long> whole_number(Value text);

// "500ms", "2s", "10min", "1h"; 0 needs no unit. Other numbers without a unit are refused, but for variables that name
// milliseconds.
enum class BareNumber { refused, milliseconds };
Parsed<base::Duration> parse_duration(Value text, BareNumber bare = BareNumber::refused);

// "true", "false"; "" is true, as a flag without a value is.
Parsed<bool> parse_bool(Value text);

// Lists: parts are separated by commas, white space around them is ignored.
// Names under which this server is called, without ports: "belay.internal,192.0.2.7,[fd00::7]". May be empty.
Parsed<Texts> parse_own_hosts(Value text);
// Hosts that the server may call: "api.example.com,*.example.com:8443". `usage` is what a wrong one should have been.
Parsed<Texts> parse_host_patterns(Value text, std::string_view usage);
// Web origins, as browsers write them: "https://app.example,http://localhost:5173". May be empty.
Parsed<Texts> parse_origins(Value text);
// "LANG,XDG_*". May be empty.
Parsed<Texts> parse_variable_names(Value text);

// http or https, without credentials.
Parsed<std::string> parse_http_url(Value text);
// The path of a program that can be run.
Parsed<std::string> parse_program(Value text);

// "fd00::7" is "[fd00::7]" where a name has a port behind it; everything else stays.
std::string bracketed(std::string_view host);

}  // namespace app
