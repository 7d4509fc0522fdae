#include "browser/refresh.h"

#include "browser/call_arguments.h"

namespace browser {
namespace {

constexpr auto kAnswer = std::chrono::milliseconds(250);  // of a page that is not busy

// The form that the HTML standard gives to "shared declarative refresh steps".
constexpr std::string_view kSendsOn = R"js(function (header) {
  const meta = document.querySelector('meta[http-equiv="refresh" i][content]');
  const told = /^\s*(\d*)(?:\.[\d.]*)?(?:\s*[;,]\s*|\s+)(.*)$/s.exec(header || (meta ? meta.content : ''));
  if (!told || Number(told[1]) !== 0) return false;
  let to = told[2].replace(/^url\s*=\s*/i, '');
  if (/^["']/.test(to)) to = to.slice(1).split(to[0])[0];
  try {
    const url = new URL(to, document.baseURI);
    return to !== '' && url.protocol !== 'javascript:' && url.href !== document.URL;
  } catch {
    return false;
  }
})js";

}  // namespace

aio::Task<bool> sends_on(const aio::Context& ctx, Page& page, std::string header) {
  const aio::Context brief = ctx.within(kAnswer);
  const Frame frame = page.main_frame();
  const auto world = co_await frame.world(brief);
  if (!world) co_return false;
  const auto told = co_await world->session->call(brief, "Runtime.callFunctionOn",
                                                  {{"functionDeclaration", kSendsOn},
                                                   {"executionContextId", world->context},
                                                   {"arguments", wrapped({std::move(header)})},
                                                   {"returnByValue", true}});
  co_return told&& json::get_bool(*told, "result.value").value_or(false);
}

}  // namespace browser
