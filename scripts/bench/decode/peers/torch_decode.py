"""The bench's network in PyTorch, and its loops that decode: greedy search and beam search.

Usage: python torch_decode.py TASK.json; task.py tells the protocol.
"""

from functools import partial

import numpy as np
import torch
from task import backtrack, cut, gate_bias, gates, read_task, serve, thread_counts
from torch import nn


class Translator(nn.Module):
    """An LSTM encoder, and an LSTM cell with Luong's attention that also gets its last attention vector."""

    def __init__(self, w: dict[str, np.ndarray]) -> None:
        super().__init__()
        self.source_words = nn.Embedding(*w["sourceWords"].shape)
        self.target_words = nn.Embedding(*w["targetWords"].shape)
        units = w["encoderBias"].size // 4
        self.encoder = nn.LSTM(w["encoderKernel"].shape[0] - units, units, batch_first=True)
        self.cell = nn.LSTMCell(w["cellKernel"].shape[0] - units, units)
        self.memory_layer = nn.Linear(units, units, bias=False)
        self.attention_layer = nn.Linear(2 * units, units, bias=False)
        self.head = nn.Linear(units, w["headBias"].size)
        encoder_x, encoder_h = split_kernel(w["encoderKernel"], units)
        cell_x, cell_h = split_kernel(w["cellKernel"], units)
        zeros = np.zeros(4 * units, dtype=np.float32)
        arrays = {
            "source_words.weight": w["sourceWords"],
            "target_words.weight": w["targetWords"],
            "encoder.weight_ih_l0": encoder_x,
            "encoder.weight_hh_l0": encoder_h,
            "encoder.bias_ih_l0": gate_bias(w["encoderBias"], "ifjo"),
            "encoder.bias_hh_l0": zeros,
            "cell.weight_ih": cell_x,
            "cell.weight_hh": cell_h,
            "cell.bias_ih": gate_bias(w["cellBias"], "ifjo"),
            "cell.bias_hh": zeros,
            "memory_layer.weight": w["memoryKernel"].T,
            "attention_layer.weight": w["attentionKernel"].T,
            "head.weight": w["headKernel"].T,
            "head.bias": w["headBias"],
        }
        self.load_state_dict({name: torch.tensor(np.ascontiguousarray(array)) for name, array in arrays.items()})

    def encode(self, sources: torch.Tensor):
        memory, (h, c) = self.encoder(self.source_words(sources))
        return memory, self.memory_layer(memory), h[0], c[0]

    def step(self, tokens, h, c, attention, memory, keys):
        """One step of [batch · beams] rows; memory and keys have [batch] rows, which the beams share."""
        batch, _, units = memory.shape
        h, c = self.cell(torch.cat([self.target_words(tokens), attention], 1), (h, c))
        queries = h.view(batch, -1, units)
        alignments = torch.softmax(torch.bmm(queries, keys.transpose(1, 2)), 2)
        context = torch.bmm(alignments, memory).view(-1, units)
        attention = self.attention_layer(torch.cat([h, context], 1))
        return self.head(attention), h, c, attention


def split_kernel(kernel: np.ndarray, units: int) -> tuple[np.ndarray, np.ndarray]:
    return tuple(gates(part, "ifjo").T for part in (kernel[:-units], kernel[-units:]))


def greedy(model: Translator, sources: torch.Tensor, begin: int, end: int, longest: int) -> list[list[int]]:
    memory, keys, h, c = model.encode(sources)
    tokens = torch.full((len(sources),), begin)
    attention = torch.zeros_like(h)
    finished = torch.zeros(len(sources), dtype=torch.bool)
    found = []
    for _ in range(longest):
        logits, h, c, attention = model.step(tokens, h, c, attention, memory, keys)
        tokens = logits.argmax(1)
        found.append(tokens)
        finished |= tokens == end
        if finished.all():
            break
    return cut(torch.stack(found, 1), end)


def beam(model: Translator, sources: torch.Tensor, width: int, begin: int, end: int, longest: int) -> list[list[int]]:
    memory, keys, h, c = model.encode(sources)
    batch = len(sources)
    h, c = h.repeat_interleave(width, 0), c.repeat_interleave(width, 0)
    attention = torch.zeros_like(h)
    tokens = torch.full((batch * width,), begin)
    scores = torch.full((batch, width), -torch.inf)
    scores[:, 0] = 0  # all beams begin alike, so only the first one may go on
    finished = torch.zeros(batch, width, dtype=torch.bool)
    first_rows = torch.arange(batch)[:, None] * width
    is_first = torch.arange(width) == 0
    all_tokens, all_parents = [], []
    for _ in range(longest):
        logits, h, c, attention = model.step(tokens, h, c, attention, memory, keys)
        best, ids = logits.topk(width, 1)
        gained = (best - logits.logsumexp(1, keepdim=True)).view(batch, width, width)
        ids = ids.view(batch, width, width)
        # a finished beam has one continuation, the end token, which costs nothing
        gained = torch.where(finished[:, :, None], torch.where(is_first, 0.0, -torch.inf), gained)
        ids = torch.where(finished[:, :, None], end, ids)
        scores, places = (scores[:, :, None] + gained).view(batch, -1).topk(width, 1)
        parents = places // width
        chosen = ids.view(batch, -1).gather(1, places)
        finished = finished.gather(1, parents) | (chosen == end)
        all_tokens.append(chosen)
        all_parents.append(parents)
        if finished[:, 0].all():  # scores only fall, so nothing can overtake a best beam that has ended
            break
        rows = (first_rows + parents).view(-1)
        h, c, attention, tokens = h[rows], c[rows], attention[rows], chosen.view(-1)
    numpy = [[each.numpy() for each in of] for of in (all_tokens, all_parents)]
    return cut(backtrack(*numpy), end)


def main() -> None:
    task, weights = read_task()
    model = Translator(weights).eval()
    limits = (task["begin"], task["end"], task["maximumLength"])

    @torch.inference_mode()
    def decode(threads: int, sources: np.ndarray, width: int) -> list[list[int]]:
        torch.set_num_threads(threads)
        rows = torch.from_numpy(sources)
        return greedy(model, rows, *limits) if width == 1 else beam(model, rows, width, *limits)

    serve(f"torch {torch.__version__}", {f"{n} threads": partial(decode, n) for n in thread_counts()}, task)


main()
