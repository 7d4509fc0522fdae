"""Pages of editors, grids and controls as people use them: packages from npm, each set up by a script of libraries/, which esbuild
bundles once into build/. A script finds its options in window.O and an element #e; it sets window.ready once there is something
to act on, and window.model, which tells what the library itself holds."""

import fcntl
import glob
import hashlib
import json
import os
import subprocess

from harness import npm

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "libraries")
PACKAGES = npm.Packages(os.path.join(HERE, "packages.json"), "npm-pages")
BUNDLES = os.path.join(PACKAGES.folder, "bundles")
ESBUILD = os.path.join(PACKAGES.modules, "@esbuild", "linux-x64", "bin", "esbuild")
BUNDLING = 300  # seconds
OPTIONS = ["--bundle", "--format=iife", "--minify", "--target=chrome120", "--log-level=error", '--define:process.env.NODE_ENV="production"',
           "--define:global=window", *(f"--loader:.{kind}=dataurl" for kind in ("ttf", "woff", "woff2", "svg", "png", "gif", "eot"))]


def names():
    return sorted(os.path.basename(path).removesuffix(".js") for path in glob.glob(os.path.join(HERE, "*.js")))


def bundle():
    """Unless it was done before. Raises npm.Missing where the packages cannot be had."""
    PACKAGES.install()
    entries = [os.path.join(HERE, f"{name}.js") for name in names()]
    made_of = hashlib.sha256("\0".join([*OPTIONS, *map(npm.read, [PACKAGES.list, *entries])]).encode()).hexdigest()
    mark = os.path.join(BUNDLES, "made-of")
    with open(BUNDLES + ".lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if os.path.exists(mark) and npm.read(mark) == made_of:
            return
        done = subprocess.run([ESBUILD, *entries, *OPTIONS, f"--outdir={BUNDLES}"], cwd=PACKAGES.folder, capture_output=True, text=True,
                              timeout=BUNDLING, check=False, env={**os.environ, "NODE_PATH": PACKAGES.modules, "GOMAXPROCS": "1"})
        if done.returncode != 0:
            raise AssertionError(f"esbuild: {done.stderr[-2000:]}")
        with open(mark, "w", encoding="ascii") as file:
            file.write(made_of)


def serve(site):
    """All bundles below /libraries/."""
    for path in glob.glob(os.path.join(BUNDLES, "*.*s")):
        with open(path, "rb") as file:
            site.file("/libraries/" + os.path.basename(path), file.read())


def with_library(case):
    """The case as page_cases.py runs it: its page has the library that it names, and the first step waits for that."""
    name = case.get("library")
    if not name:
        return case
    sheet = os.path.exists(os.path.join(BUNDLES, f"{name}.css"))
    html = (f"<link rel=stylesheet href=/libraries/{name}.css>" if sheet else "") + \
        f"<body><script>window.O={json.dumps(case.get('options', {})).replace('<', chr(92) + 'u003c')}</script>" + \
        case.get("html", "<div id=e></div>") + f"<script src=/libraries/{name}.js></script>"
    return {**case, "html": html, "steps": [{"eval": "window.ready", "want": True}, *case["steps"]]}
