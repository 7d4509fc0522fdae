"""Attacks a port for some rounds or seconds, in a process of its own so that who measures beside it is not held up.

One JSON object as argument: port, sessions, seed, first, rounds, seconds, only, workers. Prints what it did as JSON."""

import json
import os
import resource
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from attacks import Target, strike  # noqa: E402
from peers import Peers  # noqa: E402


def main():
    wish = json.loads(sys.argv[1])
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    peers = Peers()
    target = Target(wish["port"], wish["sessions"], peers)
    lock = threading.Lock()
    state = {"next": wish["first"], "counts": {}}
    last = wish["first"] + wish["rounds"]
    ends = time.monotonic() + wish["seconds"]

    def work():
        while time.monotonic() < ends:
            with lock:
                number = state["next"]
                if number >= last:
                    return
                state["next"] = number + 1
            name = strike(target, wish["seed"], number, wish["only"])
            with lock:
                state["counts"][name] = state["counts"].get(name, 0) + 1

    threads = [threading.Thread(target=work) for _ in range(wish["workers"])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    target.let_go()
    print(json.dumps({"rounds": state["next"] - wish["first"], "counts": state["counts"]}))


if __name__ == "__main__":
    main()
