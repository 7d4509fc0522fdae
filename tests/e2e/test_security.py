"""Who may talk to the server: the loopback check, cross-site requests, tokens, and where it may listen."""

import json
import os
import resource
import socket
import subprocess
import unittest

import setup_path  # noqa: F401
from harness.case import ServerCase, main
from harness.client import Connection
from harness.patience import PATIENCE
from harness.server import BINARY, sanitized

TOKEN = "a-token-of-more-than-16-characters"
START = "/v1/sessions/start"


class Security(ServerCase):
    def test_on_the_loopback_a_foreign_host_is_refused_and_told_the_option(self):
        server = self.server("--allowed-hosts", "belay.internal")
        for host in ("evil.example", f"evil.example:{server.port}", "127.0.0.1.evil.example", "10.0.0.1"):
            for method, path in (("POST", START), ("GET", "/v1/sessions/x/replay"), ("POST", "/v1/sessions/x/act")):
                answer = server.ask(method, path, {} if method == "POST" else None, {"Host": host})
                self.assertEqual(answer.status, 403, f"{host} {path}: {answer}")
                self.assertIs(answer.json["success"], False)
                self.assertIn("--allowed-hosts", answer.json["message"])
        for host in ("localhost", f"localhost:{server.port}", "127.0.0.1", "[::1]", f"[::1]:{server.port}", "LOCALHOST",
                     "belay.internal"):
            answer = server.ask("POST", START, {}, {"Host": host})
            self.assertEqual(answer.status, 400, f"{host}: {answer}")  # went on to validation

    def test_pages_of_other_origins_are_refused(self):
        server = self.server("--allowed-origins", "https://app.example")
        for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
            answer = server.ask("POST", START, {}, headers)
            self.assertEqual(answer.status, 403, f"{headers}: {answer}")
            self.assertIs(answer.json["success"], False)
            self.assertIn("--allowed-origins", answer.json["message"])
        for headers in ({"Origin": "https://app.example"}, {"Origin": "https://app.example", "Sec-Fetch-Site": "cross-site"},
                        {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}):
            self.assertEqual(server.ask("POST", START, {}, headers).status, 400, headers)

    def test_the_address_that_it_was_told_to_listen_on_is_its_own_name(self):
        server = self.server("--host", "127.0.0.2", "--token", TOKEN)
        with Connection(server.port, "127.0.0.2") as connection:
            answer = connection.ask("GET", "/v1/sessions/x/replay", None, {"Host": f"127.0.0.2:{server.port}",
                                                                          "Authorization": f"Bearer {TOKEN}"})
        self.assertEqual(answer.status, 200, answer)

    def test_pages_of_an_allowed_origin_can_call_and_read_the_answer(self):
        app = {"Origin": "https://app.example"}
        server = self.server("--allowed-origins", "https://app.example", "--token", TOKEN)
        asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}
        answer = server.ask("OPTIONS", START, None, {**app, **asked})
        self.assertEqual((answer.status, answer.body), (204, b""), answer)
        self.assertIsNone(answer.header("content-length"))
        for name, value in (("origin", "https://app.example"), ("methods", "GET, POST, PUT"),
                            ("headers", "authorization,content-type")):
            self.assertEqual(answer.header(f"access-control-allow-{name}"), value)
        for headers, status in (({}, 401), ({"Authorization": f"Bearer {TOKEN}"}, 400)):
            answer = server.ask("POST", START, {}, {**app, **headers})
            self.assertEqual(answer.status, status, answer)
            self.assertEqual(answer.header("access-control-allow-origin"), "https://app.example")
            self.assertEqual(answer.header("vary"), "Origin")
        evil = server.ask("OPTIONS", START, None, {**asked, "Origin": "https://evil.example"})
        self.assertEqual((evil.status, evil.header("access-control-allow-origin")), (403, None))
        self.assertIsNone(server.ask("GET", "/healthz").header("access-control-allow-origin"))

    def test_flags_take_the_place_of_what_variables_allow(self):
        server = self.server("--allowed-hosts", "mine.test", "--allowed-origins", "https://mine.test",
                             env={"BELAY_ALLOWED_HOSTS": "other.test", "BELAY_ALLOWED_ORIGINS": "https://other.test"})
        for headers, status in (({"Host": "mine.test"}, 400), ({"Host": "other.test"}, 403),
                                ({"Origin": "https://mine.test"}, 400), ({"Origin": "https://other.test"}, 403)):
            self.assertEqual(server.ask("POST", START, {}, headers).status, status, headers)

    def test_every_answer_names_the_server_and_its_version(self):
        server = self.server()
        version = subprocess.run([BINARY, "--version"], capture_output=True, text=True, check=True).stdout.split()[1]
        for method, path in (("GET", "/healthz"), ("GET", "/nowhere"), ("POST", "/v1/sessions/x/end")):
            self.assertEqual(server.ask(method, path).header("server"), f"belay/{version}")

    def test_what_is_refused_is_in_the_log(self):
        server = self.server()
        server.ask("POST", START, {"modelName": "openai/x"})
        server.ask("POST", START, {"modelName": 7})
        server.ask("POST", START, {}, {"Origin": "http://me:hunter22@evil.example"})
        (first, second, third) = server.logged("request completed")
        self.assertIn("Origin http://me:***@evil.example is not allowed", third["refusal"])
        self.assertNotIn("hunter22", json.dumps(third))
        self.assertIn("Missing required headers for browserbase sessions", first["refusal"])
        self.assertIn('browser\\":{\\"type\\":\\"local', first["refusal"])
        self.assertIn("modelName", second["refusal"])

    def test_with_a_token_only_its_bearer_gets_in_and_probes_need_none(self):
        server = self.server("--token", TOKEN)
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {TOKEN}"}, {"x-bb-api-key": "bb"}):
            answer = server.ask("POST", START, {}, headers)
            self.assertEqual(answer.status, 401, f"{headers}: {answer}")
            self.assertIs(answer.json["success"], False)
        for headers in ({"Authorization": f"Bearer {TOKEN}"}, {"x-bb-api-key": TOKEN}):
            self.assertEqual(server.ask("POST", START, {}, headers).status, 400, headers)
        for path in ("/healthz", "/readyz"):
            self.assertEqual(server.ask("GET", path).status, 200)

    def as_nobody(self, port, path, then="print(connection.recv(65536).decode().split()[1])"):
        """The status that another user of this machine is answered with; "" where nothing is read."""
        script = ("import socket, struct\n"
                  f"connection = socket.create_connection(('127.0.0.1', {port}))\n"
                  f"connection.sendall(b'GET {path} HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n')\n" + then)
        result = subprocess.run(["/usr/bin/python3", "-c", script], user=65534, group=65534, extra_groups=[], cwd="/",
                                capture_output=True, text=True, timeout=PATIENCE, check=True)
        return result.stdout.strip()

    @unittest.skipUnless(os.geteuid() == 0, "only root can become somebody else")
    def test_without_a_token_other_users_of_the_machine_are_refused(self):
        server = self.server()
        if any("the kernel does not tell" in line for line in server.lines):
            self.skipTest("the kernel does not tell who calls")
        self.assertEqual(self.as_nobody(server.port, "/v1/sessions/x/replay"), "403")
        self.assertEqual(self.as_nobody(server.port, "/metrics"), "403")
        self.assertEqual(self.as_nobody(server.port, "/healthz"), "200")
        self.assertEqual(server.ask("GET", "/metrics").status, 200)
        # One that closes at once has nobody who answers for it, and is not let in either.
        for then in ("connection.close()",
                     "connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0)); connection.close()"):
            self.as_nobody(server.port, "/v1/sessions/gone/replay", then)
        told = [entry for entry in server.logged("request completed") if entry.get("route") == "/v1/sessions/:id/replay"]
        self.assertEqual({entry["statusCode"] for entry in told}, {403})

    @unittest.skipIf(sanitized(BINARY), "a sanitizer looks at memory through pipes, and takes their lack for a bad pointer")
    def test_who_cannot_be_looked_up_for_want_of_a_descriptor_is_told_so_and_is_let_in_later(self):
        server = self.server()
        if any("the kernel does not tell" in line for line in server.lines):
            self.skipTest("the kernel does not tell who calls")
        used = {int(name) for name in os.listdir(f"/proc/{server.pid}/fd")}
        free = next(number for number in range(len(used) + 1) if number not in used)
        before = resource.prlimit(server.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(server.pid, resource.RLIMIT_NOFILE, (free + 1, before[1]))  # one: for the connection itself
        with Connection(server.port) as connection:
            answer = connection.ask("GET", "/metrics")
            resource.prlimit(server.pid, resource.RLIMIT_NOFILE, before)
            self.assertEqual(answer.status, 503, answer)
            self.assertIn("Too many open files", answer.json["message"])
            self.assertEqual(answer.header("Retry-After"), "1")
            self.assertEqual(connection.ask("GET", "/metrics").status, 200)

    @unittest.skipUnless(os.geteuid() == 0, "only root can become somebody else")
    def test_other_users_of_the_machine_may_be_let_in(self):
        server = self.server("--any-local-user")
        self.assertEqual(self.as_nobody(server.port, "/metrics"), "200")
        server = self.server("--token", TOKEN)
        self.assertEqual(self.as_nobody(server.port, "/metrics"), "401")

    def leaves(self, *arguments):
        env = {"PATH": os.environ["PATH"], "PORT": "0"}
        return subprocess.run([BINARY, *arguments], env=env, capture_output=True, text=True, timeout=PATIENCE, check=False)

    def test_beyond_the_loopback_it_refuses_to_start_without_a_token(self):
        for host in ("0.0.0.0", "::"):
            result = self.leaves("--host", host)
            self.assertEqual(result.returncode, 1)
            said = result.stdout + result.stderr
            self.assertIn("--token", said)
            self.assertIn("--insecure", said)

    def test_beyond_the_loopback_it_starts_with_a_token_or_the_word_of_the_operator(self):
        for arguments in (["--token", TOKEN], ["--insecure"]):
            server = self.server("--host", "0.0.0.0", *arguments)
            with Connection(server.port, host="127.0.0.1") as connection:
                answer = connection.ask("GET", "/healthz", headers={"Host": "anything.example"})
            self.assertEqual(answer.status, 200)

    def test_no_spelling_of_a_file_url_reads_a_file_unless_it_was_allowed(self):
        server = self.server()
        session = server.start()
        for url in ("file:///etc/passwd", " FILE:/etc/passwd", "fi\nle:///etc/passwd", "view-source:file:///etc/passwd"):
            answer = server.navigate(session, url)
            self.assertEqual(answer.status, 500, url)
            self.assertIn("--allow-file-urls", answer.json["message"])
        server = self.server("--allow-file-urls")
        self.assert_done(server.navigate(server.start(), "file:///etc/hostname"))

    def test_it_listens_on_the_loopback_by_default(self):
        server = self.server(env={"HOST": ""})
        with open(f"/proc/{server.pid}/net/tcp", encoding="ascii") as table:
            wanted = f":{server.port:04X}"
            local = [line.split()[1] for line in table if line.split()[1].endswith(wanted) and line.split()[3] == "0A"]
        self.assertTrue(all(address.startswith("0100007F") for address in local), local)
        with socket.create_connection(("127.0.0.1", server.port)):
            pass


if __name__ == "__main__":
    main()
