// What the methods of act.cc and act_fields.cc share: one question to the page's script, where to point, and the
// arguments of a call.
#pragma once
#include <optional>
#include <string>

#include "browser/act.h"
#include "browser/input.h"
#include "browser/locate.h"

namespace browser {

using Outcome = aio::Task<base::Result<void>>;

// Whether a function of the script may change the page; such a call counts as input.
enum class Effect { looks, changes };

// A function of the page's script, in the place's frame and with its selector before the arguments; its {error} becomes
// ours. Bounded by the call's patience and a moment, so that a page kept busy by a script of its own fails the action
// and not the client's patience.
aio::Task<base::Result<cdp::Payload>> ask(const aio::Context& ctx, const Place& place, const ActCall& call,
                                          std::string function, json::Array arguments = {},
                                          Effect effect = Effect::looks);
// The same in the document that input was sent to then; none where that has gone, or has been led to another since and
// answers nobody.
aio::Task<base::Result<std::optional<cdp::Payload>>> ask_there(const aio::Context& ctx, const Place& place,
                                                               const ActCall& call, Frame::World there,
                                                               base::TimePoint sent, std::string function,
                                                               json::Array arguments);
struct Presses {  // that are about to come
  int count = 0;
  bool touch = false;
};
// Where a pointer reaches the element, once it is fit for what is needed ("click", "hover", "drop"): in its own
// document and in all those around it. The presses are then expected there (script/pressing.js).
aio::Task<base::Result<Spot>> point_of(const aio::Context& ctx, const Place& place, const ActCall& call,
                                       std::string need, Presses presses = {});
// What became of presses, keys or text that did not do their work on the element.
struct Missed {
  std::string what;
  bool felt;  // by something else than the element, or by that in part: to be sent no second time
};
// For asking the page that.
aio::Context for_verdict(const aio::Context& ctx);
// None also where nobody can tell any more: they have led away from the document, or keep it busy. `held`: the button
// is still down.
aio::Task<std::optional<Missed>> missed(const aio::Context& ctx, Page& page, Frame::World world, bool held = false);
// A moment later; as an error where what was missed must not be tried again, or there is no time left.
Outcome try_again(const aio::Context& ctx, const ActCall& call, Missed missed);
// Where the pointer has to go before the page's script can say more ("hover" of its answer, script/pointing.js); done
// also where it does not get there.
Outcome hover_for(const aio::Context& ctx, const Place& place, const json::Value& hover);
// Clicks there, as soon as the element is under the pointer when the button goes down: what hovering puts in its place
// feels nothing, and the place is looked for anew.
Outcome click_on(const aio::Context& ctx, const Place& place, const ActCall& call, std::string button, int clicks);
// The same by a finger.
Outcome tap_on(const aio::Context& ctx, const Place& place, const ActCall& call);

inline constexpr std::string_view kLedAway = "the page went to another document as the element got the focus";

// Gives the field the focus, and the frames that it is in. `caret`: "all" selects what is in it; "keep" leaves the
// caret of a field that had the focus where it is, and puts it at the end of any other. What is sent next comes to this
// field or to nothing.
struct Field {
  cdp::Payload told;  // by the page's script (script/focus.js)
  Frame::World world;
};
aio::Task<base::Result<Field>> focus_field(const aio::Context& ctx, const Place& place, const ActCall& call,
                                           std::string caret);
// The same for keys, which also elements get that are no fields: what has the focus inside of the element keeps it.
Outcome focus_for_keys(const aio::Context& ctx, const Place& place, const ActCall& call);
// What became of the text or key that was sent to the element; none where it has come, or where nobody can tell any
// more. `more` of the text is to follow, which is then asked about again.
aio::Task<std::optional<Missed>> text_missed(const aio::Context& ctx, Frame::World world, bool more = false);
// What the field holds where the browser has refused some of a text that was typed into it; none where it has not, or
// where nobody can tell any more.
struct Held {
  std::string text;
  bool secret;  // it is of a password
};
aio::Task<std::optional<Held>> text_dropped(const aio::Context& ctx, const Frame& frame, Frame::World world,
                                            std::string text);
// A moment later; `why` as an error when there is no time left.
Outcome try_again(const aio::Context& ctx, const ActCall& call, std::string why);

// What no wait cures: the frame, and all that is in it, is to be found anew, or cannot be looked for.
bool is_final(const base::Error& error);

// Of a click on an option of a closed list there is nothing to point at: it is chosen.
inline constexpr std::string_view kClosedList = "element is an option of a closed list";  // script/pointing.js
Outcome choose(const aio::Context& ctx, const Place& place, const ActCall& call);
// Whether a person could use what is in the frames that the place is in.
Outcome frames_fit(const aio::Context& ctx, const Place& place);

json::Object wishes(const aio::Context& ctx, const ActCall& call);  // {timeout}: what is left of its patience
std::string argument(const ActCall& call, std::size_t n, std::string fallback = "");
std::optional<double> number(std::string_view text);

Outcome fill(const aio::Context& ctx, Place place, ActCall call);
Outcome type(const aio::Context& ctx, Place place, ActCall call);
Outcome press_key(const aio::Context& ctx, Place place, ActCall call);
Outcome select_option(const aio::Context& ctx, Place place, ActCall call);
Outcome drag_and_drop(const aio::Context& ctx, Place place, ActCall call);
Outcome set_input_files(const aio::Context& ctx, Place place, ActCall call);

}  // namespace browser
