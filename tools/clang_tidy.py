"""clang-tidy over our own sources, by the list in .clang-tidy. Goes by the preset `dev`, whose compile commands name every
file, and makes its precompiled header, which takes half a minute the first time.

clang_tidy.py           the sources that differ from HEAD: seconds
clang_tidy.py --all     all of src/, tests excepted
clang_tidy.py FILE…     these

Exits 0 without findings, 1 with, 77 when there is nothing to run it with."""

import concurrent.futures
import json
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILD = os.path.join(ROOT, "build", "dev")
TOOL = "clang-tidy-19"


def sources():
    """Every source of ours that is compiled, tests excepted."""
    with open(os.path.join(BUILD, "compile_commands.json"), encoding="utf-8") as file:
        names = {os.path.relpath(entry["file"], ROOT) for entry in json.load(file)}
    return sorted(name for name in names if name.startswith("src/") and not name.endswith("_test.cc")
                  and "/testing/" not in name)


def prepare():
    """What `dev` is configured with may be older than the sources; the header is made of what all of them include."""
    for command in (["cmake", "--preset", "dev"], ["cmake", "--build", "--preset", "dev", "--target", "belay_pch"]):
        run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if run.returncode != 0:
            sys.exit(f"{' '.join(command)} failed:\n{(run.stdout + run.stderr)[-2000:]}")


def changed():
    git = lambda *words: subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True,
                                        check=False).stdout.split()
    return set(git("diff", "--name-only", "HEAD")) | set(git("ls-files", "-o", "--exclude-standard"))


def findings(name):
    run = subprocess.run([TOOL, "--quiet", "-p", BUILD, name], cwd=ROOT, capture_output=True, text=True, check=False)
    return name, run.returncode, run.stdout


def main():
    if not shutil.which(TOOL):
        print(f"SKIPPED: {TOOL} is missing")
        return 77
    prepare()
    wanted = sys.argv[1:]
    names = sources()
    if wanted != ["--all"]:
        picked = set(os.path.relpath(os.path.abspath(name), ROOT) for name in wanted) or changed()
        names = [name for name in names if name in picked]
    bad = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, code, text in pool.map(findings, names):
            if code != 0:
                bad += 1
                print(text.strip() or f"{name}: {TOOL} failed", flush=True)
    print(f"{len(names)} files looked at, {bad} with findings")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
