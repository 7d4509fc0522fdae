"""How late a busy machine lets a process be: what a test may add to a limit that docs/session-contract.md states in seconds."""

import threading
import time

STEP = 0.01


def waited_for_processors():
    """Seconds since boot in which somebody waited for a processor (Linux, Documentation/accounting/psi); 0 where nobody says."""
    try:
        with open("/proc/pressure/cpu", encoding="ascii") as file:
            return int(file.readline().rsplit("total=", 1)[1]) / 1e6
    except (OSError, IndexError):
        return 0.0


class Lateness:
    """Measures while it is open: a thread that wants to run every 10 ms adds up by how much it came late. A process that
    does some work in that time is held up about as much; twice that is allowed, for it has more than one thing to do. What
    has many processes, as a browser, is held up longer than any one thread: half of the time in which somebody waited for
    a processor is allowed, if that is more."""

    def __enter__(self):
        self.total = 0.0
        self._waited = waited_for_processors()
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
        self._waited = waited_for_processors() - self._waited

    def allowed(self, seconds):
        return seconds + max(2 * self.total, self._waited / 2)
