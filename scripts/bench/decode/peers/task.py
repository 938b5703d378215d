"""What both peers share: the task and the weights that unroll wrote, and answering the bench line by line.

The weights have TensorFlow 1.x's layout: a kernel is [inputs, outputs], and an LSTM's has its gates in the order i, j, f, o,
with 1 to be added to the forget gate.
"""

import json
import os
import sys
import time
from collections.abc import Callable

import numpy as np
from safetensors.numpy import load_file

Decode = Callable[[np.ndarray, int], list[list[int]]]
"""From sources [batch, words] and a beam's width to each source's tokens, without the end token."""

FORGET_BIAS = 1


def read_task() -> tuple[dict, dict[str, np.ndarray]]:
    with open(sys.argv[1], encoding="utf-8") as file:
        task = json.load(file)
    return task, load_file(task["weights"])


def thread_counts() -> list[int]:
    return sorted({1, os.cpu_count() or 1})


def gates(array: np.ndarray, order: str) -> np.ndarray:
    """The columns of an LSTM's kernel or bias in another order: "ifjo" is PyTorch's, "iofj" is ONNX's."""
    parts = dict(zip("ijfo", np.split(array, 4, axis=-1)))
    return np.ascontiguousarray(np.concatenate([parts[gate] for gate in order], axis=-1))


def gate_bias(bias: np.ndarray, order: str) -> np.ndarray:
    i, j, f, o = np.split(bias, 4)
    return gates(np.concatenate([i, j, f + FORGET_BIAS, o]), order)


def cut(tokens: np.ndarray, end: int) -> list[list[int]]:
    """Rows of tokens [batch, steps], each up to its first end token."""
    return [row[: row.index(end)] if end in row else row for row in tokens.tolist()]


def backtrack(tokens: list[np.ndarray], parents: list[np.ndarray]) -> np.ndarray:
    """The best beam's tokens [batch, steps], from every step's tokens and parents [batch, beams], best beam first."""
    row = np.arange(tokens[0].shape[0])
    beam = np.zeros_like(row)
    path = []
    for step_tokens, step_parents in zip(reversed(tokens), reversed(parents)):
        path.append(step_tokens[row, beam])
        beam = step_parents[row, beam]
    return np.stack(path[::-1], axis=1)


def serve(version: str, decoders: dict[str, Decode], task: dict) -> None:
    """Answers each line of standard input with a line: the milliseconds that a sentence took, and its tokens if asked.

    The first answer about a way to decode tries every decoder, with one thread and with all; the fastest then stays.
    """
    sources = np.array(task["sources"], dtype=np.int64)
    fastest: dict[tuple[int, int], str] = {}

    def timed(decode: Decode, asked: dict) -> tuple[float, list[list[int]]]:
        begin = time.perf_counter()
        passes = 0
        while passes == 0 or time.perf_counter() - begin < asked["seconds"]:
            tokens: list[list[int]] = []
            stop = asked["start"] + asked["count"]
            for start in range(asked["start"], stop, asked["batch"]):
                tokens += decode(sources[start : min(start + asked["batch"], stop)], asked["beamWidth"])
            passes += 1
        return (time.perf_counter() - begin) * 1e3 / (passes * asked["count"]), tokens

    print(json.dumps({"version": version}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        way = (asked["beamWidth"], asked["batch"])
        if way not in fastest:
            few = {**asked, "start": 0, "count": max(asked["batch"], 4), "seconds": 0}
            for decode in decoders.values():  # its first run makes sessions and fills caches
                timed(decode, few)
            fastest[way] = min(decoders, key=lambda name: timed(decoders[name], few)[0])
        ms, tokens = timed(decoders[fastest[way]], asked)
        answer = {"ms": ms, "with": fastest[way], **({"tokens": tokens} if asked["tell"] else {})}
        print(json.dumps(answer), flush=True)
