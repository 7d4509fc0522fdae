// The five error envelopes and the success envelope of the wire, and nothing else that makes a body
// (docs/wire/envelopes.md names them E1 to E5).
#pragma once
#include <string>
#include <string_view>

#include "api/router.h"
#include "base/result.h"
#include "json/value.h"
#include "net/http.h"
#include "session/manager.h"

namespace api {

net::HttpResponse json_reply(int status, std::string body);

// {"error":"…"} alone: credentials of a Browserbase session that an operation lacks.
net::HttpResponse bare_error_reply(int status, std::string_view text);
// E1: {"error":"Request validation failed","issues":[…]}, 400.
net::HttpResponse issues_reply(const json::Array& issues);
// E2: {"error":"<text>","statusCode":N}.
net::HttpResponse error_reply(int status, std::string_view text);
// E3: {"message":"…"}: missing or unknown session on the five operations.
net::HttpResponse message_reply(int status, std::string_view message);
// E4: {"success":false,"message":"…"}: what went wrong in start, end and the operations.
// `hint`, an addition of ours, says what to do where the message is one that others wrote.
net::HttpResponse failure_reply(int status, std::string_view message, std::string_view hint = {});
// E5: {"message":"Route M:/p not found","error":"Not Found","statusCode":404}.
net::HttpResponse no_route_reply(std::string_view method, std::string_view target);
// What the HTTP parser of the reference writes by itself: only these headers, no Date (ProtocolError).
net::HttpResponse raw_error_reply(int status, std::string_view error, std::string_view message);
net::HttpResponse missing_host_reply(std::string date);
net::HttpResponse bad_url_reply(std::string_view path);
net::HttpResponse id_too_long_reply(std::string_view path);

// What a failed operation says: its status, its text, and whether asking again can help.
struct Failed {
  int status = 500;
  std::string message;
  std::string hint = {};            // what to do, beside a message that others wrote
  std::string session_state = {};   // x-session-state, for unknown sessions
  std::string session_detail = {};  // x-session-detail, where there is more to say
  int retry_after_seconds = 0;      // Retry-After, for 429 and 503; 0: none
  std::string result = {};          // JSON: what was done until then, of an agent run that was cut off
};

// The only place that turns an Error or a refusal into a status and a text.
Failed failed(Operation operation, const base::Error& error);
Failed failed(const session::Refused& refused);
Failed failed(Operation operation, const session::Failure& failure);

// What of the error the log may have: nothing that a reply or a page said.
std::string_view logged(const base::Error& error);

// Failed as plain JSON: E4, or E3 for an unknown session on the five operations. Operations that ran and failed carry
// x-should-retry: false, since the SDKs would do them again.
net::HttpResponse failed_reply(Operation operation, const Failed& failed);

}  // namespace api
