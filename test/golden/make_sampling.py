"""Probabilities of the next token, and which tokens are kept, by Hugging Face's logits processors, in float64.

  pip install torch==2.14.1 transformers==5.24.0
  python make_sampling.py > sampling.json

The order is that of transformers' `generate`: repetition penalty, temperature, top-k, top-p.
"""
import json

import numpy as np
import torch
from transformers import (
    LogitsProcessorList,
    RepetitionPenaltyLogitsProcessor,
    TemperatureLogitsWarper,
    TopKLogitsWarper,
    TopPLogitsWarper,
)

random = np.random.default_rng(16)
spread = [round(x, 3) for x in random.normal(0, 2, 12).tolist()]
sharp = [round(x, 3) for x in random.normal(0, 6, 12).tolist()]
wide = [round(x, 3) for x in random.normal(0, 3, 60).tolist()]
tied = [1.0, 3.0, 2.0, 3.0, 2.0, 2.0, -1.0, -1.0]
equal = [0.0, 0.0, 0.0, 0.0]
masked = [-float("inf"), 0.5, 1.5, -float("inf"), 1.0]

OPTIONS = [
    {},
    {"temperature": 0.5},
    {"temperature": 1.7},
    *({"topK": k} for k in (1, 3, 5, 100)),
    *({"topP": p} for p in (0.05, 0.3, 0.6, 0.9, 0.99)),
    {"repetitionPenalty": 1.3},
    {"repetitionPenalty": 0.8},
    {"temperature": 0.7, "topK": 4},
    {"temperature": 1.4, "topP": 0.8},
    {"topK": 4, "topP": 0.8},
    {"repetitionPenalty": 1.5, "topK": 5},
    {"repetitionPenalty": 1.2, "temperature": 0.6, "topK": 6, "topP": 0.9},
]
PREVIOUS = [3, 1, 1, 2]


def case(logits, options):
    processors = LogitsProcessorList()
    if "repetitionPenalty" in options:
        processors.append(RepetitionPenaltyLogitsProcessor(options["repetitionPenalty"]))
    if "temperature" in options:
        processors.append(TemperatureLogitsWarper(options["temperature"]))
    if "topK" in options:
        processors.append(TopKLogitsWarper(options["topK"]))
    if "topP" in options:
        processors.append(TopPLogitsWarper(options["topP"]))
    scores = processors(torch.tensor([PREVIOUS]), torch.tensor([logits], dtype=torch.float64))
    probabilities = torch.softmax(scores, dim=-1)[0].tolist()
    return {
        "logits": [None if x == -float("inf") else x for x in logits],
        "options": options,
        "kept": [i for i, score in enumerate(scores[0].tolist()) if score > -float("inf")],
        "probabilities": probabilities,
    }


cases = [case(logits, options) for logits in (spread, sharp, wide, masked) for options in OPTIONS]
cases += [case(logits, {"topK": k}) for logits in (tied, equal) for k in (1, 3)]
# Of equally likely tokens top-p keeps those that torch's sort puts last, which no document says: only their number counts.
ties = [case(logits, {"topP": p}) for logits in (tied, equal) for p in (0.5, 0.6, 0.75)]
print(json.dumps({"previous": PREVIOUS, "cases": cases, "ties": ties}))
