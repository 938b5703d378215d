"""Times one training step of a peer: forward, backpropagation through time, Adam's update, the loss read back.

Usage: python train.py {torch|jax|tf1|keras} TASK.json '{"threads": 2, "mode": "...", "seconds": 2}'
Prints one JSON line: {"median_ms", "min_ms", "first_step_ms", "steps", "losses", "notes"}. A mode is a peer's own way to
run, see its file; the threads are those of one operation.
"""

import importlib
import json
import os
import sys


def main(peer: str, path: str, settings: str) -> None:
    asked = json.loads(settings)
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = str(asked["threads"])  # read when NumPy and torch load
    from task import measure, read_task

    task = read_task(path)
    made = importlib.import_module(f"{peer}_step").peer(task, asked["threads"], asked["mode"])
    found = measure(made.step, asked["seconds"])
    print(json.dumps({**found, "notes": made.notes()}))


main(*sys.argv[1:])
