// CDP: inbound frames, one a line. The scanner must agree with the DOM reader on what it says of a frame, and the Mux
// must come out of any order of replies, attachments and endings with nobody waiting.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "base/text.h"
#include "cdp/message.h"
#include "cdp/mux.h"
#include "json/read.h"
#include "json/scan.h"
#include "json/write.h"

namespace {

// Where both readers take a frame, they must tell the same of it. The scanner is looser (it leaves the inside of params
// and result to whoever reads them), and takes the last of equal names as the DOM does.
void agree(std::string_view text, const json::CdpFrame& frame) {
  for (const std::string_view part : {frame.method, frame.session_id, frame.params, frame.result, frame.error})
    CHECK(part.empty() || (part.data() >= text.data() && part.data() + part.size() <= text.data() + text.size()),
          "a view that points outside the text");
  const auto value = json::read(text);
  if (!value || !base::is_valid_utf8(text)) return;
  const auto part = [&](std::string_view name, std::string_view raw) {
    const json::Value* member = json::find(*value, name);
    CHECK((member == nullptr) == raw.empty(), "the scanner and the reader disagree on what is there");
    if (member == nullptr) return;
    const auto read = json::read(raw);
    CHECK(read && json::write(*read) == json::write(*member), "the scanner and the reader disagree on a member");
  };
  part("params", frame.params);
  part("result", frame.result);
  part("error", frame.error);
  CHECK(json::get_text(*value, "method").value_or("") == frame.method, "the scanner and the reader disagree on method");
  CHECK(json::get_text(*value, "sessionId").value_or("") == frame.session_id, "they disagree on sessionId");
}

struct World {
  cdp::Mux mux;
  std::vector<std::shared_ptr<cdp::Call>> calls;

  void ask(const std::string& session) {
    auto call = std::make_shared<cdp::Call>("Page.enable");
    if (mux.command(session, "Page.enable", {}, call)) calls.push_back(std::move(call));
  }

  void take(const json::CdpFrame& frame) {
    const std::string session(frame.session_id);
    if (frame.id) {
      if (const auto call = mux.take(static_cast<std::uint64_t>(*frame.id)))
        call->settle(cdp::payload_of(frame, nullptr));
      return;
    }
    const auto params = cdp::params_of(frame);
    if (!params) return;
    const std::string child = json::get_text(*params, "sessionId").value_or("");
    if (frame.method == "Target.attachedToTarget")
      mux.attached(session, child, json::get_text(*params, "targetId").value_or(""));
    if (frame.method == "Target.detachedFromTarget") mux.detached(child);
    if (frame.method == "Inspector.targetCrashed") mux.crashed(session);
    ask(child);
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static json::Scanner scanner;
  World world;
  world.ask("");
  for (const std::string_view line : base::split(text, '\n')) {
    const auto frame = json::scan_cdp_frame(line, scanner);
    if (!frame) continue;
    agree(line, *frame);
    world.take(*frame);
  }
  world.mux.close(cdp::CloseReason::crashed);
  CHECK(world.mux.pending() == 0, "somebody still waits");
  for (const auto& call : world.calls) CHECK(call->result.has_value(), "a call without an outcome");
  return 0;
}
