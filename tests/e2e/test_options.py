"""Flags and environment: --help, --version, unknown arguments, bad values, a taken port."""

import json
import os
import socket
import subprocess

import setup_path  # noqa: F401
from harness.case import ServerCase, main
from harness.patience import PATIENCE
from harness.server import BINARY


class Options(ServerCase):
    def leave(self, *arguments, env=None):
        """Runs it to its end; what it does not leave by itself is a failure of the test."""
        env = {"PATH": os.environ["PATH"], "HOST": "127.0.0.1", "PORT": "0", **(env or {})}
        return subprocess.run([BINARY, *arguments], env=env, capture_output=True, text=True, timeout=PATIENCE, check=False)

    def test_version_prints_the_commit_and_its_time_and_leaves_wherever_it_stands(self):
        result = self.leave("--port", "0", "--version")
        self.assertEqual(result.returncode, 0)
        self.assertRegex(result.stdout, r"(?m)^commit: \w+$")
        self.assertRegex(result.stdout, r"(?m)^timestamp: \S+$")

    def test_help_names_every_flag_its_variable_and_its_default(self):
        result = self.leave("--help")
        self.assertEqual(result.returncode, 0)
        for word in ("--max-sessions", "BELAY_MAX_SESSIONS", "--chromium-sandbox", "PORT", "3000", "--token", "NODE_ENV"):
            self.assertIn(word, result.stdout)

    def test_flags_of_other_programs_get_one_warning_each_and_are_ignored(self):
        server = self.server("--node-options=--no-lazy", "--enable-source-maps")
        warnings = [json.loads(line)["msg"] for line in server.lines if '"warn"' in line]
        self.assertEqual([text for text in warnings if "unknown" in text],
                         ["unknown argument --node-options is ignored", "unknown argument --enable-source-maps is ignored"])
        self.assertEqual(server.ask("GET", "/healthz").status, 200)

    def test_what_looks_like_a_flag_of_ours_does_not_start_a_server(self):
        for arguments, told in ((["--max-sesions=5"], "did you mean --max-sessions?"),
                                (["--tokn-file", "x"], "did you mean --token-file?"), (["-p", "3000"], "two dashes"),
                                (["--headless=maybe"], "true or false"), (["serve"], "no flag"),
                                (["--insecure", "false"], "--insecure=VALUE")):
            result = self.leave(*arguments)
            self.assertEqual((result.returncode, result.stdout), (1, ""), result)
            self.assertIn(told, result.stderr)
        self.assertIn("did you mean BELAY_TOKEN?", self.leave(env={"BELAY_TOKN": "x"}).stderr)

    def test_help_and_version_have_their_usual_names(self):
        for word in ("-h", "help", "--help"):
            self.assertEqual(self.leave(word).stdout, self.leave("--help").stdout)
        for word in ("-v", "-V", "version"):
            self.assertEqual(self.leave(word).stdout, self.leave("--version").stdout)
        self.assertIn("TIME is a number with its unit", self.leave("--help").stdout)

    def test_a_bad_value_of_a_known_flag_or_variable_is_told_and_leaves_with_1(self):
        bad = [(["--max-sessions", "0"], {}), (["--max-sessions", "-1"], {}), (["--port", "70000"], {}),
               (["--idle-ttl", "soon"], {}), (["--chromium-sandbox", "maybe"], {}), (["--log-level", "loud"], {}),
               (["--token", "short"], {}), (["--max-sessions"], {}), (["--max-sessions", "5", "--max-sessions-hard", "4"], {}),
               ([], {"PORT": "http"}), ([], {"NODE_ENV": "prod"}), ([], {"NODE_ENV": ""}), ([], {"BB_ENV": "moon"}),
               ([], {"BELAY_MAX_SESSIONS": "many"}), (["--idle-ttl", "300"], {}), ([], {"CHROME_PATH": "/nonexistent"}),
               (["--ca-file", "/nonexistent"], {}), (["--allowed-origins", "not an origin"], {}),
               (["--allowed-hosts", "a:80"], {}), (["--search-url", "nowhere"], {})]
        for arguments, env in bad:
            with self.subTest(arguments=arguments, env=env):
                result = self.leave(*arguments, env=env)
                self.assertEqual(result.returncode, 1, result)
                self.assertTrue(result.stderr.strip())
                self.assertNotIn("short", result.stderr)

    def test_a_taken_port_is_told_and_leaves_with_1(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = str(taken.getsockname()[1])
            result = self.leave("--port", port)
        self.assertEqual(result.returncode, 1)
        self.assertIn(port, result.stderr)

    def test_a_host_that_does_not_resolve_is_told_and_leaves_with_1(self):
        result = self.leave("--host", "nowhere.invalid")
        self.assertEqual(result.returncode, 1)
        self.assertIn("nowhere.invalid", result.stderr)

    def test_flags_win_over_the_environment(self):
        server = self.server("--max-sessions", "1", "--max-sessions-hard", "1", "--admission-timeout", "1ms",
                             env={"BELAY_MAX_SESSIONS": "7", "BELAY_MAX_SESSIONS_HARD": "7"})
        self.assertEqual(server.ask("GET", "/healthz").status, 200)

    def test_what_has_fixed_labels_is_measured_from_the_beginning(self):
        """A rate over a counter that appears with its first event misses that one."""
        server = self.server()
        for name in ("belay_sessions_started_total", "belay_sessions_ended_total", "belay_starts_refused_total",
                     "belay_pin_alarms_total", "belay_internal_errors_total", "belay_retries_joined_total",
                     "belay_agent_steps_total", "belay_operation_queue_seconds_count", "belay_snapshot_seconds_count",
                     "belay_snapshot_chars_count"):
            self.assertEqual(server.metric(name), 0, name)

    def test_every_line_of_the_log_is_a_json_object(self):
        server = self.server()
        server.ask("POST", "/v1/sessions/start", {})
        server.stop()
        for line in server.lines:
            entry = json.loads(line)
            self.assertTrue({"level", "time", "pid", "msg"} <= set(entry), line)


if __name__ == "__main__":
    main()
