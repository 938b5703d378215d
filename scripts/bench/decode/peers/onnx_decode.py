"""The bench's network in ONNX Runtime, and its loops in NumPy: greedy search and beam search.

Usage: python onnx_decode.py TASK.json; task.py tells the protocol.
"""

import numpy as np
import onnxruntime as ort
from onnx_graphs import encoder, step
from task import backtrack, cut, read_task, serve, thread_counts


def session(model: bytes, threads: int) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    return ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])


class Translator:
    def __init__(self, weights: dict[str, np.ndarray], task: dict, threads: int) -> None:
        self.weights, self.threads = weights, threads
        self.encoder = session(encoder(weights), threads)
        self.steps: dict[int, ort.InferenceSession] = {}
        self.begin, self.end, self.longest = task["begin"], task["end"], task["maximumLength"]

    def step(self, width: int) -> ort.InferenceSession:
        if width not in self.steps:
            self.steps[width] = session(step(self.weights, width), self.threads)
        return self.steps[width]

    def greedy(self, sources: np.ndarray) -> list[list[int]]:
        step = self.step(1)
        memory, keys, h, c = self.encoder.run(None, {"sources": sources})
        tokens = np.full(len(sources), self.begin)
        attention = np.zeros_like(h[0])
        finished = np.zeros(len(sources), dtype=bool)
        found = []
        for _ in range(self.longest):
            feed = {"tokens": tokens, "h": h, "c": c, "attention": attention, "memory": memory, "keys": keys}
            tokens, h, c, attention = step.run(None, feed)
            found.append(tokens)
            finished |= tokens == self.end
            if finished.all():
                break
        return cut(np.stack(found, axis=1), self.end)

    def beam(self, sources: np.ndarray, width: int) -> list[list[int]]:
        step = self.step(width)
        memory, keys, h, c = self.encoder.run(None, {"sources": sources})
        batch = len(sources)
        h, c = np.repeat(h, width, axis=1), np.repeat(c, width, axis=1)
        attention = np.zeros_like(h[0])
        tokens = np.full(batch * width, self.begin)
        scores = np.full((batch, width), -np.inf, dtype=np.float32)
        scores[:, 0] = 0  # all beams begin alike, so only the first one may go on
        finished = np.zeros((batch, width), dtype=bool)
        row = np.arange(batch)[:, None]
        stay = np.where(np.arange(width) == 0, 0, -np.inf).astype(np.float32)
        all_tokens, all_parents = [], []
        for _ in range(self.longest):
            feed = {"tokens": tokens, "h": h, "c": c, "attention": attention, "memory": memory, "keys": keys}
            gained, ids, h, c, attention = step.run(None, feed)
            # a finished beam has one continuation, the end token, which costs nothing
            gained = np.where(finished[:, :, None], stay, gained.reshape(batch, width, width))
            ids = np.where(finished[:, :, None], self.end, ids.reshape(batch, width, width))
            totals = (scores[:, :, None] + gained).reshape(batch, -1)
            places = np.argsort(-totals, axis=1, kind="stable")[:, :width]
            parents = places // width
            scores, chosen = totals[row, places], ids.reshape(batch, -1)[row, places]
            finished = finished[row, parents] | (chosen == self.end)
            all_tokens.append(chosen)
            all_parents.append(parents)
            if finished[:, 0].all():  # scores only fall, so nothing can overtake a best beam that has ended
                break
            rows = (row * width + parents).reshape(-1)
            h, c, attention, tokens = h[:, rows], c[:, rows], attention[rows], chosen.reshape(-1)
        return cut(backtrack(all_tokens, all_parents), self.end)

    def decode(self, sources: np.ndarray, width: int) -> list[list[int]]:
        return self.greedy(sources) if width == 1 else self.beam(sources, width)


def main() -> None:
    task, weights = read_task()
    decoders = {f"{n} threads": Translator(weights, task, n).decode for n in thread_counts()}
    serve(f"onnxruntime {ort.__version__}", decoders, task)


main()
