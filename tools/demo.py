"""What ./run demo shows: one session is driven end to end on a page that the server itself serves; while it is busy the
server is filled beyond its capacity; the busy session lives, idle ones are evicted. Exits 0 only when that held."""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time

CAPACITY = 3
LAUNCH = {"headless": True}


class Server:
    def __init__(self, binary, arguments):
        command = [binary, "--port", "0", "--host", "127.0.0.1", "--demo-page", "--max-sessions", str(CAPACITY),
                   "--min-idle", "0",  # so that evictions are seen at once
                   *(["--chromium-sandbox=off"] if os.getuid() == 0 else []), *arguments]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        for line in self.process.stdout:
            match = re.search(r"Server listening at http://127\.0\.0\.1:(\d+)", line)
            if match:
                self.port = int(match.group(1))
                break
        else:
            sys.exit("the server did not start")
        threading.Thread(target=self.process.stdout.read, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.port}"

    def post(self, path, body=None):
        """Returns (status, body, x-session-state)."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            payload = None if body is None else json.dumps(body)
            headers = {} if body is None else {"content-type": "application/json"}
            connection.request("POST", path, payload, headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read()), answer.getheader("x-session-state")
        finally:
            connection.close()

    def start(self):
        status, body, _ = self.post("/v1/sessions/start", {
            "modelName": "openai/gpt-6-luna", "browser": {"type": "local", "launchOptions": LAUNCH}})
        if status != 200:
            sys.exit(f"start was answered {status}: {body}")
        return body["data"]["sessionId"]

    def act(self, session, method, selector, *arguments):
        return self.post(f"/v1/sessions/{session}/act", {"input": {
            "selector": selector, "description": f"{method} {selector}", "method": method,
            "arguments": list(arguments)}, "options": {"timeout": 20000}})

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(10)


def say(text):
    print(text, flush=True)


def succeeded(answer):
    return answer[0] == 200 and answer[1]["data"]["result"]["success"]


def drive(server):
    began = time.monotonic()
    busy = server.start()
    took = time.monotonic() - began
    say(f"  {busy[:8]}  started with a browser of its own, {took:.2f} s")
    # The button outwaits the starts that come, on a slow machine too.
    page = f"{server.url}/demo?late={max(6, 3 * (CAPACITY + 1) * took):.0f}"
    status, _, _ = server.post(f"/v1/sessions/{busy}/navigate", {"url": page})
    say(f"  {busy[:8]}  navigate {page}: {status}")
    good = status == 200
    for step in (("fill", "#name", "Ada"), ("click", "#say")):
        answer = server.act(busy, *step)
        say(f"  {busy[:8]}  {answer[1]['data']['result']['message'] if answer[0] == 200 else answer}")
        good = good and succeeded(answer)
    server.post(f"/v1/sessions/{busy}/navigate", {"url": page})
    return busy, good


def main():
    server = Server(sys.argv[1], sys.argv[2:])
    say(f"Belay at {server.url}, at most {CAPACITY} sessions.\n\nOne session, end to end:")
    good = False
    try:
        busy, good = drive(server)
        answer = []
        click = threading.Thread(target=lambda: answer.append(server.act(busy, "click", "#late")))
        click.start()
        say(f"  {busy[:8]}  now waits for a button that takes some seconds to be ready: it is in use")
        time.sleep(0.2)  # for the reader: the order of the lines below is the order of events

        say(f"\n{CAPACITY + 1} more sessions are started, all idle and all used more recently:")
        others = []
        for _ in range(CAPACITY + 1):
            others.append(server.start())
            say(f"  {others[-1][:8]}  started" + (": one too many" if len(others) >= CAPACITY else ""))
        say("  " + ("the click is still waiting" if click.is_alive() else "the click was already done: nothing shown"))
        good = good and click.is_alive()
        click.join()

        say("\nAfterwards:")
        lived = succeeded(answer[0])
        good = good and lived
        say(f"  {busy[:8]}  {'lived: ' + answer[0][1]['data']['result']['message'] if lived else answer[0]}")
        evicted = 0
        for session in others:
            status, body, state = server.post(f"/v1/sessions/{session}/end")
            evicted += state == "evicted"
            say(f"  {session[:8]}  " + ("still there, now ended" if status == 200
                                        else f"was idle, {state}: {status} {body['message']}"))
        status, _, _ = server.post(f"/v1/sessions/{busy}/end")
        say(f"  {busy[:8]}  ended by us: {status}")
        good = good and evicted > 0 and status == 200
    finally:
        code = server.stop()
    good = good and code == 0
    say("\nThe session in use lived; idle ones made room." if good else "\nThis did not go as promised.")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
