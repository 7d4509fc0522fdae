"""Looks into /proc: which processes belong to a server (they inherit its TMPDIR and its folder), what they hold."""

import os
import signal
import time


def _read(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""


def alive(pid):
    """A zombie is not alive: it holds nothing but its number."""
    stat = _read(f"/proc/{pid}/stat")
    return bool(stat) and stat.rsplit(b")", 1)[1].split()[0] not in (b"Z", b"X")


def parent(pid):
    stat = _read(f"/proc/{pid}/stat")
    return int(stat.rsplit(b")", 1)[1].split()[1]) if stat else 0


def zombies_of(pid):
    return [child for child in children(pid) if _read(f"/proc/{child}/stat") and not alive(child)]


def command_line(pid):
    return _read(f"/proc/{pid}/cmdline").replace(b"\0", b" ").decode(errors="replace").strip()


def environment(pid):
    """As it was when the program began; "" of one that has ended."""
    return _read(f"/proc/{pid}/environ").decode(errors="replace")


def marked(folder):
    """The live processes that were started beneath `folder`: by working folder, environment or arguments. Chromium's
    children rewrite their arguments, its crash handler changes its folder, so one sign alone would miss some."""
    found = []
    wanted = folder.encode()
    for name in os.listdir("/proc"):
        if not name.isdigit() or int(name) == os.getpid():
            continue
        try:
            folder_now = os.readlink(f"/proc/{name}/cwd")
        except OSError:
            folder_now = ""
        if (folder_now == folder or wanted in _read(f"/proc/{name}/environ") or wanted in _read(f"/proc/{name}/cmdline")) \
                and alive(int(name)):
            found.append(int(name))
    return found


def browsers(folder):
    """The main Chromium processes started beneath `folder`, oldest first (one a session)."""
    found = []
    for pid in marked(folder):
        line = command_line(pid)
        if "--remote-debugging-p" in line and "--type=" not in line:
            found.append(pid)
    # A launch forks before it executes; the copy has the same arguments and a parent among the found.
    return sorted(pid for pid in found if parent(pid) not in found)


def children(pid):
    """Its direct children, zombies included, without a walk over /proc where the kernel lists them (by the thread that made
    each)."""
    if os.path.exists(f"/proc/{os.getpid()}/task/{os.getpid()}/children"):
        try:
            tasks = os.listdir(f"/proc/{pid}/task")
        except OSError:
            return []
        return [int(child) for task in tasks for child in _read(f"/proc/{pid}/task/{task}/children").split()]
    return [int(name) for name in os.listdir("/proc") if name.isdigit() and parent(int(name)) == pid]


def descendants(pid):
    children = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            children.setdefault(parent(int(name)), []).append(int(name))
    found, todo = [], [pid]
    while todo:
        for child in children.get(todo.pop(), []):
            found.append(child)
            todo.append(child)
    return [child for child in found if alive(child)]


def open_files(pid):
    try:
        return len(os.listdir(f"/proc/{pid}/fd"))
    except OSError:
        return 0


def memory_kb(pid):
    """Private memory if the kernel tells it, else resident."""
    for path, key in ((f"/proc/{pid}/smaps_rollup", b"Pss:"), (f"/proc/{pid}/status", b"VmRSS:")):
        for line in _read(path).splitlines():
            if line.startswith(key):
                return int(line.split()[1])
    return 0


def kill(pid, number=signal.SIGKILL):
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass


def stop(pid, seconds=30):
    """Stops all threads of a process; true once they have."""
    kill(pid, signal.SIGSTOP)
    state = lambda task: _read(f"/proc/{pid}/task/{task}/stat").rsplit(b")", 1)[-1].split()[:1]
    return wait_until(lambda: all(state(task) != [b"R"] and state(task) != [b"S"] for task in os.listdir(f"/proc/{pid}/task")),
                      seconds)


def wait_until(condition, seconds, every=0.02):
    """True as soon as the condition holds; False when it does not within `seconds`. For what /proc alone can tell."""
    end = time.monotonic() + seconds
    while True:
        if condition():
            return True
        if time.monotonic() > end:
            return False
        time.sleep(every)
