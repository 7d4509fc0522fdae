"""The base of tests that run a server: start it, look at it, and see that it leaves nothing behind."""

import sys
import threading
import unittest

from . import proc
from .patience import PATIENCE
from .server import Server
from .site import Site


class Background:
    """A call in a thread of its own; `result()` waits for it and raises what it raised."""

    def __init__(self, function, *arguments, **named):
        self.value = None
        self.error = None

        def run():
            try:
                self.value = function(*arguments, **named)
            except BaseException as error:  # handed to the caller of result()
                self.error = error

        self.thread = threading.Thread(target=run, daemon=True)
        self.thread.start()

    def done(self):
        return not self.thread.is_alive()

    def result(self, seconds=120):
        self.thread.join(seconds)
        if self.thread.is_alive():
            raise AssertionError(f"no answer within {seconds} s")
        if self.error:
            raise self.error
        return self.value


class Stalled(AssertionError):
    pass


class _WithoutStalls:
    """A test result that keeps stalls to itself."""

    def __init__(self, result):
        self.result = result
        self.stalls = []
        self.other = False

    def __getattr__(self, name):
        return getattr(self.result, name)

    def addFailure(self, test, error):
        if isinstance(error[1], Stalled):
            self.stalls.append(str(error[1]))
        else:
            self.other = True
            self.result.addFailure(test, error)

    def addError(self, test, error):
        self.other = True
        self.result.addError(test, error)


def assert_no_stall(server, before=0):
    if stalls := server.stalls()[before:]:
        raise Stalled(f"the loop kept everybody waiting: {stalls}")


class ServerCase(unittest.TestCase):
    """Each test gets a site; servers come from `self.server(flags…)` and must leave nothing behind when the test ends. No
    turn of their loops may have kept everybody waiting, unless the test or its class says why (`may_stall`)."""

    maxDiff = None
    may_stall = None

    def run(self, result=None):
        """A test whose only fault is a stall runs once more. A host that takes a processor from its guest makes a turn look
        busy now and then, and that does not come again; work whose size somebody else chose does."""
        if result is None:
            return super().run()
        first = _WithoutStalls(result)
        super().run(first)
        if first.stalls and not first.other:
            print(f"stalled, so once more: {first.stalls}", flush=True)
            super().run(result)
        return result

    def setUp(self):
        self.site = Site()
        self.addCleanup(self.site.close)

    def server(self, *arguments, **named):
        server = Server(*arguments, **named)
        self.addCleanup(server.clean_up)
        self.addCleanup(self.leaves_nothing, server)
        return server

    def leaves_nothing(self, server):
        if server.process.poll() is None:
            code, _ = server.stop()
            self.assertEqual(code, 0, server.errors)
        self.assertEqual(server.cries(), [], "\n".join(server.errors))
        self.assertTrue(proc.wait_until(lambda: not server.left_behind(), PATIENCE), f"left behind: {server.left_behind()}")
        if not self.may_stall:
            assert_no_stall(server)

    def in_background(self, function, *arguments, **named):
        return Background(function, *arguments, **named)

    def queued(self, server, session, verb, body):
        """An operation behind an earlier one on its session, seen to wait there; gives its further events."""
        stream = server.stream(session, verb, body)
        self.addCleanup(stream.close)
        events = stream.events()
        for event in events:
            if "waiting for" in str(event.json["data"].get("message")):
                return self.in_background(list, events)
        raise AssertionError(f"it waited for nothing: {stream.text}")

    def wait_until(self, condition, seconds, what):
        self.assertTrue(proc.wait_until(condition, seconds), f"not within {seconds} s: {what}")

    # What docs/session-contract.md says about answers

    def assert_closed(self, answer, reason="client"):
        self.assertEqual(answer.status, 500, answer)
        self.assertEqual(answer.json, {"success": False, "message": f"Session was closed: {reason}"})
        self.assertEqual(answer.header("x-should-retry"), "false")

    def assert_gone(self, answer, state):
        self.assertEqual(answer.status, 404, answer)
        self.assertEqual(answer.json["message"], "Session not found")
        self.assertEqual(answer.header("x-session-state"), state)

    def assert_done(self, answer):
        self.assertEqual(answer.status, 200, answer)
        self.assertTrue(answer.json["success"], answer)
        result = answer.json["data"].get("result")
        if isinstance(result, dict) and "success" in result:
            self.assertTrue(result["success"], answer)


class SharedServerCase(ServerCase):
    """Tests that leave a server as they found it: those of a class share one (`shared`, with the class's `flags`) and one
    session. Its stalls are looked at after each test, what it leaves behind when the class is through."""

    flags = ()

    @classmethod
    def setUpClass(cls):
        cls.shared = Server(*cls.flags)
        cls.addClassCleanup(cls.shared.clean_up)
        cls.session = cls.shared.start()

    @classmethod
    def tearDownClass(cls):
        code, _ = cls.shared.stop()
        if code != 0 or cls.shared.cries() or not proc.wait_until(lambda: not cls.shared.left_behind(), PATIENCE):
            raise AssertionError(f"exit {code}, {cls.shared.errors}, left behind: {cls.shared.left_behind()}")

    def setUp(self):
        super().setUp()
        if not self.may_stall:
            self.addCleanup(assert_no_stall, self.shared, len(self.shared.stalls()))
        self._counted = {}

    def counting(self, name):
        """From now on counted() of this metric begins at nothing."""
        self._counted[name] = self.shared.metric(name) or 0

    def counted(self, name):
        return (self.shared.metric(name) or 0) - self._counted[name]


def main():
    """Runs the tests of the calling file. Exit 77 when every one of them was skipped."""
    program = unittest.main(module="__main__", exit=False, verbosity=2)
    result = program.result
    if result.wasSuccessful() and result.skipped and len(result.skipped) >= result.testsRun:
        print(f"SKIPPED: {result.skipped[0][1]}")
        sys.exit(77)
    sys.exit(0 if result.wasSuccessful() else 1)
