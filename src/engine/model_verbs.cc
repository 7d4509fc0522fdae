#include "engine/model_verbs.h"

#include <fmt/format.h>

#include "engine/act_by_instruction.h"
#include "engine/extract.h"
#include "engine/observe.h"
#include "engine/page_sight.h"

namespace engine {
namespace {

// The work within the request's own time, told of in its own words when that is over.
template <class T>
aio::Task<base::Result<T>> within(const aio::Context& ctx, std::string_view verb, PageTurn turn,
                                  std::optional<base::Milliseconds> timeout, aio::Task<base::Result<T>> work) {
  const std::string late =
      fmt::format("{}() timed out after {}ms", verb, timeout.value_or(base::Milliseconds(0)).count());
  auto done = co_await aio::by_deadline(ctx, std::move(work), late);
  if (!done && PageTurn::made_room(done.error()))
    done.error().message = fmt::format("{}: {}", verb, PageTurn::kReplaced);
  if (!done && timeout && done.error().kind == base::Kind::timeout && ctx.now() >= ctx.deadline)
    co_return base::fail(base::Kind::timeout, late + turn.word_of_input());
  co_return done;
}

}  // namespace

// One verb's page, model and bill; the bill is told when this goes, whatever the verb came to.
class ModelVerbs::Asked {
 public:
  Asked(const ModelVerbs& verbs, PageTurn turn, ChosenModel model, const Variables& variables, NamedFiles files,
        EventSink& events, base::Milliseconds element = PageTurn::kPatience)
      : model_(std::move(model)),
        page_(turn.page()),
        events_(events),
        sight_(std::move(turn), variables, {.settle = verbs.settle_, .element = element}, verbs.view_.source),
        call{.sight = sight_,
             .model = *model_.client,
             .events = events,
             .variables = variables,
             .system_prompt = verbs.system_prompt_,
             .page_chars = verbs.view_.chars,
             .verbose = verbs.verbose_,
             .files = std::move(files)} {}
  Asked(const Asked&) = delete;
  Asked& operator=(const Asked&) = delete;
  ~Asked() {
    events_.account({.page_url = page_->url(),
                     .input_tokens = call.usage.input,
                     .output_tokens = call.usage.output,
                     .reasoning_tokens = call.usage.reasoning,
                     .cached_tokens = call.usage.cached,
                     .model_calls = call.calls,
                     .model_time = call.model_time,
                     .looks = sight_.looks()});
  }

 private:
  ChosenModel model_;
  std::shared_ptr<browser::Page> page_;
  EventSink& events_;
  PageSight sight_;

 public:
  ModelCall call;
};

bool ModelVerbs::heals(const ActRequest& request, std::string_view description) const {
  return self_heal_ && !description.empty() && model_for(request.model).has_value();
}

aio::Task<base::Result<ActResult>> ModelVerbs::act(const aio::Context& ctx, PageTurn turn, const ActRequest& request,
                                                   EventSink& events) const {
  if (request.instruction->empty())
    co_return base::fail(base::Kind::invalid,
                         "InvalidArgumentError: act(): instruction string is required unless passing an Action");
  CO_TRY(ChosenModel model, model_for(request.model));
  NamedFiles files({request.words.value_or(*request.instruction), system_prompt_}, request.variables);
  Asked asked(*this, turn, std::move(model), request.variables, std::move(files), events,
              request.timeout.value_or(PageTurn::kPatience));
  ActByInstruction verb(asked.call, self_heal_);
  co_return co_await within(ctx, "act", turn, request.timeout, verb.act(ctx, *request.instruction));
}

aio::Task<base::Result<ActResult>> ModelVerbs::heal(const aio::Context& ctx, PageTurn turn, const ActRequest& request,
                                                    std::string why, EventSink& events) const {
  CO_TRY(ChosenModel model, model_for(request.model));
  // A caller's own action names files by its arguments; its description may be what a model made of the page.
  std::vector<std::string> words = request.words ? std::vector{*request.words} : request.action.arguments;
  words.push_back(system_prompt_);
  NamedFiles files(std::move(words), request.variables);
  Asked asked(*this, turn, std::move(model), request.variables, std::move(files), events,
              request.timeout.value_or(PageTurn::kPatience));
  ActByInstruction verb(asked.call, self_heal_);
  auto healed = co_await within(ctx, "act", turn, request.timeout, verb.heal(ctx, request.action, why));
  if (!healed && healed.error().kind == base::Kind::timeout) healed.error().message += "; the first try failed: " + why;
  co_return healed;
}

aio::Task<base::Result<std::vector<Action>>> ModelVerbs::observe(const aio::Context& ctx, PageTurn turn,
                                                                 const ObserveRequest& request,
                                                                 EventSink& events) const {
  CO_TRY(ChosenModel model, model_for(request.model));
  NamedFiles files({request.words.value_or(request.instruction), system_prompt_}, request.variables);
  Asked asked(*this, turn, std::move(model), request.variables, std::move(files), events);
  co_return co_await within(ctx, "observe", turn, request.timeout, engine::observe(ctx, asked.call, request));
}

aio::Task<base::Result<json::Value>> ModelVerbs::extract(const aio::Context& ctx, PageTurn turn,
                                                         const ExtractRequest& request, EventSink& events) const {
  if (request.instruction.empty()) {
    PageSight sight(turn, request.variables, {}, view_.source);
    auto text = co_await within(ctx, "extract", turn, request.timeout, extract_text(ctx, sight, request, view_.chars));
    events.account({.page_url = turn.page()->url(), .looks = sight.looks()});
    co_return text;
  }
  CO_TRY(ChosenModel model, model_for(request.model));
  Asked asked(*this, turn, std::move(model), request.variables, {}, events);
  co_return co_await within(ctx, "extract", turn, request.timeout, engine::extract(ctx, asked.call, request));
}

}  // namespace engine
