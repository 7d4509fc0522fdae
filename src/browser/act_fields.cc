// Actions on fields: fill, type, press, selectOption, setInputFiles.
#include <algorithm>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "browser/act_steps.h"
#include "browser/snapshot/text.h"
#include "os/aside_limit.h"

namespace browser {
namespace {

std::string with_line_feeds(std::string text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r')
      out += text[i];
    else if (i + 1 == text.size() || text[i + 1] != '\n')
      out += '\n';
  }
  return out;
}

constexpr std::size_t kLongestHeld = 200;  // characters of it that an error tells

// A field may cut or change what it is given, so that nobody who masks values would know them again in what it holds.
base::Error not_kept(const std::string& held, bool secret, std::string_view after = "filling") {
  return {base::Kind::browser,
          secret ? "the field holds something else than it was given"
                 : fmt::format("the field holds \"{}\" after {}, not what was given", cut(held, kLongestHeld), after)};
}

// `folder`: the input takes folders, with all that is in them.
base::Result<void> usable(const std::vector<std::string>& paths, bool folder) {
  for (const std::string& path : paths) {
    struct stat status{};
    if (access(path.c_str(), R_OK) != 0 || stat(path.c_str(), &status) != 0)
      return base::fail(base::Kind::invalid, fmt::format("the file {} cannot be read on the server", path));
    if (folder && !S_ISDIR(status.st_mode))
      return base::fail(base::Kind::invalid, fmt::format("{} is not a folder, and the input takes folders", path));
    if (!folder && !S_ISREG(status.st_mode))
      return base::fail(base::Kind::invalid, fmt::format("{} is not a file", path));
  }
  return {};
}

constexpr std::string_view kNoFiles = "the input took no file";  // script/fields.js

// Each is a thread for as long as the file system takes, which outlasts the operation's own time.
os::AsideLimit& looks_at_files() {
  constexpr std::size_t kMost = 64;
  static os::AsideLimit limit(kMost, "checks of files to upload");
  return limit;
}

}  // namespace

namespace {

bool is_password(const json::Value& field) { return json::get_bool(field, "password").value_or(false); }

// Whether the browser itself lets go of some of the keys that are typed into the field.
bool drops_keys(const json::Value& field) {
  return json::get_text(field, "type") == "number" || json::get_int(field, "maxLength").value_or(-1) >= 0;
}

// The bytes that are typed at once: one key, or a run of characters that no key types.
std::size_t first_piece(std::string_view text) {
  const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  if (text.empty() || is_ascii(text[0])) return std::min<std::size_t>(text.size(), 1);
  return static_cast<std::size_t>(std::ranges::find_if(text, is_ascii) - text.begin());
}

// How often a field is filled that the page replaces by its like while it is: some do so once, when it gets the focus.
constexpr int kMostLost = 3;

// Before it is typed: also a try that fails, or that is cut off, may have shown it.
void note_password(const Place& place, const json::Value& field, const ActCall& call) {
  engine::EventSink* listener = place.frame.page().listener();
  if (listener && is_password(field)) listener->typed_password(base::Secret(argument(call, 0)));
}

// Whether a field that has kept its old text beside the new one lets go of both when keys tell it to. One that does not
// puts all that comes beside what it has, and must not be given the text again.
aio::Task<base::Result<bool>> empty_by_keys(const aio::Context& ctx, const Place& place, const ActCall& call) {
  CO_TRY(const Field field, co_await focus_field(ctx, place, call, "all"));
  const base::TimePoint sent = ctx.now();
  CO_TRY_VOID(co_await press(ctx, place.frame, *parse_chord("Control+A")));
  CO_TRY_VOID(co_await press(ctx, place.frame, Chord{.modifiers = {}, .key = *find_key("Backspace")}));
  CO_TRY(const auto after, co_await ask_there(ctx, place, call, field.world, sent, "value", {""}));
  co_return after && !json::get_text(*after, "wrong") && json::get_bool(*after, "kept").value_or(false);
}

}  // namespace

Outcome fill(const aio::Context& ctx, Place place, ActCall call) {
  bool emptied = false;   // by keys, as the page's own idea of what is selected does not follow the selection
  bool password = false;  // at any time: a field may show what is in it while it has the focus
  for (int lost = 0;;) {
    CO_TRY(const Field field, co_await focus_field(ctx, place, call, "all"));
    note_password(place, field.told, call);
    password = password || is_password(field.told);
    const std::string kind = json::get_text(field.told, "kind").value_or("text");
    std::string value = with_line_feeds(argument(call, 0));
    if (kind == "native") {
      CO_TRY_VOID(co_await ask(ctx, place, call, "setNative", {value, call.secret}, Effect::changes));
      co_return base::Result<void>();
    }
    if (json::get_text(field.told, "type") == "number" && !value.empty()) {
      if (!number(value)) co_return base::fail(base::Kind::invalid, "Failed to fill element (invalid-number-value)");
      value = std::string(base::trim(value));
    }
    const base::TimePoint sent = ctx.now();
    if (kind == "keys" || kind == "drawn")  // what has no selection is told by keys to let its text go
      CO_TRY_VOID(co_await press(ctx, place.frame, *parse_chord("Control+A")));
    if (value.empty())
      CO_TRY_VOID(co_await press(ctx, place.frame, Chord{.modifiers = {}, .key = *find_key("Backspace")}));
    else if (kind == "keys")
      CO_TRY_VOID(co_await type_text(ctx, place.frame, value));
    else
      CO_TRY_VOID(co_await insert_text(ctx, place.frame, value));
    CO_TRY(const auto told, co_await ask_there(ctx, place, call, field.world, sent, "value", {value}));
    if (!told) co_return base::Result<void>();  // the page has had it, and has led on
    const cdp::Payload& after = *told;
    if (auto wrong = json::get_text(after, "wrong")) {
      const bool part = json::get_bool(after, "part").value_or(false);
      CO_TRY_VOID(co_await try_again(ctx, call, Missed{std::move(*wrong), part}));
      continue;
    }
    for (const char* well : {"taken", "kept", "shows"})
      if (json::get_bool(after, well).value_or(false)) co_return base::Result<void>();
    if (!emptied && json::get_bool(after, "beside").value_or(false)) {
      emptied = true;
      CO_TRY(const bool empty, co_await empty_by_keys(ctx, place, call));
      if (empty) continue;
    }
    const std::string held = json::get_text(after, "value").value_or("");
    base::Error error = not_kept(held, call.secret || password || is_password(after));
    if (!json::get_bool(after, "lost").value_or(false) || ++lost == kMostLost)
      co_return std::unexpected(std::move(error));
    CO_TRY_VOID(co_await try_again(ctx, call, std::move(error.message)));
  }
}

Outcome type(const aio::Context& ctx, Place place, ActCall call) {
  const std::string text = with_line_feeds(argument(call, 0));
  const std::size_t first = first_piece(text);
  bool password = false;
  for (;;) {
    CO_TRY(const Field field, co_await focus_field(ctx, place, call, "keep"));
    note_password(place, field.told, call);
    password = password || is_password(field.told);
    CO_TRY_VOID(co_await type_text(ctx, place.frame, text.substr(0, first)));
    auto wrong = text.empty() ? std::nullopt : co_await text_missed(ctx, field.world, first < text.size());
    if (!wrong && first < text.size()) {
      CO_TRY_VOID(co_await type_text(ctx, place.frame, text.substr(first)));
      wrong = co_await text_missed(ctx, field.world);
    }
    if (wrong) {
      CO_TRY_VOID(co_await try_again(ctx, call, std::move(*wrong)));
      continue;
    }
    if (!drops_keys(field.told) || text.contains('\n')) co_return base::Result<void>();
    const auto held = co_await text_dropped(ctx, place.frame, field.world, text);
    if (!held) co_return base::Result<void>();
    co_return std::unexpected(not_kept(held->text, call.secret || password || held->secret, "typing"));
  }
}

Outcome press_key(const aio::Context& ctx, Place place, ActCall call) {
  CO_TRY(const Chord chord, parse_chord(argument(call, 0)));
  for (;;) {
    CO_TRY(const Frame::World before, co_await place.frame.world(ctx));
    CO_TRY_VOID(co_await focus_for_keys(ctx, place, call));
    CO_TRY(const Frame::World world, co_await place.frame.world(ctx));
    if (world != before) {
      CO_TRY_VOID(co_await try_again(ctx, call, std::string(kLedAway)));
      continue;
    }
    CO_TRY_VOID(co_await press(ctx, place.frame, chord));
    auto wrong = co_await text_missed(ctx, world);
    if (!wrong) co_return base::Result<void>();
    CO_TRY_VOID(co_await try_again(ctx, call, std::move(*wrong)));
  }
}

Outcome select_option(const aio::Context& ctx, Place place, ActCall call) {
  json::Array wanted(call.arguments.begin(), call.arguments.end());
  if (wanted.empty()) wanted.emplace_back("");
  CO_TRY_VOID(co_await frames_fit(ctx, place));
  json::Array arguments{std::move(wanted), wishes(ctx, call)};
  CO_TRY_VOID(co_await ask(ctx, place, call, "select", std::move(arguments), Effect::changes));
  co_return base::Result<void>();
}

Outcome set_input_files(const aio::Context& ctx, Place place, ActCall call) {
  CO_TRY(const cdp::Payload input, co_await ask(ctx, place, call, "fileInput", {wishes(ctx, call)}));
  if (call.arguments.empty()) {
    CO_TRY_VOID(co_await ask(ctx, place, call, "clearFiles", {}, Effect::changes));
    co_return base::Result<void>();
  }
  const bool folder = json::get_bool(input, "folder").value_or(false);
  auto look = [paths = call.arguments, folder] { return usable(paths, folder); };
  CO_TRY_VOID(co_await aio::by_deadline(ctx, os::aside(looks_at_files(), std::move(look)),
                                        "the files cannot be read on the server in time"));
  if (call.arguments.size() > 1 && (folder || !json::get_bool(input, "multiple").value_or(false)))
    co_return base::fail(base::Kind::invalid,
                         folder ? "the input takes one folder only" : "the input takes one file only");
  CO_TRY(const std::shared_ptr<Handle> node, co_await place.frame.element(ctx, "element", {place.selector}));
  cdp::PendingCall set = place.frame.page().input(
      *node->session(), "DOM.setFileInputFiles",
      {{"files", json::Array(call.arguments.begin(), call.arguments.end())}, {"objectId", node->id()}});
  auto done = co_await set.reply(ctx);
  if (!done) co_return std::unexpected(std::move(done).error());
  // What is in a folder is looked for after the answer. An input that is gone meanwhile has been used.
  auto held = co_await ask(ctx, place, call, "filesHeld", folder ? json::Array{wishes(ctx, call)} : json::Array{});
  if (!held && held.error().message == kNoFiles)
    co_return base::fail(base::Kind::browser,
                         folder ? fmt::format("{}: the folder may be empty", kNoFiles) : std::string(kNoFiles));
  co_return base::Result<void>();
}

}  // namespace browser
