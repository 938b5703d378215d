"""sequence_loss of TensorFlow Addons 0.23.0 (TensorFlow 2.15.1): writes sequence_loss.json beside this file.

  python make_sequence_loss.py      needs tensorflow==2.15.1 and tensorflow-addons==0.23.0
"""

import itertools
import json
import pathlib

import numpy as np
import tensorflow as tf
from tensorflow_addons.seq2seq import sequence_loss

generator = np.random.default_rng(17)
logits = generator.normal(size=(3, 4, 5)).astype(np.float32)
targets = generator.integers(0, 5, size=(3, 4)).astype(np.int32)
weights = np.array([[1, 1, 1, 0], [0.5, 2, 0, 0], [0, 0, 0, 0]], dtype=np.float32)

cases = []
for time, batch in itertools.product(("average", "sum", "none"), repeat=2):
    if {"average", "sum"} == {time, batch}:
        continue  # TensorFlow Addons refuses both together
    loss = sequence_loss(
        tf.constant(logits),
        tf.constant(targets),
        tf.constant(weights),
        average_across_timesteps=time == "average",
        average_across_batch=batch == "average",
        sum_over_timesteps=time == "sum",
        sum_over_batch=batch == "sum",
    ).numpy()
    cases.append({"time": time, "batch": batch, "shape": list(loss.shape), "loss": loss.ravel().tolist()})

content = {
    "logits": {"shape": list(logits.shape), "data": logits.ravel().tolist()},
    "targets": {"shape": list(targets.shape), "data": targets.ravel().tolist()},
    "weights": {"shape": list(weights.shape), "data": weights.ravel().tolist()},
    "cases": cases,
}
pathlib.Path(__file__).with_name("sequence_loss.json").write_text(json.dumps(content, indent=1) + "\n")
