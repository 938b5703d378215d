"""PyTorch's side of inference.mts: one LSTM, a whole sequence in one call, and token by token.

Usage: python inference.py {lstm_sequence|lstm_token} SECONDS
Prints one JSON line: {"peer", "workload", "median_ms", "min_ms", "first_step_ms", "steps"}.
"""

import json
import sys
import time
from collections.abc import Callable

import torch

BATCH, TIME_STEPS, INPUTS, UNITS = 1, 100, 64, 128


def sequence() -> Callable[[], object]:
    layer = torch.nn.LSTM(INPUTS, UNITS, batch_first=True)
    x = torch.rand(BATCH, TIME_STEPS, INPUTS)
    return lambda: layer(x)[0].numpy()


def token() -> Callable[[], object]:
    layer = torch.nn.LSTM(INPUTS, UNITS, batch_first=True)
    x = torch.rand(BATCH, 1, INPUTS)
    state = None

    def step() -> object:
        nonlocal state
        output, state = layer(x, state)
        return output.numpy()

    return step


def timed(step: Callable[[], object]) -> float:
    start = time.perf_counter()
    step()
    return (time.perf_counter() - start) * 1e3


def main(workload: str, seconds: float) -> None:
    with torch.inference_mode():
        step = {"lstm_sequence": sequence, "lstm_token": token}[workload]()
        first = timed(step)
        for _ in range(5):
            step()
        times: list[float] = []
        start = time.perf_counter()
        while len(times) < 12 or time.perf_counter() - start < seconds:
            times.append(timed(step))
    times.sort()
    row = {
        "peer": "torch",
        "workload": workload,
        "median_ms": round(times[len(times) // 2], 3),
        "min_ms": round(times[0], 3),
        "first_step_ms": round(first, 3),
        "steps": len(times),
    }
    print(json.dumps(row))


main(sys.argv[1], float(sys.argv[2]))
