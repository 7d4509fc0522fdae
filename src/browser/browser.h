// Browser: a Chromium of ours, or a connection to somebody else's, with its pages.
#pragma once
#include <functional>
#include <list>
#include <memory>
#include <string>

#include "aio/context.h"
#include "base/redactor.h"
#include "browser/chromium.h"
#include "browser/page.h"
#include "cdp/connection.h"
#include "engine_api/types.h"

namespace browser {

class Browser : public std::enable_shared_from_this<Browser> {
 public:
  // Ready means that Chromium has answered over CDP and has a page. Nothing is left behind on failure or cancellation.
  static aio::Task<base::Result<std::shared_ptr<Browser>>> launch(const aio::Context& ctx, Services services,
                                                                  engine::LaunchOptions options);
  static aio::Task<base::Result<std::shared_ptr<Browser>>> attach(const aio::Context& ctx, Services services,
                                                                  engine::AttachOptions options);
  ~Browser();

  const std::string& ws_url() const { return ws_url_; }
  // The page used last; makes one when all are closed. A popup that a user's gesture has just asked for is that page.
  aio::Task<base::Result<std::shared_ptr<Page>>> active_page(const aio::Context& ctx);
  std::shared_ptr<Page> page_by_main_frame(const std::string& id) const;  // null when there is none

  // Tabs: the pages in the order in which they were opened. One that is shown becomes the active page until another
  // opens. Closing returns when it is gone.
  const std::list<std::shared_ptr<Page>>& pages() const { return pages_; }
  aio::Task<base::Result<void>> show_page(const aio::Context& ctx, std::shared_ptr<Page> page);
  aio::Task<base::Result<void>> close_page(const aio::Context& ctx, std::shared_ptr<Page> page);
  aio::Task<base::Result<void>> open_page(const aio::Context& ctx);

  // What navigate.h does. A page that cannot be left because a script keeps its renderer busy is closed, and the
  // navigation is done in a new tab, within the same time: `page` is that one then.
  aio::Task<base::Result<engine::NavigateResult>> navigate(const aio::Context& ctx, std::shared_ptr<Page>& page,
                                                           engine::NavigateRequest request);
  // The main frame's id of the page that active_page would give now; "" when all are closed.
  std::string active_page_id() const;

  // Called once, on the loop, when the browser ends or its connection does, unless close() or kill() came first; soon
  // after this call when that has happened already. The error's message is for callers, its detail for the log.
  void on_death(std::function<void(const base::Error& cause)> callback);
  // Closes a Chromium of ours and waits until its processes and its folders are gone; only the connection to others.
  // One whose profile is kept is asked to close and has half of the time to write what it has not written.
  aio::Task<base::Result<void>> close(const aio::Context& ctx);
  // The same by force and without waiting.
  void kill();

 private:
  Browser(aio::Executor executor, Services services, engine::LaunchOptions options)
      : executor_(std::move(executor)), services_(services), options_(std::move(options)) {}

  aio::Task<base::Result<void>> make_ready(const aio::Context& ctx, std::map<std::string, std::string> headers);
  aio::Task<base::Result<void>> connect(const aio::Context& ctx, std::map<std::string, std::string> headers);
  aio::Task<base::Result<void>> prepare(const aio::Context& ctx);
  aio::Task<base::Result<void>> ensure_page(const aio::Context& ctx);
  std::shared_ptr<Page> shown_page() const;
  aio::Task<base::Result<std::shared_ptr<Page>>> new_page(const aio::Context& ctx);
  aio::Task<base::Result<void>> replace_page(const aio::Context& ctx, std::shared_ptr<Page>& page);
  aio::Task<base::Result<void>> direct_downloads(const aio::Context& ctx);
  aio::Task<void> ask_to_close(const aio::Context& ctx);
  void on_attached(const json::Value& params);
  void on_request(const json::Value& params);
  void forget_gone();  // the pages whose sessions have ended
  void died(const base::Error& cause);
  void disconnect();
  std::vector<cdp::Subscription> prepare_session(cdp::Session& session);

  aio::Executor executor_;
  Services services_;
  engine::LaunchOptions options_;
  std::string ws_url_;
  base::Redactor secrets_;              // what the other side may know and must not repeat
  std::shared_ptr<Chromium> chromium_;  // null where the browser is somebody else's
  std::shared_ptr<cdp::Connection> connection_;
  std::list<std::shared_ptr<Page>> pages_;  // the most recent last
  std::weak_ptr<Page> shown_;               // the active one when that is not the most recent
  aio::WaitList pages_changed_;
  bool ending_ = false;
  std::weak_ptr<Page> before_;  // the active one when the most recent came
  bool popup_due_ = false;      // a page has asked for a window that is not there yet
  bool empty_due_ = false;      // one of a link to another program, which stays empty
  std::function<void(const base::Error&)> on_death_;
  std::optional<base::Error> death_;  // why it died, while nobody has asked to be told
  std::vector<cdp::Subscription> subscriptions_;
};

}  // namespace browser
