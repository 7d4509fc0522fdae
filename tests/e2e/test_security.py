"""Who may talk to the server: the loopback check, cross-site requests, tokens, and where it may listen."""

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
