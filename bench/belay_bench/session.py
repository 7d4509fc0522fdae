"""Runs the Google Benchmark programs of bench/session, where the preset `bench` has been built. Each compares by itself,
in one process, with LevelDB's cache."""

import dataclasses
import glob
import json
import os
import subprocess

PATIENCE = 180


@dataclasses.dataclass
class Program:
    name: str
    text: str  # what it printed
    times: dict = dataclasses.field(default_factory=dict)  # "name (unit)": the processor time of each repetition


def _run(path, folder):
    name = os.path.basename(path)
    out = os.path.join(folder, f"{name}.json")
    try:
        result = subprocess.run([path, f"--benchmark_out={out}", "--benchmark_out_format=json"], capture_output=True,
                                text=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return Program(name, f"did not end within {PATIENCE} s")
    if result.returncode != 0:
        return Program(name, f"failed with exit status {result.returncode}")
    program = Program(name, result.stdout)
    with open(out, encoding="utf-8") as file:
        for row in json.load(file)["benchmarks"]:
            if row.get("run_type") == "iteration":
                program.times.setdefault(f"{row['name']} ({row['time_unit']})", []).append(round(row["cpu_time"], 3))
    return program


def run(build, folder):
    return [_run(path, folder) for path in sorted(glob.glob(os.path.join(build, "bench", "session", "*_bench")))]
