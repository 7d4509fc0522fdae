"""Bad input gets its exact error, or a closed socket, and changes nothing for anybody else."""

import os
import random
import socket
import time

import setup_path  # noqa: F401
from harness import proc
from harness.case import ServerCase, main
from harness.client import Closed, Connection
from harness.patience import PATIENCE, PROMPT

NOT_JSON = b"""{"error":"Body is not valid JSON but content-type is set to 'application/json'","statusCode":400}"""
JSON = {"Content-Type": "application/json"}


class BadInput(ServerCase):
    def setUp(self):
        super().setUp()
        self.one = self.server()

    def fine(self):
        """Others are served as if nothing were."""
        answer = self.one.ask("GET", "/healthz")
        self.assertEqual(answer.status, 200)
        self.assertLess(answer.seconds, PROMPT)

    def test_random_bytes_as_a_body_get_the_json_error(self):
        seed = int(os.environ.get("BELAY_SEED", time.time_ns() % 1_000_000))
        rng = random.Random(seed)
        for size in (1, 7, 100, 4096, 100_000):
            body = b"\xff" + rng.randbytes(size)
            answer = self.one.ask("POST", "/v1/sessions/start", body, JSON)
            self.assertEqual((answer.status, answer.body), (400, NOT_JSON), f"seed {seed}")
            self.assertEqual(answer.header("connection"), "close")
        self.fine()

    def test_random_bytes_as_a_request_get_400_or_a_closed_socket(self):
        seed = int(os.environ.get("BELAY_SEED", time.time_ns() % 1_000_000))
        rng = random.Random(seed)
        for size in (3, 50, 1000, 20_000):
            with Connection(self.one.port) as connection:
                try:
                    connection.send_raw(rng.randbytes(size) + b"\r\n\r\n")
                except ConnectionError:
                    continue
                rest = connection.read_rest()
                if rest:
                    self.assertRegex(rest, rb"^HTTP/1\.1 (400 Bad Request|431 )", f"seed {seed}")
        self.fine()

    def test_deep_and_wide_json_is_answered(self):
        for body in (b"[" * 200_000, b"[" * 100_000 + b"]" * 100_000, b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
                     b'{"modelName":' + b"9" * 100_000 + b"}", b'"' + b"\\ud83d" * 10_000 + b'"'):
            answer = self.one.ask("POST", "/v1/sessions/start", body, JSON)
            self.assertEqual(answer.status, 400, body[:20])
            self.assertLess(answer.seconds, PROMPT)
        self.fine()

    def test_a_flood_of_headers_is_refused(self):
        many = {f"x-{i}": "y" * 100 for i in range(300)}
        with Connection(self.one.port) as connection:
            answer = connection.ask("GET", "/healthz", headers=many)
        self.assertEqual(answer.status, 431)
        self.assertEqual(answer.json["message"], "Exceeded maximum allowed HTTP header size")
        with Connection(self.one.port) as connection:
            try:
                connection.send_raw(b"GET / HTTP/1.1\r\n" + b"x: y\r\n" * 1_000_000)
                rest = connection.read_rest()
                self.assertTrue(rest.startswith(b"HTTP/1.1 431"), rest[:100])
            except (ConnectionError, Closed):
                pass  # closed while we were still shouting
        self.fine()

    def test_a_body_over_the_limit_is_refused_without_being_read(self):
        with Connection(self.one.port) as connection:
            connection.send_raw(b"POST /v1/sessions/start HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                b"Content-Length: 1048577\r\n\r\n")
            answer = connection.read()
            self.assertEqual((answer.status, answer.json),
                             (413, {"error": "Request body is too large", "statusCode": 413}))
        with Connection(self.one.port) as connection:
            connection.send_raw(b"POST /v1/sessions/start HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                b"Transfer-Encoding: chunked\r\n\r\n")
            try:
                for _ in range(20):
                    connection.send_raw(b"10000\r\n" + b" " * 0x10000 + b"\r\n")
            except ConnectionError:
                pass  # the answer may come before we are done
            try:
                self.assertEqual(connection.read().status, 413)
            except Closed:
                pass  # a reset may overtake the answer
        self.fine()

    def test_a_slow_body_holds_up_nobody(self):
        with Connection(self.one.port) as connection:
            connection.send_raw(b"POST /v1/sessions/start HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                b"Content-Length: 20\r\n\r\n{")
            for _ in range(5):
                connection.send_raw(b" ")
                self.fine()

    def test_a_half_closed_socket_still_gets_its_answer(self):
        with Connection(self.one.port) as connection:
            connection.send("GET", "/healthz", headers={"Connection": "close"})
            connection.socket.shutdown(socket.SHUT_WR)
            self.assertEqual(connection.read().status, 200)
        with Connection(self.one.port) as connection:
            connection.send_raw(b"POST /v1/sessions/start HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n")
            connection.socket.shutdown(socket.SHUT_WR)
            self.assertNotIn(b" 200 ", connection.read_rest())
        self.fine()

    def test_a_thousand_idle_connections_change_nothing_for_others(self):
        before = proc.open_files(self.one.pid)
        idle = []
        try:
            for _ in range(1000):
                idle.append(socket.create_connection(("127.0.0.1", self.one.port), timeout=PATIENCE))
            for _ in range(20):
                self.fine()
            session = self.one.start()
            self.assert_done(self.one.navigate(session, f"{self.site.url}/"))
            self.assertEqual(self.one.end(session).status, 200)
        finally:
            for one in idle:
                one.close()
        self.wait_until(lambda: proc.open_files(self.one.pid) <= before + 5, PATIENCE, "their descriptors are given back")

    def test_pipelined_requests_are_answered_in_order(self):
        with Connection(self.one.port) as connection:
            connection.send_raw(b"".join(b"GET /v1/sessions/%d/none HTTP/1.1\r\nHost: localhost\r\n\r\n" % i
                                         for i in range(50)))
            for i in range(50):
                self.assertEqual(connection.read().json["message"], f"Route GET:/v1/sessions/{i}/none not found")

    def test_expect_continue_is_honoured(self):
        with Connection(self.one.port) as connection:
            connection.send_raw(b"POST /v1/sessions/start HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                b"Content-Length: 2\r\nExpect: 100-continue\r\n\r\n")
            self.assertEqual(connection._until(b"\r\n\r\n"), b"HTTP/1.1 100 Continue")
            connection.send_raw(b"{}")
            self.assertEqual(connection.read().status, 400)

    def test_two_lengths_or_a_length_beside_chunks_never_smuggle_a_request(self):
        heads = (b"Content-Length: 4\r\nContent-Length: 5\r\n", b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
                 b"Content-Length: -1\r\n", b"Content-Length: 1e3\r\n", b"Transfer-Encoding: gzip\r\n")
        for head in heads:
            with Connection(self.one.port) as connection:
                connection.send_raw(b"POST /v1/sessions/x/end HTTP/1.1\r\nHost: localhost\r\n" + head +
                                    b"\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                self.assertNotIn(b"/smuggled", connection.read_rest(), head)
        self.fine()


if __name__ == "__main__":
    main()
