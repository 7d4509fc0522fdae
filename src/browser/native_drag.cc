#include "browser/native_drag.h"

#include "browser/input.h"

namespace browser {

void NativeDrag::expect(std::shared_ptr<cdp::Session> other) {
  data_ = nullptr;
  watch_ = page_.watch("Input.dragIntercepted", [this](cdp::Session&, const json::Value& params) {
    if (const json::Value* data = json::find(params, "data")) data_ = *data;
  });
  page_.session().post("Input.setInterceptDrags", {{"enabled", true}});
  if (other.get() == &page_.session()) return;
  other_ = std::move(other);
  if (other_) other_->post("Input.setInterceptDrags", {{"enabled", true}});
}

aio::Task<base::Result<void>> NativeDrag::send(const aio::Context& ctx, std::shared_ptr<cdp::Session> session,
                                               std::string type, Point at, int modifiers) {
  co_return co_await send_input(
      ctx, page_, std::move(session), "Input.dispatchDragEvent",
      {{"type", std::move(type)}, {"x", at.x}, {"y", at.y}, {"data", data_}, {"modifiers", modifiers}});
}

void NativeDrag::end(Point at) {
  if (is_on())
    page_.session().post("Input.dispatchDragEvent",
                         {{"type", "dragCancel"}, {"x", at.x}, {"y", at.y}, {"data", data_}});
  data_ = nullptr;
  if (!std::exchange(watch_, nullptr)) return;
  page_.session().post("Input.setInterceptDrags", {{"enabled", false}});
  if (const auto other = std::exchange(other_, nullptr)) other->post("Input.setInterceptDrags", {{"enabled", false}});
}

}  // namespace browser
