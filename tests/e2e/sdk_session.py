"""What a user of the official Python SDK does; run by test_python_sdk.py with the SDK's own interpreter. Prints one JSON
object. Arguments: the URL of a page."""

import json
import os
import sys
import time

from stagehand import Stagehand

QUIET = ["--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--disable-quic", "--no-first-run"]
FILL = {"selector": "#name", "description": "the name", "method": "fill", "arguments": ["Ada"]}
CLICK = {"selector": "#go", "description": "the button", "method": "click", "arguments": []}


def main():
    told = {}
    client = Stagehand(server="local", local_host="127.0.0.1", local_port=0, local_headless=True,
                       model_api_key="not-a-key", browserbase_api_key="unused", browserbase_project_id="unused")
    launch = {"headless": True, "args": QUIET, "executable_path": os.environ["CHROME_PATH"]}
    began = time.monotonic()
    started = client.sessions.start(model_name="openai/gpt-4o-mini", browser={"type": "local", "launch_options": launch})
    told["start_s"] = time.monotonic() - began
    session = started.data.session_id
    told["navigated"] = client.sessions.navigate(session, url=sys.argv[1]).success
    told["filled"] = client.sessions.act(session, input=FILL).data.result.success
    stream = client.sessions.act(session, input=CLICK, stream_response=True)
    told["events"] = [event.data.status for event in stream]
    told["ended"] = client.sessions.end(session).success
    # Exactly what the SDK's own local mode sends when it is told nothing about a browser.
    bare = client.sessions.start(model_name="openai/gpt-4o-mini", browser={"type": "local"})
    told["bare_end"] = client.sessions.end(bare.data.session_id).success
    client.sessions.start(model_name="openai/gpt-4o-mini", browser={"type": "local", "launch_options": launch})
    began = time.monotonic()
    client.close()  # with a session still open: the server must be gone in time by itself
    told["close_s"] = time.monotonic() - began
    print(json.dumps(told))


if __name__ == "__main__":
    main()
