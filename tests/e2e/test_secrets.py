"""Keys, tokens and variables never reach the log, the metrics, an error or the browser's environment."""

import os

import setup_path  # noqa: F401
from harness import proc
from harness.browserbase import Browserbase
from harness.case import ServerCase, main
from harness.model import Model
from harness.server import action, local

SECRETS = {"token": "tok-3f1f6b0e-do-not-print", "header key": "hdr-77aa12-do-not-print",
           "model key": "mdl-91c2d4-do-not-print", "variable": "var-hunter2-do-not-print",
           "environment key": "env-5e6f70-do-not-print", "proxy password": "prx-0a1b2c-do-not-print",
           "cdp header": "cdp-3d4e5f-do-not-print", "connect url": "url-6c7d8e-do-not-print"}


class Secrets(ServerCase):
    def test_no_secret_is_ever_printed_or_handed_to_chromium(self):
        browserbase = Browserbase(f"ws://127.0.0.1:9/?signingKey={SECRETS['connect url']}")
        self.addCleanup(browserbase.close)
        server = self.server("--token", SECRETS["token"], "--log-level", "debug",
                             env={"BROWSERBASE_BASE_URL": browserbase.url,
                                  "OPENAI_API_KEY": SECRETS["environment key"], "ANTHROPIC_API_KEY": SECRETS["environment key"],
                                  "BROWSERBASE_API_KEY": SECRETS["environment key"],
                                  "MODEL_API_KEY": SECRETS["environment key"]})
        headers = {"Authorization": f"Bearer {SECRETS['token']}", "x-model-api-key": SECRETS["header key"],
                   "x-bb-api-key": SECRETS["header key"]}
        session = server.start(local(), headers)
        started = server.processes()
        self.assertTrue(any("--belay-reaper" in proc.command_line(pid) for pid in started), "the reaper is among them")
        for pid in started:
            seen = proc.environment(pid) + proc.command_line(pid)
            for name, secret in SECRETS.items():
                self.assertNotIn(secret, seen, f"{name} reached {proc.command_line(pid)[:80]}")
        self.assertEqual(server.navigate(session, f"{self.site.url}/", headers).status, 200)
        # A provider that repeats the key that it refuses.
        provider = Model()
        self.addCleanup(provider.close)
        provider.failures.append((401, {}, {"error": {"message": f"no such key: {SECRETS['model key']}"}}))
        model = {"modelName": "openai/gpt-4o", "apiKey": SECRETS["model key"], "baseURL": provider.url}
        fill = action("fill", "#name", "%password%")
        answers = [
            server.operation(session, "act", {"input": fill, "options": {
                "variables": {"password": SECRETS["variable"]}, "model": model}}, headers),
            server.operation(session, "act", {"input": "log in with %password%", "options": {
                "variables": {"password": SECRETS["variable"]}, "model": model}}, headers),
            server.operation(session, "act", {"input": fill, "options": {"model": {**model, "bogus": 1}}}, headers),
            server.operation(session, "act", {"input": action("fill", "#missing", "%password%"), "options": {
                "variables": {"password": SECRETS["variable"]}, "timeout": 300}}, headers),
            server.start_answer(local(proxy={"server": "::::", "password": SECRETS["proxy password"]}), headers),
            server.start_answer(local(executablePath="/nonexistent"), headers),
            server.start_answer({"modelName": "openai/x", "browser": {"type": "local", "launchOptions": {
                "cdpUrl": "ws://127.0.0.1:9/x", "cdpHeaders": {"authorization": SECRETS["cdp header"]},
                "connectTimeoutMs": 300}}}, headers),
            server.navigate(server.start({"modelName": "openai/x"}, headers), f"{self.site.url}/", headers),
            server.ask("POST", "/v1/sessions/start", {}, {"Authorization": f"Bearer {SECRETS['token']}x"}),
            server.ask("GET", "/metrics", headers=headers),
        ]
        self.assertEqual([a.status for a in answers[:3]], [200, 500, 400], answers[:3])
        for answer in answers:
            for name, secret in SECRETS.items():
                self.assertNotIn(secret, answer.body.decode(), f"{name} in an answer")
        self.assertEqual(server.ask("POST", f"/v1/sessions/{session}/end", headers=headers).status, 200)
        server.stop()
        for line in server.lines + server.errors:
            for name, secret in SECRETS.items():
                self.assertNotIn(secret, line, f"{name} in the log")
        self.assertTrue(os.path.isdir(server.folder))


if __name__ == "__main__":
    main()
