"""How late a busy machine lets a process be: what a test may add to a limit that the session contract states in seconds."""

import threading
import time

STEP = 0.01


class Lateness:
    """Measures while it is open: a thread that wants to run every 10 ms adds up by how much it came late. A process that
    does some work in that time is held up about as much; twice that is allowed, for it has more than one thing to do."""

    def __enter__(self):
        self.total = 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def _run(self):
        before = time.monotonic()
        while not self._stop.wait(STEP):
            now = time.monotonic()
            self.total += max(0.0, now - before - STEP)
            before = now

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()

    def allowed(self, seconds):
        return seconds + 2 * self.total
