"""What all peers share: the training step that unroll wrote down, its arrays, and the clock.

A task is a workload of workloads.json with "arrays", a safetensors file that has the batch (x, y) and the first weights in
TensorFlow 1.x's layout: a kernel is [inputs + units, gates * units], its first rows belong to the inputs. An LSTM's gates
stand in the order i, j, f, o, with 1 to be added to the forget gate; a GRU's are r, u and then the candidate.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

LEARNING_RATE, EPSILON = 1e-3, 1e-8
"""Adam's, as unroll has them."""

FORGET_BIAS = 1

WARM_UPS, LEAST_STEPS, CAP_SECONDS = 5, 12, 20
"""As measure.mts has them: a very slow step gets fewer warm-ups, and fewer than 12 timed ones."""

Step = Callable[[], float]
"""Trains one step and returns the loss before it."""


@dataclass
class Peer:
    """A step, and what is to be told about it once it has run."""

    step: Step
    notes: Callable[[], list[str]] = field(default=list)


@dataclass
class Task:
    workload: dict
    arrays: dict[str, np.ndarray]

    def __getattr__(self, name: str):
        return self.workload[name]

    def layer(self, index: int) -> "Layer":
        prefix = f"layers.{index}."
        parts = {name[len(prefix) :]: array for name, array in self.arrays.items() if name.startswith(prefix)}
        return Layer(parts, self.units)


@dataclass
class Layer:
    """The weights of one layer, divided by gate."""

    parts: dict[str, np.ndarray]
    units: int

    def gate(self, name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The inputs' kernel, the state's kernel and the bias of one gate."""
        if name == "candidate":
            kernel, bias = self.parts["candidate_kernel"], self.parts["candidate_bias"]
        elif name in ("r", "u"):
            kernel, bias = (np.split(self.parts[f"gates_{part}"], 2, -1)["ru".index(name)] for part in ("kernel", "bias"))
        elif name == "all":
            kernel, bias = self.parts["kernel"], self.parts["bias"]
        else:
            kernel, bias = (np.split(self.parts[part], 4, -1)["ijfo".index(name)] for part in ("kernel", "bias"))
        bias = bias + FORGET_BIAS if name == "f" else bias
        return kernel[: -self.units], kernel[-self.units :], bias

    def gates(self, *names: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The same of several gates, side by side."""
        return tuple(np.concatenate(each, -1) for each in zip(*map(self.gate, names)))


def read_task(path: str) -> Task:
    with open(path, encoding="utf-8") as file:
        task = json.load(file)
    return Task(task, read_safetensors(task["arrays"]))


def read_safetensors(path: str) -> dict[str, np.ndarray]:
    """So that no peer's environment needs the package safetensors."""
    with open(path, "rb") as file:
        content = file.read()
    begin = 8 + int.from_bytes(content[:8], "little")
    found = {}
    for name, about in json.loads(content[8:begin]).items():
        if name == "__metadata__":
            continue
        first, end = (begin + at for at in about["data_offsets"])
        dtype = {"F32": "<f4", "I32": "<i4"}[about["dtype"]]
        found[name] = np.frombuffer(content[first:end], dtype).reshape(about["shape"])
    return found


def measure(step: Step, seconds: float) -> dict:
    """Times the first step apart, then warms up, then times steps. Losses are those of the first three steps."""
    times: list[float] = []
    losses: list[float] = []

    def run() -> float:
        start = time.perf_counter()
        losses.append(step())
        return (time.perf_counter() - start) * 1e3

    first = run()
    begin = time.perf_counter()
    for _ in range(WARM_UPS):
        if time.perf_counter() - begin < CAP_SECONDS / 4:
            run()
    start = time.perf_counter()
    while not times or time.perf_counter() - begin < CAP_SECONDS and (
        len(times) < LEAST_STEPS or time.perf_counter() - start < seconds
    ):
        times.append(run())
    return {
        "median_ms": round(float(np.median(times)), 3),
        "min_ms": round(min(times), 3),
        "first_step_ms": round(first, 3),
        "steps": len(times),
        "losses": losses[:3],
    }
