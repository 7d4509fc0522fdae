// FakeEngine: an engine without a browser, for tests of sessions. It keeps the real rules (one verb ends by
// cancellation or by its clock, close takes time) and can be told to fail, to hang and to die.
#pragma once
#include <random>
#include <set>
#include <string>

#include "engine_api/engine.h"

namespace engine::testing {

struct FakeBehaviour {
  base::Duration open_time = std::chrono::milliseconds(50);
  base::Duration close_time = std::chrono::milliseconds(50);
  base::Duration verb_time = std::chrono::milliseconds(20);
  bool open_fails = false;
  bool open_is_stubborn = false;  // cannot be cancelled
  bool close_hangs = false;
  bool open_throws = false;  // as what has no memory, no thread or no descriptor does
  bool act_throws = false;
  bool close_throws = false;
  bool act_breaks = false;  // as when the connection to its browser is lost: Kind::gone
  int open_lines = 0;       // of progress, while it opens
  std::string text = {};    // stands in what verbs give, as a page's text does
};

class FakeEngine;

// What happens to engines, for who wants to judge it. `session` is the name of the model that the session was started
// with: it tells sessions apart.
struct EngineWatcher {
  virtual ~EngineWatcher() = default;
  virtual void opening(const std::string& session, bool stubborn) = 0;
  virtual void open_failed(const std::string& session) = 0;
  virtual void opened(const std::string& session) = 0;
  virtual void verb_begun(const std::string& session) = 0;
  virtual void verb_threw(const std::string& session) = 0;
  virtual void verb_broke(const std::string& session) = 0;
  virtual void verb_over(const std::string& session) = 0;  // by its end, by an error or by cancellation
  virtual void line_begins(const std::string& session) = 0;
  virtual void line_told(const std::string& session) = 0;
  enum class Closes { in_time, never, throws };
  virtual void closing(const std::string& session, Closes how) = 0;  // it was asked to
  virtual void killed(const std::string& session) = 0;               // and gone
  virtual void gone(const std::string& session) = 0;                 // closed, killed, or its opening was given up
};

class FakeFactory final : public EngineFactory {
 public:
  aio::Task<base::Result<std::unique_ptr<Engine>>> open(const aio::Context& ctx, const SessionConfig& config,
                                                        EventSink& sink) override;

  EngineWatcher* watcher = nullptr;
  FakeBehaviour next;           // how the engines made from now on behave
  EventSink* events = nullptr;  // of the latest opening, for a test that reports through it
  std::set<FakeEngine*> alive;  // opened, not closed nor killed
  int opened = 0;
  int closed = 0;
  int killed = 0;
  int abandoned = 0;       // destroyed without close or kill, as a browser that lives on: must stay 0
  int begun = 0;           // acts, whatever became of them
  int used_after_end = 0;  // a verb called on an engine that is closing: must stay 0
};

class FakeEngine final : public Engine {
 public:
  FakeEngine(FakeFactory& factory, FakeBehaviour behaviour, std::string session)
      : factory_(factory), behaviour_(behaviour), session_(std::move(session)) {
    factory_.alive.insert(this);
    ++factory_.opened;
  }
  ~FakeEngine() override {
    if (factory_.alive.erase(this) > 0) ++factory_.abandoned;
  }

  const std::string& session() const { return session_; }

  aio::Task<base::Result<NavigateResult>> navigate(const aio::Context& ctx, NavigateRequest request,
                                                   EventSink& events) override;
  aio::Task<base::Result<ActResult>> act(const aio::Context& ctx, ActRequest request, EventSink& events) override;
  aio::Task<base::Result<std::vector<Action>>> observe(const aio::Context& ctx, ObserveRequest request,
                                                       EventSink& events) override;
  aio::Task<base::Result<boost::json::value>> extract(const aio::Context& ctx, ExtractRequest request,
                                                      EventSink& events) override;
  aio::Task<base::Result<AgentResult>> run_agent(const aio::Context& ctx, AgentRequest request, AgentRecord& record,
                                                 EventSink& events) override;
  std::string cdp_url() const override { return "ws://127.0.0.1:1/devtools/browser/fake"; }
  void on_death(std::function<void(const base::Error&)> callback) override { on_death_ = std::move(callback); }
  aio::Task<base::Result<void>> close(const aio::Context& ctx) override;
  void kill() override;

  void die(const std::string& why) { die({base::Kind::browser, "The browser crashed", why}); }
  void die(const base::Error& cause);
  bool closing() const { return closing_; }

 private:
  FakeFactory& factory_;
  FakeBehaviour behaviour_;
  std::string session_;
  bool closing_ = false;
  std::function<void(const base::Error&)> on_death_;
};

}  // namespace engine::testing
