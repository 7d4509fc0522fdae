"""Guards of sessions, requests, processes and the loop. See mutants.py."""

from files import (
    ADMISSION, ANSWER_RECEIPT, ASIDE, BODY_H, CHILD, CHORES, END, ENDING, EXAMINED, EXPOSITION, FLAG_VALUES,
    FOLDER_USES, FRAMES, GUARD, HELD_BYTES, HELD_BYTES_H, HOLD_TIMES, HTTP_CLIENT, HTTP_CONNECTION, KEPT_RUNS,
    KEPT_RUNS_H, LAUNCHER, LAUNCHES, LAUNCH_VALUES, LOCK, MAKE_CHILD, MANAGER, MANAGER_H, MODEL_SHAPE, NAMED_FOLDER,
    OFFLOAD, OPENING, OPERATIONS, ORPHANS, PROCESS, READER, REAPER, REMOVE_TREE, REPLAYS, REPLAYS_H, REPLAY_MASK, RUN,
    RUNS, SERVICE, SESSION_FOLDER, SESSION_ROOT, START, START_SHAPE, STORE, SWEEP, TLS, UNREAD_STARTS, USER_DATA,
    VIEW, WEBSOCKET)

# name: (file, text, what stands there instead, the tests of the file's layer of which one must fail)
MUTANTS = {
    "each connection reads the certificates": (TLS, "it->second.stamps == stamps", "it->second.stamps[0] != stamps[0]",
                                               "Tls.ReadsItsFilesOnce*"),
    "changed certificates are not read again": (TLS, "it->second.stamps == stamps", "it->second.stamps.size() == stamps.size()",
                                                "Tls.ReadsAFileThatHasChanged*"),
    "what was done is told as cancelled": (OFFLOAD, "run_always(large, [value", "run(large, [value", "Offload.Writes*"),
    "a look at a folder makes it": (
        NAMED_FOLDER, "TRY_VOID(out.exists ? try_to_write(out.path) : try_to_make(out.path));",
        "TRY_VOID(out.exists ? try_to_write(out.path) : try_to_make(out.path));\n  MadeFolders made;\n"
        "  TRY_VOID(make_folder(out.path, made));", "NamedFolders.AreFound*"),
    "a folder that cannot be made is found": (
        NAMED_FOLDER, "if (name.empty()) return cannot_be_made(path, errno);", "", "NamedFolders.ThatCannotBeMade*"),
    "of what was made for nothing the outer folders stay": (
        FOLDER_USES, "    if (!removed) break;\n", "    break;\n", "NamedFolders.ThatWereMade*"),
    "a failed start removes what another one names": (
        FOLDER_USES, "made_.contains(path) && !uses_.contains(path) &&", "made_.contains(path) &&", "NamedFolders.StayForAnother*"),
    "a failed start removes what was there": (
        FOLDER_USES, "made_.contains(path) && !uses_.contains(path) &&", "!uses_.contains(path) &&", "NamedFolders.StayForAnotherStartThatHas*"),
    "folders are left that another start's still lay in": (
        FOLDER_USES, "if (!waits) forget_around(path);", "forget_around(path);", "NamedFolders.GoWithTheLast*"),
    "one browser alone is not waited for": (
        "src/browser/pending_removals.h", "while (holds_ > 0) co_await", "while (holds_ > 1) co_await", "PendingRemovals*"),
    "a profile that was made for a start that failed keeps what its browser has left": (
        USER_DATA, "user_data ? user_data.empty(made) : \"\"", "\"\"", "ProfilesOfAStart.ThatHasFailed*"),
    "a profile that was there is emptied": (
        FOLDER_USES, "return made_.contains(path) && (used", "return (used", "ProfilesOfAStart.ThatWereThereBefore*"),
    "a profile that has come to be used is emptied": (
        FOLDER_USES, "  forget_around(path);\n}\n\nbool FolderUses::made_for_nothing",
        "}\n\nbool FolderUses::made_for_nothing", "NamedFolders.StayForAnotherStartThatHas*"),
    "a profile is emptied with what another start names in it": (
        FOLDER_USES, "(used == uses_.end() || !used->first.starts_with(path + \"/\"))", "true",
        "ProfilesOfAStart.InWhichAnother*"),
    "a profile is emptied under a browser that uses it": (
        USER_DATA, "    if (!used) {\n", "    {\n", "ProfilesOfAStart.ThatABrowserMayUse*"),
    "a profile around a folder that is used is emptied": (
        FOLDER_USES, "at.size() > 1; at = around(at)) made_.erase(at);", "made_.erase(at) > 0; at = around(at));", "ProfilesOfAStart.AroundAFolder*"),
    "what nobody could remove is removed by the next": (
        "src/browser/named_folder.h", "~MadeFolders() { keep(); }", "~MadeFolders() {}", "NamedFolders.ThatNobodyCouldRemove*"),
    "the mark of a killed browser stays": (
        USER_DATA, "if (lock_ && !other_browser(folder_.get()))", "if (false)", "ProfilesOfAStart.ThatHasComeOut*"),
    "the mark of another host's browser is removed": (
        USER_DATA, "if (lock_ && !other_browser(folder_.get()))", "if (lock_)", "ProfilesOfAStart.KeepTheMark*"),
    "what went with its profile keeps the folders around it": (
        FOLDER_USES, " || errno == ENOENT;", ";", "ProfilesOfAStart.ThatHasFailed*"),
    "the first browser to go is taken for the last": (
        "src/browser/pending_removals.h", "while (holds_ > 0) co_await", "if (holds_ > 0) co_await", "PendingRemovals*"),
    "another way to a folder is another folder": (
        NAMED_FOLDER, "return error ? path : out.string();", "return path;", "NamedFolders.StayForAnotherStartThatNames*"),
    "what may have been done is sent again": (
        HTTP_CLIENT, "sent_twice_ = std::exchange(sent_, true) && call_.method != \"GET\"", "sent_ = true", "HttpClient.SendsNothingTwice*"),
    "nobody looks for a client that sent much ahead": (
        HTTP_CONNECTION, "gone_ = has_ended(socket_.native_handle());\n", "break;\n", "HttpConnection.NoticesThatAClientLeftBehindMore*"),
    "a child that somebody else buried lives for ever": (
        PROCESS, "if (errno != ECHILD) return;", "return;", "Children*"),
    "one host takes all outbound connections": (
        HTTP_CLIENT, "std::max<std::size_t>(options.max_connections / 2, 1)", "options.max_connections",
        "HttpClient.OneHostTakes*"),
    "answers that have not come whole are not counted": (
        HTTP_CLIENT, "if (reply_.body.size() > kCounted) hold_.set(reply_.body.size());", "", "HttpClient.GivesUpTheAnswer*"),
    "a drain looks at every session": (
        STORE, "  while (!starting_.empty()) out.push_back(take(starting_.front(), reason));\n",
        "  for (auto it = index_.begin(); it != index_.end();) {\n    Entry& entry = *it++;\n    ++looks_;\n"
        "    if (entry.only_starts()) out.push_back(take(entry, reason));\n  }\n", "StoreCost.Clause26ADrain*"),
    "what only starts again is forgotten": (
        STORE, "    if (entry->only_starts()) starting_.push_back(*entry);\n", "", "StoreCost.Clause26ADrain*"),
    "a watchdog keeps the hooks that it was made with": (
        "src/os/watchdog.cc", "  hooks_ = std::move(hooks);\n", "  static_cast<void>(hooks);\n", "Watchdogs.CallTheHooks*"),
    "browsers take the server's priority": (MAKE_CHILD, "  be_nice(child.nice);\n", "", "Children.AreAsNice*"),
    "a read takes all that the kernel has": (
        "src/net/checked_stream.h", "boost::asio::buffer(*it, kMostAtOnce)", "*it",
        "CheckedStream.ReadsABoundedPiece*"),
    "metrics are written for each request": (
        EXPOSITION, "    if (spent_ + kEvery > now) return text_;\n", "", "ExpositionTest.IsMadeAnewSoMany*"),
    "pins are a flag": (STORE, "  --entry->pins;\n", "  entry->pins = 0;\n", "*Clause1*"),
    "a pinned session stays on the idle list": (
        STORE, "  if (it->pins == 0) idle_.erase(idle_.iterator_to(*it));\n", "", "*Clause2*"),
    "a release does not refresh": (STORE, "entry->last_used = now;", "static_cast<void>(now);", "*Clause7*"),
    "a release goes to the front of the order": (
        STORE, "idle_.push_back(*entry);", "idle_.push_front(*entry);", "*Clause7*:StoreExplore*"),
    "a release does not trim": (STORE, "idle_.push_back(*entry);\n  trim(now, victims);",
                                "idle_.push_back(*entry);\n  static_cast<void>(victims);",
                                "*Clause18*:*Case9*"),
    "a lower capacity ends nobody": (STORE, "lowered && index_.size()", "false && lowered && index_.size()",
                                     "*Clause19*:*Clause2L*"),
    "each change of limits ends the excess": (STORE, "lowered && index_.size()", "(lowered || true) && index_.size()",
                                              "*Clause18*:*Clause19*"),
    "a start takes what was used just now": (STORE, "index_.size() >= max_sessions_ && ripe(now)",
                                             "index_.size() >= max_sessions_ && (ripe(now) || !idle_.empty())", "*Clause18*"),
    "trimming takes what was used just now": (STORE, "index_.size() > max_sessions_ && ripe(now)",
                                              "index_.size() > max_sessions_ && (ripe(now) || !idle_.empty())", "*Clause18*"),
    "a waiting start takes any age beside work": (STORE, "(in_work_ >= max_sessions_ && !ripe(now))", "(ripe(now) && false)", "*Clause18*"),
    "a waiting start takes no age beside starts": (STORE, "(in_work_ >= max_sessions_ && !ripe(now))", "!ripe(now)",
                                                   "*Clause18*"),
    "a start is work": (STORE, "if (pin.starts_) entry->starting = false;", "", "*Clause18*"),
    "what ended in work stays in work": (STORE, "  if (entry.in_work()) --in_work_;\n", "", "*Clause18*"),
    "the clock does not trim": (CHORES, "if (store_.size() > store_.max_sessions()) next", "if (false) next", "*Clause18*"),
    "an end does not serve the queue": (ENDING, "  end_now(std::move(*victim));\n  make_even();\n  static_cast",
                                        "  end_now(std::move(*victim));\n  static_cast", "*Clause18*"),
    "a changed limit does not serve the queue": (
        ENDING, "end_all(store_.set_max_sessions(limits.max_sessions));\n  make_even();",
        "end_all(store_.set_max_sessions(limits.max_sessions));", "*Clause17*:*Clause18*"),
    "a place whose id was taken is lost": (
        MANAGER, "    serve_queue();  // another start", "    // another start", "*Clause17*"),
    "pins that are held do not count": (HOLD_TIMES, "std::max(mean_given_back(), mean_held(now))", "std::max(mean_given_back(), 0 * mean_held(now))",
                                        "*Clause17*"),
    "callers do not take turns": (ADMISSION, "  queues_.splice(queues_.end(), queues_, queues_.begin());\n", "",
                                  "*Clause17*"),
    "a full queue has no room for another caller": (ADMISSION, "if (waiting_ < limit) return true;",
                                                    "return waiting_ < limit;", "*Clause17*"),
    "a drain leaves the queue waiting": (ENDING, "  admission_.refuse_all();\n", "", "*Clause25*"),
    "a queued start is let in by a drain": (
        MANAGER, "  if (draining()) co_return refused_by_drain();\n  if (!ticket", "  if (!ticket", "*Clause25*"),
    "a drain waits for starts under way": (ENDING, "  end_all(store_.end_all_starting(EndReason::drained));\n", "",
                                           "*Clause25*"),
    "a start that came out in a drain is a session": (MANAGER, "  if (draining()) {\n    unless", "  if (false) {\n    unless",
                                                      "*Clause25*"),
    "a drain waits for browsers that hang": (ENDING, "aio::race(std::move(bounded), farewell_.wait());\n    if (first.index() == 0) closed",
                                             "aio::race(std::move(bounded), clock_.sleep_until(base::kNever));\n    if (first.index() == 0) closed",
                                             "*Clause25*"),
    "an id that exists is taken twice": (STORE, "if (find(id) != nullptr) return std::nullopt;", "", "*Clause23*:*Case10*"),
    "an end acts on the id, not the generation": (
        STORE, "it == index_.end() || it->ref.generation != ref.generation", "it == index_.end()",
        "*EndsByGeneration*"),
    "the TTL is forgotten": (STORE, "idle_ttl_ == base::Duration{} || idle_.empty()", "true", "*Clause21*"),
    "a close does not wait for the opening": (ENDING, "    co_await opening->done.wait();\n  }\n", "  }\n", "*Clause11*"),
    "a close has no deadline": (ENDING, ".within(limits_.close_timeout);\n  base::Result<void> closed",
                                ";\n  base::Result<void> closed", "Manager.*Clause12*:*Case5*"),
    "a rented browser is not given back": (
        ENDING, "if (live->config.rental) co_await give_back(*live->config.rental, live->ref);", "", "*Rental*"),
    "its owner has no deadline": (ENDING, ".within(limits_.close_timeout);\n  base::Result<void> given",
                                  ";\n  base::Result<void> given", "*Rental*Clause12*"),
    "a drain waits for the owners of rented browsers": (ENDING, "farewell_.set();", "", "*Rental*Clause25*"),
    "work is not told of the end": (ENDING, "live->ended.set();", "", "*Clause9*"),
    "an end leaves the opening behind": (OPENING, "scope.cancel_child(opening.task);", "", "*Clause11*"),
    "each request opens its own engine": (OPENING, "if (live->engine) co_return std::nullopt;", "", "Manager*"),
    "the last to leave leaves the opening behind": (OPENING, "scope.cancel_child(opening.task);", "", "*Clause22*"),
    "a session that is given up opens a second browser": (
        OPENING, "const bool first = !live->opening;",
        "const bool first = !live->opening || live->opening->given_up;", "*Clause22*:*Clause11*:ManagerSim*"),
    "a promised place still counts as free": (
        MANAGER, "engines() + admission_.promised() <", "engines() <", "*Clause17*:ManagerSim*"),
    "a promise that is not used is lost": (MANAGER, "if (!taken) manager.serve_queue();", "", "*Clause17*"),
    "the queue has no end": (MANAGER, "if (!admission_.make_room(caller, limits_.admission_waiters)) co_return full();", "", "*Clause17*"),
    "the last come is served first": (ADMISSION, "queues_.front().tickets.front();", "queues_.front().tickets.back();", "*Clause17*"),
    "a drain lets starts in": (MANAGER, "if (draining()) co_return refused_by_drain();\n  if (has", "if (has", "*Clause25*"),
    "a start waits beyond its deadline": (MANAGER, "std::min(ctx.deadline, base::after(", "std::min(base::kNever, base::after(",
                                          "*Clause17*"),
    "a start goes on in a drain after the others who waited for it": (
        MANAGER, "    end_all(store_.end_all_starting(EndReason::drained));  // others", "    // others", "*Clause25*"),
    "who waits for an opening that was given up is not told of the end": (
        OPENING, "    if (live->ended.is_set()) co_return ended_error(*live);\n    if (live->engine)", "    if (live->engine)",
        "*Clause9*"),
    "who stopped waiting for an opening still hears of it": (OPENING, "    opening.sinks.remove(&events);\n", "", "*Clause24*"),
    "a broken connection is told in place of the death": (
        MANAGER, "error.kind == base::Kind::gone && !live", "false && !live", "*Clause13*"),
    "a hard limit may be below the capacity": (ENDING, "limits.max_sessions_hard < limits.max_sessions",
                                               "limits.max_sessions_hard == 0", "*Clause19*"),
    "a death does not serve the queue": (OPENING, "    end_now(std::move(*victim));\n    make_even();",
                                         "    end_now(std::move(*victim));", "*Clause18*"),
    "a refusal is not told": (MANAGER, "    observer_->refused(refused->why);\n", "", "ManagerCapacity*"),
    "a start that a drain overtook is not told": (MANAGER, "    observer_->refused(Refused::Why::draining);\n", "",
                                                  "ManagerCapacity*"),
    "a wait for a turn has no deadline": (MANAGER_H, "  if (ctx.deadline == base::kNever) {",
                                          "  if (true || ctx.deadline == base::kNever) {", "Manager.*"),
    "a client that leaves ends its run": (VIEW, "on_leave_ == OnLeave::cancel && ", "(on_leave_ == OnLeave::cancel || true) && ",
                                          "*LeavesStopsNothing*"),
    "a run has any number of viewers": (RUN, "  return viewers.size() >= kMostViewers &&", "  return false &&", "View*"),
    "a viewer that has left keeps others out": (RUN, "return !viewer->client_gone(); };\n  return viewers.size()",
                                                "return viewer != nullptr; };\n  return viewers.size()", "View*"),
    "a viewer is not told who was there before it": (VIEW, "viewer->waits_behind(before++);", "viewer->waits_behind(0 * before++);", "View*"),
    "nobody moves up when a viewer leaves": (VIEW, "    run_->viewers.erase(place_);\n    tell_places();\n", "    run_->viewers.erase(place_);\n", "View*"),
    "who gave its place to others has left": (VIEW, " && !sent_away && ", " && ", "View*"),
    "who was sent away is expected for ever": (VIEW, "--run_->sent_away;", "static_cast<void>(run_);", "View*"),
    "who was sent away is nobody": (VIEW, "if (sent_away) ++run_->sent_away;", "", "View*"),
    "what another has read is over for who was sent away": (
        KEPT_RUNS, "if (run.sent_away == 0 && run.has_arrived())", "if (run.has_arrived())", "View*"),
    "a run that another has read is not kept for who was sent away": (
        "src/api/run.h", "!resumable && sent_away == 0 && ", "!resumable && ", "View*"),
    "who was sent away comes with too low a count": (
        KEPT_RUNS, "run->attempt < attempt || run->sent_away > 0", "run->attempt < attempt", "View*"),
    "one caller's requests take all places": (SERVICE, "places_.full(caller, 1) == HeldBytes::Full::caller", "false", "Service.OneCallers*"),
    "who frees places is refused for want of them": (
        SERVICE, "return is_operation(operation) || operation == Operation::start;", "return operation != Operation::healthz;", "Service.OneCallers*"),
    "nothing is brief": (SERVICE, "operation == Operation::readyz || operation == Operation::metrics;\n}\n\n// A body",
                         "operation == Operation::metrics;\n}\n\n// A body", "Service.WhatProbes*"),
    "a wish to cancel is not heard": (VIEW, "run_->cancel();", "static_cast<void>(on_leave_);", "*CancelsByLeaving*"),
    "a leaving client cancels what a retry waits for": (VIEW, " && run_->viewers.empty()) run_", ") run_",
                                                        "*DoesNotCancelWhatARetry*"),
    "an answer counts by what the write says": (VIEW, "co_await exchange.send(std::move(reply)) && there)",
                                                "static_cast<void>(there), co_await exchange.send(std::move(reply)))",
                                                "View*"),
    "a retry joins any body": (KEPT_RUNS, "int attempt, base::TimePoint now) const {\n  const auto [first, last] = runs_.equal_range(key);",
                               "int attempt, base::TimePoint now) const {\n  const std::pair all(runs_.lower_bound({.generation = key.generation}), runs_.end());\n"
                               "  const auto [first, last] = all;", "Runs*:KeptRuns*"),
    "a retry joins a refused run": (KEPT_RUNS, "run.refused() || run.cancelled()", "run.cancelled()", "KeptRuns*"),
    "a retry joins a cancelled run": (KEPT_RUNS, "run.refused() || run.cancelled()", "run.refused()", "Runs*:KeptRuns*"),
    "a stream goes on with the frame that was seen": (RUN, "return offset;  // of the", "return offset > 0 ? offset - 1 : 0;  // of the",
                                                      "View*"),
    "a stream goes on with any run": (KEPT_RUNS, "entry.second->after(again.last_event_id).has_value()", "entry.second != nullptr",
                                      "KeptRuns*"),
    "a cancel waits for nobody": (RUNS, "    co_await run->finished();\n", "", "Runs*:Service*"),
    "a cancel reaches other sessions": (KEPT_RUNS, "it != runs_.end() && it->first.generation == generation;", "it != runs_.end();",
                                        "Runs*:KeptRuns*"),
    "a cancelled run that was done is told as cancelled": (RUNS, "if (!outcome) outcome = co_await", "if (!outcome || run->cancelled()) outcome = co_await",
                                                           "Runs*"),
    "an operation begins after it was cancelled": (
        OPERATIONS, "if (run.cancelled()) co_await clock_.sleep_until(base::kNever);", "", "Service*"),
    "a large result is written on the loop": (OPERATIONS, "out.result = co_await offload_.write(std::move(data));",
                                              "out.result = json::write(data);", "Service*"),
    "a large body is parsed on the loop": (BODY_H, "offload_.run(large,", "offload_.run(false,", "Service*:Body*"),
    "bodies of operations take any memory": (RUNS, "if (!which) return too_heavy(caller, bytes);", "if (!which) return too_heavy(caller, bytes * 0);",
                                             "ServiceHeld*"),
    "bodies count by a fixed size": (EXAMINED, "json::footprint(body) +", "sizeof(body) +", "ServiceHeld*"),
    "what has ended holds its bytes": (RUNS, "  run->held = {};\n", "", "ServiceHeld*"),
    "a start holds nothing of its body": (START, "runs_.hold(caller, wish.bytes)", "runs_.hold(caller, 0)", "ServiceHeld*"),
    "starts take any memory": (START, "runs_.too_heavy(caller, wish.bytes)", "runs_.too_heavy(caller, 0)", "ServiceHeld*"),
    "one caller's bodies take all the memory": (HELD_BYTES_H, "which == Full::caller ? most_ / 2 : most_",
                                                "which == Full::caller ? most_ : most_", "HeldBytes*"),
    "all bodies together take any memory": (HELD_BYTES, "  if (all_ + bytes > limit(Full::all)) return Full::all;\n", "", "HeldBytes*"),
    "bytes are never given back": (HELD_BYTES_H, "of_->give_back(caller_, bytes_);", "static_cast<void>(bytes_);", "HeldBytes*"),
    "the text of a body is kept until the answer": (SERVICE, "  exchange.drop_body();\n", "", "ServiceHeld*"),
    "a body that nobody needed is freed on the loop": (OPERATIONS, "  co_await offload_.drop(std::move(order->body));", "  ",
                                                       "ServiceHeld*"),
    "the body of what is refused is freed on the loop": (
        SERVICE, "co_await offload_.drop(std::exchange(request.body, nullptr));", "request.body = nullptr;", "ServiceHeld*"),
    "the body of what joins is freed on the loop": (
        OPERATIONS, "offload_.discard(std::exchange(request.body, nullptr));", "request.body = nullptr;", "ServiceHeld*"),
    "a start's answer is believed to arrive": (START, "watch_answer(request, ref, std::move(rental));", "static_cast<void>(ref);",
                                               "ServiceHeld*:ServiceBrowserbase*"),
    "a session that was used goes with its start's answer": (SERVICE, "unread_starts_.named(*generation);",
                                                             "static_cast<void>(*generation);", "ServiceHeld*"),
    "an answer that arrived counts as lost": (UNREAD_STARTS, "&& !acknowledged;", "&& (acknowledged || true);",
                                              "UnreadStarts*:ServiceHeld*"),
    "a browser that was rented for a lost answer lives on": (START, "if (rental) rental->set_told(false);", "if (rental) rental->set_told(true);",
                                                             "ServiceBrowserbase*"),
    "a client that asked for the close is lost": (HTTP_CONNECTION, "if (waits) co_await last_word();",
                                                  "if (waits) receipt_->end(how_it_ends(false));", "HttpConnection*"),
    "a reset takes back what was acknowledged": (ANSWER_RECEIPT, "if (left <= 0 || how.gave_way)",
                                                 "if ((left <= 0 && !how.reset) || how.gave_way)", "AnswerReceipt*"),
    "our own end is a byte of the answer": (ANSWER_RECEIPT, "how.ended ? unacknowledged - 1 : unacknowledged", "unacknowledged", "AnswerReceipt*"),
    "an answer is lost by giving way": (ANSWER_RECEIPT, "if (left <= 0 || how.gave_way)", "if (left <= 0)", "AnswerReceipt*"),
    "who gives way is waited for": (HTTP_CONNECTION, "client_ended_, gives_way_, ended", "client_ended_, false, ended", "HttpConnection*"),
    "a reset proves that an answer was lost": (ANSWER_RECEIPT, "return !how.client_ended && since", "return false && since", "AnswerReceipt*:HttpConnection*"),
    "of a client that had closed nothing is known": (ANSWER_RECEIPT, "return !how.client_ended && since", "return since", "AnswerReceipt*:HttpConnection*"),
    "an end before a reset is not noticed": (HTTP_CONNECTION, "    client_ended_ = true;\n", "    client_ended_ = false;\n", "HttpConnection*"),
    "of what is missing for long nothing is known": (ANSWER_RECEIPT, "since < kHeldBack", "since >= base::Duration{}", "AnswerReceipt*"),
    "of any number of segments nothing is known": (ANSWER_RECEIPT, " && left <= segment", "", "AnswerReceipt*:HttpConnection*"),
    "an answer is lost because others follow": (HTTP_CONNECTION, "    if (receipt_) receipt_->followed();\n", "", "HttpConnection*"),
    "bodies wait for their parser without bound": (BODY_H, "large && waiting_ + size > most_waiting_", "waiting_ + size > most_waiting_ && false", "Body*"),
    "a large replay is written on the loop": (END, "Offload::is_large(kept.bytes())", "false", "Service*"),
    "operations at work do not count": (OPERATIONS, "    runs_.got_turn(*run);\n", "", "Service*"),
    "what ended stays until the next request": (KEPT_RUNS, "  prune(run->finished_at);  // not", "  // not", "KeptRuns*"),
    "finished runs are kept without bound": (KEPT_RUNS_H, " || bytes_ > limits_.bytes; }", "; }", "KeptRuns*"),
    "what was refused is the answer under its key": (
        KEPT_RUNS, "if (!run->refused()) return {Found::How::this_one, run};", "return {Found::How::this_one, run};", "KeptRuns*"),
    "under one key the oldest run is meant": (KEPT_RUNS, "std::prev(last)->second;", "first->second;", "KeptRuns*"),
    "what only a retry can mean is kept as long as a stream": (KEPT_RUNS, "trim(false, limits_.plain)",
                                                               "trim(false, limits_.kept)", "KeptRuns*"),
    "what was forgotten takes a place": (KEPT_RUNS, "  if (!known) return;", "  static_cast<void>(known);", "KeptRuns*"),
    "for each run that goes all are asked whether they have arrived": (
        KEPT_RUNS, "while (too_many()) drop_of", "while (drop_arrived(), too_many()) drop_of", "KeptRuns*"),
    "what is gone counts for its caller": (KEPT_RUNS, "    one.bytes -= bytes;\n", "", "KeptRuns*"),
    "a request with a key is kept like any": (RUNS, "  run->resumable = asked.idempotent;\n", "", "Runs*"),
    "the count of the first try is not known": (RUNS, "  run->attempt = asked.attempt;\n", "", "Runs*"),
    "a retry that joined does not raise the count": (
        OPERATIONS, "    run->attempt = std::max(run->attempt, again.attempt);\n", "", "Service*"),
    "only the last verb is billed": (RUN, "input_tokens += account", "input_tokens = account", "Run.*"),
    "the last client counts, not the one that has read": (RUN, "!best || rank(one) > rank(*best)", "!best || rank(one) >= 0",
                                                          "Run.*"),
    "a run that is done holds what it would have told": (RUN, "  tell_cancelled_ = nullptr;\n  tell_cut_off_ = nullptr;\n", "",
                                                         "Run.*"),
    "what was cancelled while it waited is not counted": (OPERATIONS, "~Queueing() { over(); }", "~Queueing() = default;",
                                                          "Service*"),
    "a stream is forgotten once it is read": (VIEW, "  run->resumable = true;\n", "", "View*"),
    "the minute for a retry begins at an earlier leaving": (VIEW, "    run_->left_at.reset();\n", "", "View*"),
    "the minute for a retry begins when the first leaves": (RUNS, "  if (!run.viewers.empty()) return;\n", "", "View*"),
    "the key of the executing model is kept": (REPLAYS, ' || name == "executionModel"', "", "Replays*"),
    "a schema is kept without its names": (REPLAYS, ' && name != "schema"', "", "Replays*"),
    "what a session has dropped counts when it goes": (REPLAYS, "  count(session, 0, session.actions.front()->bytes());\n",
                                                       "  bytes_ -= session.actions.front()->bytes();\n",
                                                       "Replays*"),
    "our own pages behind a proxy are refused": (GUARD, ' || origin == fmt::format("https://{}", host)', "", "Guard*"),
    "a child has no group": (MAKE_CHILD, "  setsid();\n", "", "Children*:Reaping*"),
    "a group outlives its leader": (PROCESS, "  ::kill(-pid_, SIGKILL);  // while", "  // while", "Children*"),
    "a child outlives the server": (MAKE_CHILD, "    prctl(PR_SET_PDEATHSIG, SIGKILL);\n", "", "Children*"),
    "a child inherits descriptors": (MAKE_CHILD, "  syscall(SYS_close_range, 4U, ~0U, 0U);\n", "", "Children*"),
    "a child is nobody's until it has executed": (MAKE_CHILD, " | CLONE_PARENT_SETTID", "", "Children*"),
    "who leaves a launch leaves its child": (PROCESS, "handover->leave([this] { Launches::of_this_process().kill(launch); });",
                                             "handover->leave([] {});", "Children*"),
    "what may hang is done on the loop": (ASIDE, "if (!Launcher::of_this_process().run(std::move(run)))", "if (run(); false)",
                                          "Aside*"),
    "what throws aside ends the process": (ASIDE, "return base::fail(base::Kind::internal, e.what());", "throw;", "Aside*"),
    "what hangs aside has no limit": ("src/os/aside_limit.h", "taken_->fetch_add(1) < most_", "taken_->fetch_add(1) < 1000 * most_", "AsideLimit*"),
    "a place is free while its call still hangs": (
        "src/os/aside_limit.h", "auto placed = [place = std::move(place), job", "auto placed = [job", "AsideLimit*"),
    "starts that hang at a folder have no limit": (
        "src/browser/launch_check.cc", "os::aside(check->limit, std::move(job))", "os::aside(std::move(job))", "LaunchChecks*"),
    "a start at a folder that hangs outlives its client": (
        START, "aio::race(refuse_launch(wish.config), request.exchange.client_left())",
        "aio::race(refuse_launch(wish.config), sessions_.drain_begun())", "Service.AStartWhoseCheckHangs*"),
    "a start goes on to a folder that hangs": (
        START, "  if (!checked) co_return failed_reply", "  if (false) co_return failed_reply", "Service.AStartThatCannotBeChecked*"),
    "a chore without memory ends the server": (
        "src/app/every.cc", "return aio::persistently(what, clock, make);", "static_cast<void>(what);\n  return make();", "Every*"),
    "remains are looked for on the loop": (
        "src/os/end_remains.cc", "co_await aside(std::move(job))", "job()", "EndRemains*"),
    "remains are looked for once": ("src/os/end_remains.cc", "if (none_lives && *none_lives)", "if (none_lives)", "EndRemains*"),
    "a launch is over while its leader is made": (
        ORPHANS, "  if (Launches::of_this_process().lives(launch)) return false;\n", "", "Adopted*"),
    "one thread makes all children": (LAUNCHER, "  if (free_ <= jobs_.size() && !add_thread())",
                                      "  static bool made = false;\n  if (!std::exchange(made, true) && !add_thread())",
                                      "Children*"),
    "the reaper gets the keys of the server": (REAPER, '"TMPDIR={}", tmp)}', '"TMPDIR={}", tmp), environ[0]}', "Reaping*"),
    "a launch under way counts as over": (LAUNCHES, "if (leader == 0) return true;", "if (leader == 0) return false;", "Launching*"),
    "who lost a folder removes it": (SESSION_FOLDER, "  if (!is_ours()) return {.state = Removal::State::done};\n", "",
                                     "SessionFolders*"),
    "what remains of a launch is not waited for": (ORPHANS, "      kill_tree(child);\n      any = true;\n    } else", "      kill_tree(child);\n    } else",
                                                   "Adopted*"),
    "what becomes another program is overlooked": (
        ORPHANS, "} else if (!mark && tells_nothing(child)) {\n      any = true;\n    }", "}", "Adopted*"),
    "what remains of other launches is killed": (ORPHANS, "mark->number == launch) {", "mark->number + 0 * launch != 0) {", "Adopted*"),
    "a group whose number came back is killed": (REAPER, "now == 0 || now == started", "now == 0 || now != 1",
                                                 "Reaping*"),
    "a killed reaper is not replaced": (REAPER, "else if (behind_ || !write_line(line)) {",
                                        "else if (static_cast<void>(write_line(line)), lifeline_ < 0) {",
                                        "Reaping*"),
    "a folder that is held is swept": (LOCK, "LOCK_EX | LOCK_NB", "LOCK_SH | LOCK_NB", "SessionFolders*:Sweeping*"),
    "a lock counts whose file is gone": (LOCK, "if (!is_still_there(folder, mine)) continue;",
                                         "if (!is_still_there(folder, mine) && i > 99) continue;", "FolderLocks*"),
    "a lock's file may be a link": (LOCK, "O_CREAT | O_NOFOLLOW", "O_CREAT", "SessionFolders*"),
    "a lock is inherited": (LOCK, "O_NONBLOCK | O_CLOEXEC", "O_NONBLOCK", "SessionFolders*"),
    "a root that is a link is used": (SESSION_ROOT, "O_DIRECTORY | O_NOFOLLOW |", "O_DIRECTORY |", "SessionFolders*:Sweeping*"),
    "a root of another user is used": (SESSION_ROOT, "info.st_uid != geteuid()", "info.st_uid == 77", "SessionFolders*"),
    "a root that others may enter is used": (SESSION_ROOT, "(info.st_mode & 0077U) != 0", "info.st_mode == 0",
                                             "SessionFolders*"),
    "a long root is used": (SESSION_ROOT, "wanted.size() <= kLongestRoot", "wanted.size() <= 2 * kLongestRoot",
                            "SessionFolders*"),
    "a name that leads elsewhere is removed": (SESSION_FOLDER, "!root->folder || !same(folder_.get()",
                                               "!root->folder || same(-1", "SessionFolders*"),
    "a removal enters mounts": (REMOVE_TREE, "info.st_dev != top_info_.st_dev || is_mount(inner.get())",
                                "(info.st_dev == 0 && is_mount(inner.get()))",
                                "RemoveTree*:Sweeping*"),
    "a leftover that is a link is followed": (SESSION_FOLDER, "constexpr int kFolderToOpen = O_RDONLY | O_DIRECTORY | O_NOFOLLOW |",
                                              "constexpr int kFolderToOpen = O_RDONLY | O_DIRECTORY |", "SessionFolders*:Sweeping*"),
    "a removal has no budget": (REMOVE_TREE, "out_.removed >= budget_", "out_.removed >= 1000 * budget_", "RemoveTree*:Sweeping*"),
    "a neighbour's browser is killed by the sweep": (
        SWEEP, "if (at == std::string::npos || (at > 0 && words[at - 1] != '\\0' && words[at - 1] != ' ')) continue;",
        "if (at == std::string::npos) continue;", "Sweeping*"),
    "a browser on a leftover lives on": (SWEEP, "    kill_users(path);\n", "", "Sweeping*"),
    "arguments have no mark": (CHILD, "if (options.marks_arguments) before", "if (false) before", "Adopted*"),
    "a child has two marks": (CHILD, "  std::erase_if(options.environment, [](const std::string& entry) { return entry.starts_with(kLaunchVariable); });\n", "",
                              "Children*"),
    "who has ended leads its launch": (PROCESS, "  Launches::of_this_process().ended(launch_);\n", "", "Children*"),
    "who was let go of leads its launch": (CHILD, "  launches.ended(launch);\n  bury", "  bury", "Children*"),
    "an orphan of another server is killed": (ORPHANS, "if (mark && mark->family == family && !Launches", "if (mark && !Launches",
                                              "Adopted*"),
    "what remains of another server's launch is killed": (
        ORPHANS, "if (mark && mark->family == family && mark->number", "if (mark && mark->number", "Adopted*"),
    "children from before stay when they are dead": (ORPHANS, "    if (before_.contains(child)) wait_for_dead(held);\n", "",
                                                     "Adopted*"),
    "what is below an orphan lives on": (ORPHANS, "  for (const pid_t pid : below) kill(pid, SIGKILL);\n", "", "Adopted*"),
    "helpers are orphans": (ORPHANS, "return !launches.leads(child) && !launches.helps(child) &&",
                            "return !launches.leads(child) &&", "Adopted*"),
    "a reaper kills what was forgotten": (REAPER, "      groups.erase(group);\n", "      static_cast<void>(started);\n", "Reaping*"),
    "a reaper removes what was forgotten": (REAPER, "        profiles.erase(path);\n", "        path.clear();\n", "Reaping*"),
    "a profile's path ends at a blank": (REAPER, "std::getline(words >> std::ws, path);", "words >> path;", "Reaping*"),
    "a holder's words are taken as they are": (LOCK, "return c < 0x20 || c > 0x7e;", "return c == 0x20;", "SessionFolders*"),
    "an earlier holder's words stay": (LOCK, "ftruncate(out.file_.get(), 0) != 0 ||\n        ", "", "SessionFolders*"),
    "a session's folder is removed as a kept one": (SESSION_FOLDER, "!root->folder || !name.starts_with(kKeptPrefix)",
                                                    "!root->folder", "SessionFolders*"),
    "who finds a folder held does not come back": (SESSION_FOLDER, "      else if (!taken.error().held)\n", "      else\n",
                                                   "SessionFolders*"),
    "a sweep kills by number": (SWEEP, "if (process && still)", "if (process && (still || true))", "Sweeping*"),
    "a sweep names each problem": (SWEEP, "if (problems_.size() < kMostProblems) problems_", "problems_", "Sweeping*"),
    "a folder that cannot be written to stays": (REMOVE_TREE, "    fchmod(inner.get(), 0700);\n", "", "RemoveTree*"),
    "a replay shows what was typed": (REPLAYS, "json::write(earlier(mask(*value)))",
                                       "(static_cast<void>(mask), static_cast<void>(earlier), json::write(*value))", "Replays*"),
    "a later operation shows what an earlier one hid": (REPLAYS, "session.mask.remember(action.mask);", "", "Replays*"),
    "a part of a value is masked first": (REPLAY_MASK, "a.text.size() > b.text.size()", "a.text.size() < b.text.size()", "Replays*"),
    "of values that overlap the later one is shown": (REPLAY_MASK, "end = std::max(end, at + found->text.size());",
                                                      "end = end > at ? end : at + found->text.size();", "Replays*"),
    "operations are kept as they are written": (REPLAYS, "std::ranges::upper_bound(session.actions, written->ended, {}, &Kept::ended)",
                                                "session.actions.end()", "Replays*"),
    "a URL is kept as long as it is": (REPLAYS, "limits_.url_bytes);", "std::size_t(-1));", "Replays*"),
    "a URL takes no room": (REPLAYS_H, "return json.size() + url.size();", "return json.size();", "Replays*"),
    "masks take no room": (REPLAYS, "  count(session, session.mask.bytes(), earlier.bytes());\n", "", "Replays*"),
    "a run that is over keeps its URL": (RUN, "  accounted_ = {};  // a page", "  // a page", "Run.*"),
    "what is to be masked is masked on the loop": (OPERATIONS, "Offload::is_large(draft.work())", "false", "Service*"),
    "values cost nothing to mask": (REPLAYS, "bytes * (1 + action_.mask.spellings() + earlier_.spellings())", "bytes", "Replays*"),
    "a run has its outcome before it is written down": (RUNS, "  if (settling) co_await tell(settling, *run, *outcome);\n  settle(run, std::move(*outcome));\n",
                                                        "  settle(run, *outcome);\n  if (settling) co_await tell(settling, *run, *outcome);\n", "Runs*"),
    "work takes all places": (
        "src/net/connection_places.cc", "at_work + limits_.kept_from(work) >=", "at_work >=", "ConnectionPlaces*:HttpServer*"),
    "newcomers drive each other out": (
        "src/net/connection_places.cc", "size() <= limits_.newcomers()", "size() == 0", "ConnectionPlaces*"),
    "newcomers drive out all that are idle": (
        "src/net/connection_places.cc", "size() <= limits_.newcomers()", "size() < 1000", "ConnectionPlaces*"),
    "a crowd is accepted before any of it is heard": (
        "src/net/http_server.cc", "unheard > limits_of(config_).kept_from_work() / kCrowds", "unheard > 1000 * kCrowds", "HttpServer*"),
    "who can be spared does not count as work": (
        "src/net/connection_places.cc", "at_work += all_[i].size();", "at_work += 0 * all_[i].size();", "ConnectionPlaces*"),
    "of those that wait for the same the first goes first": (
        "src/net/connection_places.h", "n + kMostAhead - std::min(ahead, kMostAhead)", "n + std::min(ahead, kMostAhead) - 1", "ConnectionPlaces*"),
    "who waits behind others is not spared": (HTTP_CONNECTION, "watch_.is_spare(waits_behind_);", "watch_.is(state);", "HttpServer*"),
    "who gave way is not told to come again": (
        HTTP_CONNECTION, "  if (!bug && gives_way_ && !answered_) say_crowded_out();\n", "", "HttpServer*"),
    "who gave way goes on with its next request": (HTTP_CONNECTION, "    if (gives_way_) co_return;\n", "", "HttpServer*"),
    "what is brief waits for work": (HTTP_CONNECTION, "!handler_.is_brief(request_) && ", "", "HttpServer*"),
    "what frees places is refused for want of them": (
        HTTP_CONNECTION, "handler_.frees_places(request_) ?", "false ?", "HttpServer*"),
    "what frees places may take all that are kept": (
        "src/net/connection_places.h", "(kept_from_work() + 1) / 2", "0", "ConnectionPlaces*:HttpServer*"),
    "an end is work like any other": (SERVICE, "operation == Operation::end || ", "", "Service.WhatEndsWork*"),
    "a cancellation is work like any other": (SERVICE, "operation == Operation::cancel || ", "", "Service.WhatEndsWork*"),
    "what is refused for want of places is done": (
        HTTP_CONNECTION, "co_return co_await refuse(ProtocolError::crowded_out);\n  become", "co_await refuse(ProtocolError::crowded_out);\n  become", "HttpServer*"),
    "who takes a piece now and then holds any number of bytes": (
        "src/net/connection_places.cc", "unsent_ > kMostOver * limits_.unsent_bytes", "false", "ConnectionPlaces*:HttpServer*"),
    "who holds least goes first": (
        "src/net/connection_places.cc", "unsent > most)", "most == 0 || unsent < most)", "ConnectionPlaces*"),
    "who gives way as it writes goes on": (HTTP_CONNECTION, "    if (gives_way_) return 0;", "    ", "HttpServer*"),
    "addresses are tried one after the other": (
        "src/net/staggered.h", "aio::race(before_failed.wait(), clock_.sleep(kDelay))", "aio::race(before_failed.wait(), never_.wait())", "Staggered*"),
    "a name has any number of addresses": (
        "src/net/resolve.cc", "kMostAddresses = 16", "kMostAddresses = 1600", "Resolve.WhoAnswers*"),
    "addresses are tried all at once": ("src/net/staggered.h", "clock_.sleep(kDelay)", "clock_.sleep(base::Duration{})", "Staggered*"),
    "an address that refuses holds up the next": ("src/net/staggered.h", "    failed.set();\n", "    if (failures_ > 99) failed.set();\n", "Staggered*"),
    "the first address to fail is the last": ("src/net/staggered.h", "if (++failures_ == count_)", "if (++failures_ > 0)", "Staggered*"),
    "a reserved opcode passes": (FRAMES, "if (opcode_ > 10 || (opcode_ > 2 && !is_control()))", "if (false)", "FrameChecker*"),
    "a length that cannot be is waited for": (FRAMES, "if (at_ == 3 && header_ == 10 && byte >= 0x80)", "if (false)",
                                              "FrameChecker*"),
    "fragments add up without end": (FRAMES, "max_message_ - std::min(max_message_, message_)", "max_message_", "FrameChecker*"),
    "who breaks the protocol is not told": (WEBSOCKET, "if (!queue_.empty() || closing_) return cut();",
                                            "if (true || closing_) return cut();", "WebSocket*"),
    "a URL has any length": (HTTP_CLIENT, "call_.url.size() > kMaxUrl", "false", "HttpClient*"),
    "what curl does not take ends the process": (HTTP_CLIENT, "    if (code == CURLE_OK) return {};\n",
                                                 "    CHECK(code == CURLE_OK, curl_easy_strerror(code));\n", "HttpClient*"),
    "a head has any number of fields": (READER, "if (std::distance(head.begin(), head.end()) > kMostFields)", "if (false)", "HttpReader*"),
    "fields are joined by their case": (READER, "base::to_lower_ascii(std::string_view(field.name_string()))",
                                        "std::string(field.name_string())", "HttpReader*"),
    "what comes to who gives way is carried out": (
        HTTP_CONNECTION, "    if (gives_way_) co_return co_await refuse_broken_off(asio::error::operation_aborted, in_body);\n", "",
        "HttpServer*"),
    "who gives way with a whole request is told nothing": (
        HTTP_CONNECTION, "if (gives_way_ && reader_.mid_request()) {", "if (gives_way_ && !reader_.mid_request()) {", "HttpServer*"),
    "answers are unpacked on the loop": (HTTP_CLIENT, "    set(CURLOPT_HTTPHEADER, lines_.get());\n",
                                         '    set(CURLOPT_HTTPHEADER, lines_.get());\n    set(CURLOPT_ACCEPT_ENCODING, "");\n', "HttpClient*"),
    "a packed answer is taken as it is": (HTTP_CLIENT, "if (received_ > 0 && coding &&", "if (false && coding &&", "HttpClient*"),
    "a time overflows": (FLAG_VALUES, "!number || *number > kLongestDuration / unit->second", "!number", "Options*"),
    "a number without a unit is a time": (FLAG_VALUES, "unit->first.empty() && *number != 0 &&", "false &&", "*Flag*:Options*"),
    "a flag's list is added to the variable's": (
        "src/app/options.cc", "if (flag->clear && cleared_", "if (false && flag->clear && cleared_", "Flags*"),
    "what is like a flag of ours is ignored": (
        "src/app/options.cc", "if (!meant.empty()) return refused(fmt::format(\"unknown flag",
        "if (false) return refused(fmt::format(\"unknown flag", "Options*"),
    "streams are silent for as long as a model thinks": (
        "src/api/view.cc", "clock.sleep(kHeartbeat)", "clock.sleep_until(base::kNever)", "View*"),
    "any origin may read answers": (
        "src/api/cors.cc", "!origin || std::ranges::find(settings.allowed_origins, *origin) == settings.allowed_origins.end()",
        "!origin || settings.allowed_origins.size() > 1'000", "Cors*"),
    "as many issues as wrong values": (LAUNCH_VALUES, "issues_.size() >= json::kMostIssues", "issues_.size() >= 100'000", "Start*"),
    "a caller's switches win over the server's own": (
        LAUNCH_VALUES, "if (browser == Browser::attached) continue;", "if (browser <= Browser::attached) continue;", "Start.RefusesSwitches*"),
    "credentials of a proxy are on the command line": (
        "src/api/schemas/own_switches.cc", 'name == "proxy-server" &&', 'name == "" &&', "Start.RefusesSwitches*"),
    "all patterns of a schema are compiled on the loop": (
        "src/api/schemas/operations.cc", "kSchemaLookSteps = 50'000;", "kSchemaLookSteps = 50'000'000;", "OperationSchemas.SomeHundred*"),
    "credentials of any other URL are on the command line": (
        "src/api/schemas/own_switches.cc", "if (has_credentials(arg))", "if (arg.empty() && has_credentials(arg))", "Start.RefusesSwitches*"),
    "a backslash of a URL hides credentials on the command line": (
        "src/api/schemas/own_switches.cc", "kSlashes = \"/", "kSlashes = \"", "Start.RefusesSwitches*"),
    "a browser has any number of switches": (START_SHAPE, "kMostSwitches = 1000;", "kMostSwitches = 100'000;", "Start*"),
    "a request has any number of headers": (MODEL_SHAPE, "kMostHeaders = 100;", "kMostHeaders = 10'000;", "Start*"),
    "every death is a crash": (OPENING, "if (cause.message != kCrashed)", "if (false)", "*Clause13*"),
    "memory is given back by what is free alone": (
        "src/app/memory.cc", " && beyond >= least_ + kWorthIt", "", "MemoryRelease.IsDueOnce*"),
    "memory is given back by what is resident alone": (
        "src/app/memory.cc", "resident - std::min(resident, allocated.used)", "resident", "MemoryRelease.IsDueWhen*"),
    "large blocks are not counted as used": (
        "src/app/memory.cc", "all.uordblks + all.hblkhd", "all.uordblks", "MemoryRelease.Tells*"),
    "what is in the profile of the operator's own browser is a profile": (
        USER_DATA, "if (mine.starts_with(plain(profile) + '/'))", "if (mine == plain(profile) + '/')",
        "UserDatas.InTheOperatorsOwnBrowser*"),
    "a folder is made before it is seen to be in the operator's own profile": (
        USER_DATA, "if (auto own = found ? not_in", "if (auto own = false ? not_in", "UserDatas.InTheOperatorsOwnBrowser*"),
    "a start's check asks for no profile that is not there yet": (
        USER_DATA, "    auto own = not_in_own_profile(found->path, environment);", "    base::Result<void> own;",
        "UserDatas.InTheOperatorsOwnBrowser*"),
}
