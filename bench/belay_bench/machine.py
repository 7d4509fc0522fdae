"""Where and with what a run was made: enough to read its figures by, nothing that names the machine."""

import os
import platform
import re
import subprocess
import time


def _said_by(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=20).stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        return ""


def _processor():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        found = re.search(r"^model name\s*:\s*(.+)$", file.read(), re.MULTILINE)
    return found.group(1) if found else platform.machine()


def load():
    return round(os.getloadavg()[0], 2)


def describe(root, chromium):
    commit = _said_by("git", "-C", root, "rev-parse", "--short=12", "HEAD")
    changed = _said_by("git", "-C", root, "status", "--porcelain", "--untracked-files=no")
    return {"date": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
            "processors": len(os.sched_getaffinity(0)), "processor": _processor(), "kernel": platform.release(),
            "chromium": _said_by(chromium, "--version").split(" built ")[0],
            "commit": commit + (" with changes" if changed else ""), "load_before": load()}
