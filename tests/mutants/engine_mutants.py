"""Guards of pages, agents, models and what all use. See mutants.py."""

from files import (
    ACCESSIBILITY, AGENT_RECORD, CACHE, CDP_SESSION, CLOSED, COMPOSE, COMPUTE, DEPARTURE, ENDING_OF_RUNS, EXTRACT,
    FIND_AGAIN, FRAME_ROOTS, HISTORY, HTTP_LLM, JOURNEY, JOURNEY_CC, KNOWN_VALUES, LOCATE, LOG, LOOP, MASK,
    MCP_CLIENT, NAMED_FILES, NAVIGATE, NAVIGATION, OBSERVE, OWN_TOOLS, PAGE_SNAPSHOT, PAGE_TOOLS, PEER_EXCHANGE,
    PROMPTS, REDACT, REDACTOR, REPLAY, REPLY_BOUNDS, RETRY, ROOT_ROUNDS, SCHEMA_BUDGET, SCRIPT_API, SNAPSHOT_SCRIPT,
    TOOL_ANSWER, TREE, URL_SECRETS, VARIABLES, WAITING, WATCH, WEBSOCKET, WEB_SEARCH, WORKERS)

BOUNDS = "tests/e2e/test_page_bounds.py"  # of the page's script

# name: (file, text, what stands there instead, the tests of the file's layer of which one must fail)
MUTANTS = {
    "any number of places is given its address": (EXTRACT, "wanted.size() > kMostUrls", "wanted.size() > 1000 * kMostUrls",
                                                  "Extract.PlacesForAddresses*"),
    "a model's reply has any number of values": (HTTP_LLM, ", .max_values = kMostReplyValues", "", "HttpLlm.RefusesAReplyOfTooMany*"),
    "each call's arguments have a bound of their own": (
        "src/llm/provider/common.cc", "    left_ -= std::min(left_, values_in(*value));\n", "", "Decode.BoundsTheArguments*"),
    "a reply of too many values is looked through for fewer": (
        "src/llm/repair.cc", "if (value.error().kind != base::Kind::full) return {};", "if (!value) return {};", "ReadReply.SaysWhichLimit*"),
    "a cancelled caller waits for its turn at a worker": (
        WORKERS, "unbegun == Unbegun::is_dropped ? weak.lock()", "unbegun == Unbegun::is_dropped && false ? weak.lock()",
        "Workers.LetACaller*"),
    "what is always to be run is dropped with its caller": (
        WORKERS, "unbegun == Unbegun::is_dropped ? weak.lock()", "unbegun != Unbegun(2) ? weak.lock()", "Workers.RunWhat*"),
    "what takes long holds up everybody": (COMPUTE, "workers->run_long(", "workers->run_stoppable(", "Compute.WhatTakesLong*"),
    "a costly schema is refused after a moment": (
        SCHEMA_BUDGET, "    if (budget.over()) return std::nullopt;\n", "", "SchemaBudget*"),
    "all calls of a reply are done": (REPLY_BOUNDS, "|| ++calls <= most)", "|| ++calls <= 1'000'000)", "Loop.TheFirstCallsOfAReply*"),
    "every folded step has its line": (HISTORY, "lines_.size() > kMostLines", "lines_.size() > 1000 * kMostLines",
                                       "History.FoldsThousands*"),
    "all steps are looked at with each step": (
        HISTORY, "steps_[i].view.text.empty() && pictures_of(steps_[i]) == 0; });",
        "steps_[i].view.text.size() == 1'000'000; });", "History*"),
    "an old step keeps what it gave": (
        HISTORY, "let_age(steps_[steps_.size() - 1 - rules_.whole_results]);", "static_cast<void>(steps_);", "History*"),
    "a folded step keeps what was said": (HISTORY, "steps_[folded_++] = {};", "++folded_;", "History*"),
    "a run's actions have no bound": (
        AGENT_RECORD, 'if (!left) return leave_out("actions", 1);\n  left_ = *left;', "if (left) left_ = *left;", "AgentRecord*"),
    "a run's messages have no bound": (
        AGENT_RECORD, 'if (!left) return leave_out("messages", more.size());\n  left_ = *left;', "if (left) left_ = *left;",
        "AgentRecord*"),
    "what a record leaves out is told nowhere": (
        AGENT_RECORD, "told = told.as_int64() + static_cast<std::int64_t>(count);", "told = told.as_int64() + 0 * static_cast<std::int64_t>(count);",
        "AgentRecord*"),
    "the words that end a run have no bound": (AGENT_RECORD, "words.get_string().size() > kMaxWords", "words.get_string().size() > 1'000'000'000",
                                               "AgentRecord*"),
    "the last words have no bound": (AGENT_RECORD, "last_words = base::truncate(words, kMaxWords);",
                                     "last_words = words;", "AgentRecord*"),
    "the end of a run is left out like another action": (LOOP, "record_.add_end({{", "record_.add(json::Object{{", "Loop*"),
    "arguments are written on the loop": (LOOP, "if (!json::takes_more_than(arguments, aio::kComputedInPlace)) co_return",
                                          "if (ctx.clock) co_return", "Loop*"),
    "a peer's answer is read on the loop": (PEER_EXCHANGE, "reply.body.size() + beside >", "0 * reply.body.size() + beside >",
                                            "PeerExchange*:WebSearch*:McpClient*:OwnTools*"),
    "an answer is read on the loop from a copy": (PEER_EXCHANGE, "return read(std::move(reply));", "return read(reply);",
                                                  "PeerExchange*"),
    "a message to a peer is written on the loop": (PEER_EXCHANGE, "if (!large) co_return work({})", "if (!large || given.size() < 1000) co_return work({})",
                                                   "PeerExchange*:McpClient*"),
    "a search has its answer read on the loop": (
        WEB_SEARCH, "co_return co_await read_answer(ctx, std::move(reply), [path, secrets = std::move(secrets)](net::HttpReply answer) {\n    return results_of(answer, path, secrets);\n  });",
        "co_return results_of(reply, path, secrets);", "WebSearch*"),
    "a callback has its answer read on the loop": (
        OWN_TOOLS, "co_return co_await read_answer(ctx, std::move(reply), read, secrets.unprepared());",
        "co_return read(std::move(reply));", "OwnTools*"),
    "a member of a search's result has no bound": (WEB_SEARCH, "base::truncate(secrets(*text), kMaxText)", "base::truncate(secrets(*text), 1000 * kMaxText)",
                                                   "WebSearch*"),
    "a search's answer has the bound of any call": (WEB_SEARCH, "call.max_body = kMaxSearchAnswer;", "call.max_body = 4 * kMaxSearchAnswer;", "WebSearch*"),
    "a callback's answer has the bound of any call": (OWN_TOOLS, "http.max_body = kMaxToolAnswer;", "http.max_body = 2 * kMaxToolAnswer;", "OwnTools*"),
    "a server's answer has the bound of any call": (MCP_CLIENT, "call.max_body = max_body;", "call.max_body = 2 * max_body;",
                                                    "McpClient*"),
    "each server's list has the whole bound": (MCP_CLIENT, "  left -= std::min(left, reply.body.size());\n", "", "McpClient*"),
    "a picture's type has no bound": (
        MCP_CLIENT, '.value_or("image/png")), kMaxType)', '.value_or("image/png")), 1000 * kMaxType)', "McpClient*"),
    "each text of a tool has the whole bound": (TOOL_ANSWER, "    left -= std::min(left, one->text.size());\n", "", "OwnTools*"),
    "a tool's text has no bound": (TOOL_ANSWER, "base::truncate(base::repair_utf8(one->text), left)",
                                   "base::repair_utf8(one->text)", "OwnTools*"),
    "a run is a success that nobody assessed": (
        ENDING_OF_RUNS, "return {.success = complete,\n          .completed = true,",
        "return {.success = complete || true,\n          .completed = true,", "*"),
    "a run that was stopped counts as completed": (
        ENDING_OF_RUNS, "return {.success = complete,\n          .completed = false,",
        "return {.success = complete,\n          .completed = true,", "*"),
    "tokens from a provider's cache cost like fresh ones": (
        ENDING_OF_RUNS, "bill.input_tokens - bill.cached_input_tokens", "bill.input_tokens", "Ending*"),
    "a done after a failure is believed": (LOOP, 'doubted_ ? "" : doubt(done.finished, last_failure_);',
                                           'doubted_ ? "" : std::string();', "Loop*"),
    "a done is doubted again and again": (LOOP, "    doubted_ = true;\n", "", "Loop*"),
    "a call that cannot be read is made": (LOOP, "  if (!call.unreadable.empty()) {", "  if (call.unreadable.size() > 99999) {",
                                           "Loop*:*Spoke*"),
    "a tool that is late ends the run": (
        LOOP, "const bool late = done.error().kind == base::Kind::timeout && ctx.now() < ctx.deadline;",
        "const bool late = false;", "Loop*"),
    "a run has no time of its own": (LOOP, "limit ? whole.within(*limit) : whole;", "whole;", "Loop*:*Spoke*"),
    "a conversation that is too long ends the run": (LOOP, "&& shrinks < kMostShrinks &&", "&& shrinks < kMostShrinks - 4 &&",
                                                     "Loop*:*Spoke*"),
    "a window that is full ends the run": (LOOP, "if (shrinks < kMostShrinks && ", "if (shrinks < 0 && ", "Loop.AConversationThatLeaves*"),
    "a tool that nothing can fit is paid for": (OWN_TOOLS, "    if (faults[i])\n", "    if (false && faults[i])\n", "OwnTools.AreRefused*"),
    "a server's tool that nothing can fit is paid for": (MCP_CLIENT, "    if (!faults[i])\n", "    if (true || !faults[i])\n",
                                                         "McpClient.LeavesOut*"),
    "a peer's words have any length": ("src/engine/peer_words.cc", "kMostWords = 300", "kMostWords = 300'000", "McpClient.TellsAServers*"),
    "a field filled by its point keeps what it had": (
        "src/agent/page_tools_hand.cc", ", .clear = true", ", .clear = false", "PageTools.AFormFilledByPoints*"),
    "an error that came as a success is not looked at": (
        HTTP_LLM, "error_in(body), ctx.clock->wall()", "body.is_null() ? error_in(body) : nullptr, ctx.clock->wall()", "HttpLlm.DoesNotAskAgainWhere*"),
    "a new family of Claude is the oldest": (
        "src/llm/catalogue.cc", "if (end < before.size() + 2) return false;", "return false;", "Catalogue.TakesNewFamilies*"),
    "objects that contradict each other are put together": (
        "src/llm/form_parts.cc", "else if (!same(it->value(), value, budget))", "else if (!same(value, value, budget))", "SchemaForms.PutObjects*"),
    "a silent model is asked for ever": (LOOP, "++silent_ >= kMostSilent", "++silent_ >= 100 * kMostSilent",
                                         "Loop*:*Spoke*"),
    "a captcha is told as a circle": (LOOP, "captcha_ ? StopReason::captcha : StopReason::loop_detected",
                                      "StopReason::loop_detected", "Loop*"),
    "the budget of tokens is not looked at": (LOOP, "tokens >= *limits.tokens", "tokens >= 1000 * *limits.tokens", "Loop*"),
    "the budget of money is not looked at": (LOOP, "cost >= *limits.cost", "cost >= 1000 * *limits.cost", "Loop*"),
    "a call that failed is not billed": (LOOP, "    bill(ctx, {}, began);\n", "", "Loop*"),
    "a circle is nudged and never stopped": (WATCH, "repeats >= rules_.repeats_stop", "repeats >= 1000", "Watch*:Loop*"),
    "failures in a row are not counted": (WATCH, "trace.failed ? failures_ + 1 : 0;", "0;", "Watch*"),
    "a page that stays as it is is not noticed": (WATCH, "still ? still_ + 1 : 0;", "still ? 0 : 0;", "Watch*"),
    "old page texts are sent again": (HISTORY, "views++ >= rules_.views", "views++ >= 1000", "History*"),
    "old pictures are held": (HISTORY, "if (pictures >= rules_.pictures) view.pictures_gone",
                              "if (pictures >= 1000) view.pictures_gone", "History*"),
    "one old step is folded at a time": (HISTORY, "chars > rules_.max_chars / 2) {", "chars > rules_.max_chars) {",
                                         "History*"),
    "a replay takes another element for its own": (
        FIND_AGAIN, "(*there)->identity == identity) co_return there;", "true) co_return there;", "Replay*"),
    "a replay types into whatever has the focus": (REPLAY, "if (now && *now == it.focus) break;", "if (now) break;",
                                                   "Replay*"),
    "a replay does not look where it came to": (REPLAY, "if (!kept.place_after) co_return std::string();",
                                                "if (!kept.place_after || ctx.deadline > base::TimePoint()) co_return std::string();", "Replay*"),
    "a replay tells what was read once": (
        REPLAY, 'co_return Came{.why = fmt::format("the earlier run read data here ({}), which would be old", it.tool)};',
        "static_cast<void>(it);\n  co_return Came{.done = true};", "Recording*"),
    "a replay hides a step that may have happened": (
        REPLAY, "    if (!came->done && came->tried) out.unsure = in_words(one);\n", "", "Replay*"),
    "callers share what they cached": (CACHE, "subject.owner,", '"",', "Cache*"),
    "another model's run is replayed": (CACHE, "subject.model,\n", '"",\n', "Cache*"),
    "the cache has no limit of bytes": (CACHE, "limits_.entries || bytes_ > limits_.bytes)", "limits_.entries)", "Cache*"),
    "the cache forgets what is used": (CACHE, "  entries_.splice(entries_.begin(), entries_, found->second);\n", "",
                                       "Cache*"),
    "a wait that the deadline cannot hold is begun": (RETRY, "  if (wait >= remaining) return {};\n",
                                                      "  static_cast<void>(remaining);\n", "Retry*"),
    "a patient call hammers": (RETRY, "  if (attempt >= rules.attempts) wait = std::max(wait, own);\n", "", "Retry*"),
    "a patient call asks for ever without being told to": (RETRY, "patient && asked ? rules", "patient ? rules", "Retry*"),
    "an account without money is asked again": (RETRY, "  if (outcome.hopeless) return false;\n", "", "Retry*"),
    "a provider's words reach the client with the key": (
        REDACT, "= secrets(text);", "= (static_cast<void>(secrets), std::string(text));", "HttpLlm*"),
    "many keys of a callback are put in order on the loop": (
        OWN_TOOLS, "read, secrets.unprepared());", "read, 0 * secrets.unprepared());", "OwnTools.PutManySecretsInOrder*"),
    "many keys of a tool server are put in order on the loop": (
        MCP_CLIENT, "take, peer_.secrets.unprepared());", "take, 0 * peer_.secrets.unprepared());", "McpClient*"),
    "many keys of an endpoint are put in order on the loop": (
        HTTP_LLM, "work = secrets_.unprepared() +", "work = 0 * secrets_.unprepared() +", "LlmByWorkers.PutsMany*"),
    "what a call cost is lost with its caller": (
        HTTP_LLM, "aio::compute_always(ctx, [&] { return read(", "aio::compute(ctx, [&](const std::stop_token&) { return read(",
        "LlmByWorkers.Counts*"),
    "what a peer has done is lost with its caller": (
        PEER_EXCHANGE, "aio::compute_always(ctx, std::move(work))",
        "aio::compute(ctx, [work = std::move(work)](const std::stop_token&) mutable { return work(); })",
        "PeerExchange.ReadsAnAnswerThatHasCome*"),
    "a key in another case passes": (REDACTOR, "folded += fold(each.byte)", "folded += each.byte", "*Redactor*"),
    "escapes are undone once": (REDACTOR, "n < kMostLayers && unescape", "n < kMostLayers - 3 && unescape", "*Redactor*"),
    "a key with spaces in it passes": (REDACTOR, "return is_letter_or_digit(text[at].byte) ? 0 : 1;", "return 0;", "*Redactor*"),
    "only whole keys are hidden": (REDACTOR, "return std::min(letters, std::clamp(", "return std::max(letters, std::clamp(", "*Redactor*"),
    "words are taken for parts of keys": (REDACTOR, "if (length < kUsefulPart && length", "if (length < 1 && length", "*Redactor*"),
    "secrets beyond the budget pass": (REDACTOR, 'if (is_beyond_budget()) return "***";', "if (is_beyond_budget()) return std::string(text);", "*Redactor*"),
    "secrets are put in order for each text": (
        REDACTOR, "std::call_once(prepared_->once, ", "[](auto work) { work(); }(", "*Redactor*"),
    "nobody knows that secrets are in order": (REDACTOR, "    prepared_->done.set();\n", "", "*Redactor*"),
    "of overlapping values the last is shown": (
        KNOWN_VALUES, "if (other.longest < found.longest) continue;", "if (other.longest != 0) continue;", "KnownValues*Longest*"),
    "overlapping values are each shown": (
        KNOWN_VALUES, "all.back().end > found.begin", "all.back().begin > found.begin", "KnownValues*Longest*"),
    "a value within the beginning of another passes": (
        KNOWN_VALUES, "nodes_[node].next_whole = nodes_[shorter].is == kNone ? nodes_[shorter].next_whole : shorter;",
        "nodes_[node].next_whole = 0;", "KnownValues*Longest*"),
    "the beginning of a value that was cut passes": (
        KNOWN_VALUES, "depth >= kLeastBeginning && is_cut_at", "depth == nodes_.size() && is_cut_at", "KnownValues*Cut*"),
    "any letter before a cut is taken for a value": (
        KNOWN_VALUES, "depth >= kLeastBeginning && is_cut_at", "depth >= 1 && is_cut_at", "KnownValues*Cut*"),
    "short values are masked within words": (MASK, "characters(printed) < kShort ?", "characters(printed) + 2 < kShort ?", "Mask*"),
    "a call's arguments have no bound": (REPLY_BOUNDS, "kMostArguments = 256 * 1024;", "kMostArguments = 256 * 1024 * 1024;", "Loop.WhatIsTooLarge*"),
    "a call's unread arguments have no bound": (REPLY_BOUNDS, "call.unreadable.size() <= kMostArguments &&", "", "Loop.WhatIsTooLarge*"),
    "large arguments that were refused go back to the model": (
        REPLY_BOUNDS, "json::Object all = std::exchange(call.arguments, {});", "json::Object all = call.arguments;", "Loop.WhatIsTooLarge*"),
    "a large item of a provider's own goes back to it whole": (
        REPLY_BOUNDS, "  std::swap(call.native, native);\n", "", "Loop.WhatIsTooLarge*"),
    "a provider's own item has no bound of its own": (
        REPLY_BOUNDS, "!json::takes_more_than(call.native, kMostNative)", "true", "Loop.WhatIsTooLargeOfAProviders*"),
    "what a provider knows its item by comes behind what is nested": (
        REPLY_BOUNDS, "nested : {false, true}", "nested : {true, false}", "Loop.WhatIsTooLargeOfAProviders*"),
    "the arguments of a reply have no bound together": (
        REPLY_BOUNDS, "kMostArgumentsOfReply = 4 *", "kMostArgumentsOfReply = 400 *", "Loop.TheArgumentsOfAReply*"),
    "a call's name has no bound": (REPLY_BOUNDS, "kLongestName = 64;", "kLongestName = 1'000'000;", "Loop.LongNames*"),
    "a call's id has no bound": (REPLY_BOUNDS, "kLongestId = 32 * 1024;", "kLongestId = 1'000'000;", "ReplyBounds.AnIdThatIsTooLong*"),
    "a call's id is cut": (REPLY_BOUNDS, "  call.id = \"call_\" + base::uuid_v4();", "  call.id.resize(40);", "ReplyBounds.AnIdThatIsTooLong*"),
    "the ids of a reply have no bound together": (
        REPLY_BOUNDS, "call.id.size() <= std::min(kLongestId, left)", "call.id.size() <= kLongestId", "ReplyBounds.IdsOfAReply*"),
    "a provider's own item is looked through for the id however many members it has": (
        REPLY_BOUNDS, "kMostNames = 100;", "kMostNames = 1'000'000;", "ReplyBounds.AnItemOfManyMembers*"),
    "a long id stays in the provider's own item": (
        REPLY_BOUNDS, "  for (const std::string& name : names) call.native.get_object()[name] = call.id;\n", "",
        "ReplyBounds.AnIdThatIsTooLong*"),
    "an item without its long texts has lost its id": (
        REPLY_BOUNDS, "  for (const std::string& name : names_of_id(call)) native.get_object()[name] = call.id;\n", "",
        "ReplyBounds.AnItem*"),
    "reasoning stays without its call": (
        REPLY_BOUNDS, "    while (!kept.empty() && std::holds_alternative<llm::Opaque>(kept.back())) kept.pop_back();\n", "",
        "ReplyBounds.WhatWasThought*"),
    "a call presses any number of keys": ("src/agent/screen/deeds.h", "kMostPresses = 1000;", "kMostPresses = 1'000'000;", "Vocabularies*"),
    "a call's repeats of keys are made before they are counted": (
        "src/agent/screen/deeds.cc", "may_press(arguments, chords.size() * times)", "may_press(arguments, chords.size())",
        "Vocabularies*"),
    "OpenAI's keys are not counted": (
        "src/agent/screen/openai.cc", "may_press(arguments, all.size())", "may_press(arguments, 0 * all.size())", "Vocabularies*"),
    "a text's repeats do not count": (
        "src/agent/page_tools_hand.cc", "value.size() * static_cast<std::size_t>(times); all", "value.size(); all", "PageTools.ATextWith*"),
    "large arguments are checked on the loop": (PAGE_TOOLS, "large ? aio::kComputedInPlace + 1 : 0", "large ? 1 : 0", "PageTools.LargeArguments*"),
    "an id that is looked for in every line has no bound": (
        "src/engine/model_call.cc", "id.empty() || id.size() > kLongestId", "id.empty()", "KnownId*"),
    "an id that is looked up has no bound": (
        "src/engine/model_call.cc", "  if (id.size() > kLongestId) return std::nullopt;\n  if (ids_", "  if (ids_", "KnownId*"),
    "the id of an answer has no bound": ("src/engine/choice.h", "kLongestId = 64;", "kLongestId = 1'000'000;", "ActByInstruction.AnAnswer*"),
    "the description of an answer has no bound": (
        "src/engine/choice.h", "kLongestDescription = 16 * 1024;", "kLongestDescription = 16'000 * 1024;", "ActByInstruction.AnAnswer*"),
    "an answer has any number of arguments": (
        "src/engine/choice.h", "kMostChosenArguments = 10'000;", "kMostChosenArguments = 10'000'000;", "ActByInstruction.AnAnswer*"),
    "an answer's arguments have no bound": (
        "src/engine/choice.h", "kMostArgumentBytes = 256 * 1024;", "kMostArgumentBytes = 256'000 * 1024;", "ActByInstruction.AnAnswer*"),
    "an observe's answer has no bound": (OBSERVE, "  if (auto wrong = beyond_limits(value)) return wrong;\n", "", "Observe.AnAnswer*"),
    "variables are put into long arguments on the loop": (VARIABLES, "      ctx, bytes, [&](", "      ctx, 0 * bytes, [&](", "Variables.*Workers"),
    "any number of files is looked for": (NAMED_FILES, "  left_ -= arguments.size();\n", "", "NamedFiles.a_hundred*"),
    "an action looks for any number of files": (
        NAMED_FILES, "if (arguments.size() > left_)", "if (arguments.size() > 1000 * left_ + 1)", "NamedFiles.a_hundred*"),
    "files are looked for on the loop": (NAMED_FILES, "words_bytes() * arguments.size() : 0", "0 * arguments.size() : 0", "NamedFiles.*workers"),
    "what items may have is looked through for nothing": (
        "src/engine/url_fields.cc", "    if (!budget_.spend(schemas.size())) return out;\n", "", "UrlFields.PayFor*"),
    "what must be there is looked through for nothing": (
        "src/engine/url_fields.cc", "return budget_.spend(schemas.size()) && std::ranges", "return std::ranges", "UrlFields.PayFor*"),
    "null is looked for for nothing": (
        "src/engine/url_fields.cc", "return budget.spend(list->get_array().size()) &&", "return !budget.over() &&", "UrlFields.PayFor*"),
    "items that seem the same are compared when the budget is over": (
        "src/llm/json_schema.cc", "before != twin && !budget_.over();", "before != twin;", "JsonSchema.ItemsThatSeem*"),
    "each argument has the whole budget": (VARIABLES, "  budget -= out.size();\n", "", "Variables.*ManyArguments*"),
    "there may be any number of arguments": (
        VARIABLES, "arguments.size() > kMostArguments", "arguments.size() > SIZE_MAX - 1", "Variables.*ManyArguments*"),
    "a path that no system opens may be named": (NAMED_FILES, "path.size() >= kMaxPath", "path.size() >= 1000 * kMaxPath", "NamedFiles*"),
    "a path is named by what goes on": (NAMED_FILES, "ends_there(text, i + 1)", "ends_there(text, text.size())", "NamedFiles*"),
    "a reason may end the page": (
        PROMPTS, "agent::harmless(base::truncate(failed.why, kLongestReason))", "base::truncate(failed.why, kLongestReason)",
        "ActByInstruction.TellsWhy*"),
    "a dialog is cut before its values are hidden": (
        "src/engine/agent_workplace.cc", 'base::truncate(without_values(auxiliary(line, "message"), variables_), kLongestDialog)',
        'without_values(base::truncate(auxiliary(line, "message"), kLongestDialog), variables_)', "AgentEars*"),
    "a tab's title is looked at whole": (
        "src/engine/agent_workplace.cc", "base::truncate(told, kLongestTitle)", "std::string(told)", "AgentWorkplace*"),
    "a dialog's kind has any length": (
        "src/browser/page.cc", 'base::truncate(json::get_string(params, "type").value_or("alert"), kMaxDialogType)',
        'std::string(json::get_string(params, "type").value_or("alert"))', "Page*"),
    "a field of the log has any length": (LOG, "if (text.size() <= Field::kMost)", "if (true || text.empty())", "Log*"),
    "a field of the log is cut amid a character": (LOG, "(static_cast<unsigned char>(text[end]) & 0xc0) == 0x80", "false", "Log*"),
    "a secret that the cut goes through is logged": (LOG, "hide_url_secrets(text, end)", "hide_url_secrets(text.substr(0, end))", "Log*"),
    "a reason is told whole": (PROMPTS, "base::truncate(failed.why, kLongestReason)", "base::truncate(failed.why, 1000 * kLongestReason)", "ActByInstruction.TellsWhy*"),
    "a secret that comes later is not sought": (
        REDACTOR, "  prepared_ = std::make_shared<Prepared>();", "  if (!prepared_) prepared_ = std::make_shared<Prepared>();", "*Redactor*"),
    "a reply is copied": (CDP_SESSION, "auto result = std::exchange(call.result, std::nullopt)", "auto result = call.result", "Connection*"),
    "a model searches for a book": (PAGE_TOOLS, "query.size() > kLongestQuery", "false", "PageTools*"),
    "the end of a URL is sought for each one in it": (URL_SECRETS, "if (stop < begin)", "if (true)", "UrlSecrets*"),
    "a password in a URL passes": (URL_SECRETS, "if (!secret.empty()) found_", "if (false) found_", "UrlSecrets*"),
    "a long reply is sent back whole": (
        "src/llm/structured.cc", "base::truncate(first.text(), kShownAgain)", "base::truncate(first.text(), 10 * kShownAgain)", "Structured*"),
    "a key signs for minutes": ("src/llm/crypto.cc", "if (is_too_large(*key))", "if (false && is_too_large(*key))", "GoogleAuth*"),
    "a key's exponent has any size": ("src/llm/crypto.cc", "OSSL_PKEY_PARAM_RSA_E,         OSSL_PKEY_PARAM_RSA_D,", "", "GoogleAuth*"),
    "a frame is put in as often as it is told": (
        COMPOSE, "left.extract(hole->number)) append(*child.mapped(),",
        "left.find(hole->number); child != left.end()) append(*child->second,", "Snapshot*"),
    "a reply names any number of frames": (
        COMPOSE, "*frames | std::views::take(FrameTree::kMostFrames)", "*frames", "Snapshot*"),
    "a frame's lines need not rise": (COMPOSE, "if (hole->line < number) continue;", "", "Snapshot*"),
    "the frames' text has any size": (COMPOSE, "line.size() >= room || levels", "levels", "Snapshot*"),
    "a reply chooses the level of lines": (COMPOSE, " || levels > (room - line.size() - 1) / 2", "", "Snapshot*"),
    "nobody stops what puts frames together": (COMPOSE, "stop_.stop_requested() || ", "", "Snapshot*"),
    "a session is attached as often as it is told": (
        "src/cdp/mux.cc", "  if (sessions_.contains(session_id)) return false;\n", "", "Mux*"),
    "a large message is read on the loop": (
        "src/cdp/connection.cc", "else if (message->size <= kLargeMessage || !self->workers_)", "else if (message->size > 0)", "LargeMessage*"),
    "an event that is too large ends its session": (
        "src/cdp/connection.cc", "message.method.empty() || message.method.size()", "true || message.method.size()", "Connection.GoesOn*"),
    "a session is missed whose beginning is too large": (
        "src/cdp/connection.cc", " || is_followed(message.method))\n    return lost", ")\n    return lost", "Connection.EndsWhere*"),
    "a reply that is too large ends its session": (
        "src/cdp/connection.cc", "  if (message.id) {\n", "  if (message.id && false) {\n", "Connection.FailsTheCall*"),
    "a number that goes on is an id": (
        "src/cdp/message.cc", "if (!left_.starts_with(',') && !left_.starts_with('}')) return std::nullopt;", "", "BeginningOf*"),
    "a message that is passed over is kept": (
        WEBSOCKET, "if (incoming_.size > max_message_)", "if (false)", "WebSocket.KeepsTheBeginning*"),
    "what has come of a message is not counted": (
        WEBSOCKET, "incoming_.hold.set(incoming_.text.size());", "", "WebSocket.GivesWay*:WebSocket.Counts*"),
    "a document is not counted": (
        "src/cdp/connection.cc", "  if (payload) payload->count(whole.hold.also(bytes));\n", "", "LargeMessage.Counts*"),
    "whoever grows gives way": (
        "src/base/memory_budget.cc", "*std::ranges::max_element(accounts, less)", "*std::ranges::min_element(accounts, less)", "MemoryBudget*"),
    "the budget of all is exceeded": ("src/base/memory_budget.cc", "while (held() > most)", "if (held() > 2 * most)", "MemoryBudget*"),
    "a large message that nobody wants is parsed": (
        "src/cdp/connection.cc", "  if (!wants(*message)) co_return;\n", "", "LargeMessage*"),
    "an answer is parsed whose caller is gone": (
        "src/cdp/connection.cc", "return mux_.waits_for(static_cast<std::uint64_t>(*message.id));", "return true;", "LargeMessage*"),
    "a closed connection parses on": (
        "src/cdp/connection.cc", "  if (closed()) return false;  // since it was received\n", "", "LargeMessage*"),
    "a closed connection tells what was parsed meanwhile": (
        "src/cdp/connection.cc", "if (target && !closed()) target->dispatch", "if (target) target->dispatch", "LargeMessage*"),
    "too many values fail the call alone": (
        "src/cdp/connection.cc", "if (!payload && payload.error().kind == base::Kind::full)",
        "if (!payload && payload.error().kind == base::Kind::conflict)", "Connection.EndsWithABrowserThatSendsValues*"),
    "what a reader drops is freed on the loop": (
        "src/cdp/connection.cc", "workers = workers_]", "workers = static_cast<aio::Workers*>(nullptr)]", "LargeMessage*"),
    "a large document is freed where it is let go of": ("src/cdp/payload.h", "    if (workers)\n", "    if (workers && false)\n", "Payload*"),
    "a message may have any number of values": (
        "src/cdp/message.cc", "json::read(part, {.max_values = kMaxValues})", "json::read(part)", "Connection.EndsWithABrowserThatSendsValues*"),
    "values are not counted": ("src/json/read.cc", "    --values_left_;\n", "", "Read*"),
    "pages are made of what is no new session": ("src/cdp/connection.cc", "return known && *known;", "return true;", "Connection*"),
    "a navigation keeps what all responses say": (
        NAVIGATION, "if (Document* of = find(id)) of->extra = kept_part(params, params);", "document(id).extra = kept_part(params, params);", "Navigation*"),
    "a browser chooses how much is kept of a response": (
        NAVIGATION, "json::takes_more_than(params, Navigation::kLargest)", "false", "Navigation*"),
    "a navigation has any number of documents": (NAVIGATION, "documents_.size() >= kMostDocuments", "false", "Navigation*"),
    "a navigation forgets its own document": (NAVIGATION, "documents_.front().id == loader_id_ ?", "false ?", "Navigation*"),
    "a navigation has any number of requests": (NAVIGATION, "in_flight_.size() >= kMostInFlight", "false", "Navigation*"),
    "a request's id has any length": (NAVIGATION, "if (id.size() > cdp::kMaxId) return;", "", "Navigation*"),
    "a node is in each that claims it": (
        ACCESSIBILITY, "std::exchange(child->second.placed, true)", "false", "Accessibility*"),
    "an accessibility tree takes any number of steps": (ACCESSIBILITY, "  if (!pays_for(node)) return;\n", "", "Accessibility*"),
    "nobody stops the reading of an accessibility tree": (
        ACCESSIBILITY, "base::Duration::max(), std::move(stop)", "base::Duration::max(), (static_cast<void>(stop), std::stop_token())", "Accessibility*"),
    "nodes lead in circles": (
        "src/browser/snapshot/census.cc",
        "    auto node = children_.extract(node_id);\n    return node ? std::move(node.mapped()) : Nodes();\n",
        "    const auto it = children_.find(node_id);\n    return it == children_.end() ? Nodes() : it->second;\n", "Census*"),
    "a key has any number of calls": (HTTP_LLM, "std::make_shared<aio::Semaphore>(limits_.calls_per_key)",
                                      "std::make_shared<aio::Semaphore>(1000)", "HttpLlm*"),
    "the URLs of an extract have any size together": (
        EXTRACT, "address && address->size() > room", "address && address->size() > room + kMostUrlBytes", "Extract.Addresses*"),
    "a URL that is too long is none": (EXTRACT, "there && there->too_long > 0", "false", "Extract.AnAddress*"),
    "what observe finds has any size together": (OBSERVE, "size_of(*action) > room", "size_of(*action) > room + kMostBytes", "Observe.Names*"),
    "a selector through frames has any length": (
        PAGE_SNAPSHOT, "out.selector.size() > kMostSelector", "false", "LocateId*"),
    "a look asks for closed roots for ever": (
        ROOT_ROUNDS, "spent() && !have_time(arguments)", "spent() && false && !have_time(arguments)",
        "RootRounds*:ClosedRoots.ABrowser*"),
    "a page that goes on making hosts never hears that it is enough": (
        ROOT_ROUNDS, "again(function_, spent())", "again(function_, false)", "RootRounds*:ClosedRoots.OfAPage*"),
    "roots in roots have no end": (FRAME_ROOTS, "while (!rounds.spent());", "while (true);", "ClosedRoots.RootsInRoots*"),
    "rounds beyond the last cost a wait nothing": (FRAME_ROOTS, "if (extra) shorten", "if (extra && false) shorten", "ClosedRoots.AWait*"),
    "each command of a round has all the time of one": (
        FRAME_ROOTS, "ctx.within(cdp::kCommandTimeout)", "ctx", "ClosedRoots.AHungPage*"),
    "a round asks about any number of elements": (FRAME_ROOTS, "take(kAtOnce)", "take(100 * kAtOnce)", "ClosedRoots.ARound*"),
    "a question asks about an element again and again": (
        CLOSED, "epoch() - asked.get(e) < AGAIN", "performance.now() - asked.get(e) < AGAIN",
        f"{BOUNDS} AskedAbout.test_a_question_asks_about_each_once"),
    "of many hosts only the first are asked about": (
        CLOSED, "const list = asked.has(e) && e !== first ? again : fresh;", "const list = fresh;",
        f"{BOUNDS} AskedAbout.test_those_never_asked_about_come_first"),
    "enough is not enough": (CLOSED, "question?.enough || ", "", f"{BOUNDS} AskedAbout.test_who_has_enough_is_answered"),
    "a wait never asks again": (
        WAITING, "enough: sated && performance.now() >= deadline", "enough: sated",
        f"{BOUNDS} AskedAbout.test_a_wait_asks_again_after_a_while"),
    "an epoch of another document counts": (
        SCRIPT_API, "Math.min(since, performance.now())", "since", f"{BOUNDS} AskedAbout.test_a_question_asks_about_each_once"),
    "the words of an error have any length": (
        SCRIPT_API, "answer.error.length > MOST_WORDS", "false", f"{BOUNDS} Told.test_words_of_an_error_are_bounded"),
    "a name is told whole": (
        LOCATE, "cut(nameOf(e, role), MOST_NAME)", "nameOf(e, role)", f"{BOUNDS} Told.test_a_name_is_told_to_its_limit"),
    "a line's name is told whole": (
        TREE, "name.length <= MOST_NAME", "true", f"{BOUNDS} Told.test_a_name_is_told_to_its_limit"),
    "a URL is told however long it is": (
        LOCATE, "url.length > MOST_URL", "false", f"{BOUNDS} Told.test_a_url_is_told_whole_or_not_at_all"),
    "a tag is told however long it is": (
        LOCATE, "cut(e.localName, MOST_TAG)", "e.localName", f"{BOUNDS} Told.test_a_path_that_nobody_takes_is_not_told"),
    "a path is told however long it is": (
        LOCATE, "if (selector.length > MOST_SELECTOR || bytesOf(selector) > MOST_SELECTOR) return false;\n", "",
        f"{BOUNDS} Told.test_a_path_that_nobody_takes_is_not_told"),
    "a page is told that no message takes": (
        SNAPSHOT_SCRIPT, "told && fitsMessage(told.text)", "told",
        f"{BOUNDS} Long.test_a_page_longer_than_a_message_is_folded"),
    "a page is printed however long it is": (
        SNAPSHOT_SCRIPT, "let room = MOST_ON_WIRE;", "let room = Infinity;",
        f"{BOUNDS} Long.test_no_more_than_that_is_joined"),
    "a navigation that an action has begun is given up for it": (
        DEPARTURE, "since != given_up && !may_be_of_the_work", "since != given_up", "Departure.is_given_up_unless_the_work*"),
    "a form that was sent is taken back": (
        DEPARTURE, " && !traffic.sending()", "", "Departure.is_given_up_unless_it_may*"),
    "a navigation is given up at once": (
        DEPARTURE, "patience / 100 * kShareForDeparture", "patience / 100", "Departure.is_given_up_when_four*"),
    "a link to another program is waited for": (
        "src/browser/traffic.cc", " && !leaves_the_browser(view_at(params, \"url\"))", "", "Departure.a_link_to_another*"),
    "what a step leads to is waited for by the step's budget": (
        "src/browser/settle.cc", "  co_await wait_departure(ctx, page, acted);\n", "", "Consequence.of_an_action_that_leads*"),
    "a way back that comes to nothing is waited for": (
        NAVIGATE, "if (journey.in_vain())", "if (false)", "History.what_is_no_page*"),
    "a way back is told by whatever frame": (
        JOURNEY, "{ return frames_.contains(frame); }", "{ return !frame.empty(); }", "History.what_frames_do_meanwhile*"),
    "a way back is told by a new address of the page": (
        JOURNEY_CC, " || json::text_at(params, \"navigationType\") == \"historyApi\") return;", ") return;", "History.a_step_within*"),
    "a way back is told by whatever step within a document": (
        JOURNEY_CC, "within_.erase(frame) > 0 || some_came_;", "came_ = true;", "History.a_new_address*"),
    "a way back is told by whatever fragment": (
        JOURNEY_CC, "|| json::text_at(params, \"url\") == entry_.url;", "|| true;", "History.a_new_address*"),
    "a way back of a frame is told by one that refreshes itself": (
        JOURNEY_CC, "  if (step != steps_.end() && step->second.document == document) {",
        "  if (frame != page_.main_frame_id()) {\n    came_ = true;\n  } else if (step != steps_.end() && step->second.document == document) {",
        "History.a_step_of_a_frame_is_not*"),
    "a way back waits for what another frame has asked for": (
        JOURNEY_CC, "  if (told_ && (step == steps_.end() || step->second.document != asked.document)) return;\n", "",
        "History.a_step_of_a_frame_is_not*"),
    "the first frame to come is taken for all": (
        JOURNEY_CC, "    some_came_ = true;\n    judge();\n", "    came_ = true;\n", "History.all_frames*"),
    "a frame with another aim is waited for": (
        JOURNEY_CC, "    steps_.erase(frame);  // it has another aim now\n", "", "History.all_frames*"),
    "a frame that came outweighs one that went in vain": (
        JOURNEY_CC, "  if (some_in_vain_)\n    in_vain_ = true;\n  else if (some_came_)\n    came_ = true;\n",
        "  if (some_came_)\n    came_ = true;\n  else if (some_in_vain_)\n    in_vain_ = true;\n", "History.all_frames*"),
    "a browser that tells how navigations begin is not known before it does": (
        JOURNEY_CC, "told_(page.activity().traffic().tells_starts())", "told_(false)", "History.what_a_frame_had_begun*"),
    "a way back is told by another page": (
        JOURNEY_CC, "came_ || !others_.contains(document);", "true;", "History.another_page*"),
    "a way back that was stopped is told as a download": (
        JOURNEY_CC, "some_in_vain_ || step->second.answered;", "true;", "History.what_is_stopped*"),
    "what a page goes to by itself is stopped with a way back": (
        NAVIGATE, "if (journey.stopped() || journey.in_vain()) unanswered.answered();", "",
        "History.a_page_that_goes_elsewhere*"),
    "a way to another page is told by a frame of this one": (
        JOURNEY_CC, "  if (entry_.of_a_frame)", "  if (entry_.of_a_frame || true)", "History.a_frame_that_was_there*"),
    "a way back of a frame is told by the page alone": (
        JOURNEY_CC, "  if (entry_.of_a_frame)", "  if (entry_.of_a_frame && false)", "History.a_step_of_a_frame*"),
    "a page that hung once is taken to hang for ever": (
        NAVIGATE, "  if (!page.hung(ctx.now())) co_return false;\n", "  co_return page.hung(ctx.now());\n", "Hangs.*"),
    "a way back takes a page that hung once to hang for ever": (
        NAVIGATE, "if (co_await hangs(ctx, page))", "if (page.hung(ctx.now()))", "History.a_page_that_a_navigate*"),
    "a way back that failed leaves a page that is taken to hang": (
        NAVIGATE, "  co_return kept_by_a_script(way);\n", "  page.expect_document({});\n  co_return kept_by_a_script(way);\n",
        "History.a_page_that_hangs*"),
    "a page that answers is taken for one that hangs": (
        NAVIGATE, "if (answer || answer.error().kind != base::Kind::timeout)", "if (false)", "History.a_page_that_stays*"),
    "a timeout is silent about what had been begun": (
        "src/engine/page_turn.h", "return has_acted() ? std", "return false ? std", "PageTurn.says_what*"),
    "a timeout is silent about what was in the way": (
        "src/engine/page_turn.h", "if (has_acted() || !page_->activity().traffic().navigating()) return word_of_input();",
        "return word_of_input();", "PageTurn.says_what*"),
    "what has touched the page makes room": (
        "src/engine/page_turn.h", "if (has_acted())", "if (false)", "PageTurn.goes_on*"),
    "what has made room is tried another way": (
        "src/engine/act_by_instruction.cc", "failure->final || ", "", "ActByInstruction.TriesNoOtherWay*"),
}
