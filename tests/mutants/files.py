"""The sources in which mutants are made."""

STORE, OPENING, ENDING, MANAGER, CHORES, ADMISSION, HOLD_TIMES = (f"src/session/{name}" for name in (
    "store.cc", "manager_opening.cc", "manager_ending.cc", "manager.cc", "manager_chores.cc", "admission.cc", "hold_times.h"))
MANAGER_H = "src/session/manager.h"
TOMBSTONES, TOMBSTONES_H = "src/session/tombstones.cc", "src/session/tombstones.h"
VIEW, RUN, RUNS, OPERATIONS = "src/api/view.cc", "src/api/run.cc", "src/api/runs.cc", "src/api/handlers/operations.cc"
START, LAUNCH_VALUES, START_SHAPE, MODEL_SHAPE = (
    f"src/api/{name}.cc" for name in ("handlers/start", "schemas/launch_values", "schemas/start", "schemas/model"))
BODY_H, END, KEPT_RUNS, KEPT_RUNS_H = (
    "src/api/body.h", "src/api/handlers/end.cc", "src/api/kept_runs.cc", "src/api/kept_runs.h")
SERVICE, EXAMINED, HELD_BYTES, HELD_BYTES_H, UNREAD_STARTS = (f"src/api/{name}" for name in (
    "service.cc", "handlers/examined.cc", "held_bytes.cc", "held_bytes.h", "unread_starts.h"))
ANSWER_RECEIPT = "src/net/answer_receipt.cc"
REPLAYS, GUARD = "src/api/replays.cc", "src/api/guard.cc"
PROCESS, REAPER, ORPHANS, LAUNCHES, LAUNCHER, MAKE_CHILD, CHILD = (f"src/os/{name}.cc" for name in (
    "process", "reaper", "orphans", "launches", "launcher", "make_child", "child"))
ASIDE = "src/os/aside.h"
LOCK, SESSION_ROOT, SESSION_FOLDER, REMOVE_TREE, SWEEP = (f"src/os/{name}.cc" for name in (
    "folder_lock", "session_root", "session_folder", "remove_tree", "sweep"))
LOOP, WATCH, ENDING_OF_RUNS, HISTORY, REPLAY, FIND_AGAIN, CACHE, REPLY_BOUNDS = (f"src/agent/{name}.cc" for name in (
    "loop", "watch", "ending", "history", "replay", "find_again", "cache", "reply_bounds"))
RETRY, HTTP_LLM, REDACT = (f"src/llm/{name}.cc" for name in ("retry", "http_llm", "redact"))
PAGE_TOOLS, CDP_SESSION, FLAG_VALUES = "src/agent/page_tools.cc", "src/cdp/session.cc", "src/app/flag_values.cc"
READER, HTTP_CONNECTION = "src/net/http_reader.cc", "src/net/http_connection.cc"
FRAMES, WEBSOCKET, HTTP_CLIENT ="src/net/frame_checker.cc", "src/net/websocket.cc", "src/net/http_client.cc"
REPLAYS, REPLAYS_H, REPLAY_MASK = "src/api/replays.cc", "src/api/replays.h", "src/api/replay_mask.cc"
REDACTOR, URL_SECRETS, KNOWN_VALUES, LOG = (
    f"src/base/{name}.cc" for name in ("redactor", "url_secrets", "known_values", "log"))
VARIABLES, NAMED_FILES, PROMPTS = (f"src/engine/{name}.cc" for name in ("variables", "named_files", "prompts"))
OWN_TOOLS, MCP_CLIENT, WEB_SEARCH, TOOL_ANSWER = (
    f"src/engine/{name}.cc" for name in ("own_tools", "mcp_client", "web_search", "tool_answer"))
PEER_EXCHANGE, AGENT_RECORD = "src/engine/peer_exchange.h", "src/engine_api/agent.cc"
MASK = "src/browser/snapshot/mask.cc"

JOURNEY, JOURNEY_CC = "src/browser/journey.h", "src/browser/journey.cc"
NAVIGATION, NAVIGATE, DEPARTURE = (f"src/browser/{name}.cc" for name in ("navigation", "navigate", "departure"))
ACCESSIBILITY = "src/browser/snapshot/accessibility.cc"
COMPOSE = "src/browser/snapshot/snapshot.cc"
FRAME_ROOTS, ROOT_ROUNDS, PAGE_SNAPSHOT = (
    f"src/browser/{name}.cc" for name in ("frame_roots", "root_rounds", "snapshot/page_snapshot"))
(SCRIPT_API, CLOSED, FOCUS, LOCATE, LOST, POINTING, PRESSING, SNAPSHOT_SCRIPT, TEXT_FIELDS, TEXT_TAKEN, TREE, TYPING,
 WAITING) = (
    f"src/browser/script/{name}.js" for name in (
        "api", "closed", "focus", "locate", "lost", "pointing", "pressing", "snapshot", "text_fields", "text_taken", "tree", "typing",
        "waiting"))
EXTRACT, OBSERVE = "src/engine/extract.cc", "src/engine/observe.cc"
EXPOSITION = "src/metrics/exposition.h"
COMPUTE, SCHEMA_BUDGET = "src/aio/compute.h", "src/llm/schema_budget.h"
WORKERS, OFFLOAD, TLS, NAMED_FOLDER = "src/aio/workers.h", "src/api/offload.cc", "src/net/tls.cc", "src/browser/named_folder.cc"
FOLDER_USES, USER_DATA = "src/browser/folder_uses.cc", "src/browser/user_data.cc"
