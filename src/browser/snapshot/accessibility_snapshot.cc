#include "browser/snapshot/accessibility_snapshot.h"

#include "aio/compute.h"
#include "browser/snapshot/accessibility.h"
#include "json/write.h"

namespace browser {
namespace {

constexpr int kSnapshotTries = 5;  // for a page that changes while both sides are asked for their elements

struct Counted {
  cdp::Payload document;  // CDP DOM.getFlattenedDocument
  Census census;
};

// Both sides are asked in one breath.
aio::Task<base::Result<Counted>> count(const aio::Context& ctx, Frame frame, json::Object options) {
  for (int tries = 0; tries < kSnapshotTries; ++tries) {
    CO_TRY(const Frame::World at, co_await frame.world(ctx));
    // Enabled, the DOM domain reports every change of the page; so only for this one question.
    at.session->post("DOM.enable");
    cdp::PendingCall asked = at.session->send("DOM.getFlattenedDocument", {{"depth", -1}, {"pierce", true}});
    at.session->post("DOM.disable");
    CO_TRY(const cdp::Payload counted, co_await frame.script(ctx, "census", {options}));
    if (auto error = json::get_text(counted, "error")) co_return base::fail(base::Kind::browser, std::move(*error));
    CO_TRY(const cdp::Payload document, co_await asked.reply(ctx));
    // A page decides how large these are.
    auto census = co_await aio::compute(
        ctx, [&](const std::stop_token&) { return Census::taken(document, frame.id(), counted); });
    if (census) co_return Counted{document, std::move(*census)};
  }
  co_return base::fail(base::Kind::browser, "the page changes too fast to be read by its accessibility tree");
}

}  // namespace

aio::Task<base::Result<Snapshot>> take_accessibility_snapshot(const aio::Context& ctx, Frame frame,
                                                              SnapshotOptions options) {
  CO_TRY(const Counted counted, co_await count(ctx, frame, to_json(options)));
  CO_TRY(const Frame::World at, co_await frame.world(ctx));
  CO_TRY(const cdp::Payload tree,
         co_await at.session->call(ctx, "Accessibility.getFullAXTree", {{"frameId", frame.id()}}));
  CO_TRY(std::string lines, co_await aio::compute(ctx, [&](const std::stop_token& stop) -> base::Result<std::string> {
           TRY(const Line page, read_accessibility(tree, counted.document, counted.census, stop));
           return json::write(to_json(page, counted.census));
         }));
  json::Object told{{"lines", std::move(lines)}, {"elements", counted.census.size()}, {"frame", options.frame}};
  if (options.max_chars) told["maxChars"] = *options.max_chars;
  CO_TRY(const cdp::Payload reply, co_await frame.script(ctx, "tell", {std::move(told)}));
  co_return co_await read_snapshot(ctx, reply);
}

}  // namespace browser
