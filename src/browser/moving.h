// What moves in the documents of a page, taken together.
#pragma once
#include "browser/page.h"
#include "browser/quiet.h"

namespace browser {

// Asks every frame at once. `how` is what script/settle.js takes. The main frame's word is waited for until
// ctx.deadline, and its error is the error; `loading` and `age` are its own. `rest` is that of the document that moved
// last. Another frame is given the time of silence.h: one that is between two documents moves for that long, one that
// does not answer in it does not count.
aio::Task<base::Result<Movement>> ask_movement(const aio::Context& ctx, Page& page, json::Object how = {});

}  // namespace browser
