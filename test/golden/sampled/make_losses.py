"""Terms and gradients of TensorFlow 1.x's sampled losses, for parity tests.

Usage: python make_losses.py OUT.json   (needs tensorflow-cpu==2.15.1)
"""
import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow.compat.v1 as tf

tf.disable_eager_execution()
rng = np.random.RandomState(31)
CLASSES, DIM, BATCH, SAMPLED = 12, 3, 4, 6
weights = rng.randn(CLASSES, DIM).astype("f")
biases = rng.randn(CLASSES).astype("f")
inputs = rng.randn(BATCH, DIM).astype("f")
unigrams = [50, 30, 20, 10, 9, 8, 7, 5, 4, 3, 2, 1]
LOSSES = {"nceLoss": tf.nn.nce_loss, "sampledSoftmaxLoss": tf.nn.sampled_softmax_loss}
SAMPLERS = {
    "logUniform": tf.random.log_uniform_candidate_sampler,
    "uniform": tf.random.uniform_candidate_sampler,
    "fixedUnigram": lambda *a, **k: tf.nn.fixed_unigram_candidate_sampler(*a, unigrams=unigrams, distortion=0.75, **k),
}


def case(loss, sampler, num_true, hits, unique):
    labels = np.stack([rng.choice(CLASSES, num_true, replace=False) for _ in range(BATCH)]).astype(np.int64)
    with tf.Graph().as_default(), tf.Session() as session:
        given = [tf.constant(weights), tf.constant(biases), tf.constant(inputs)]
        values = SAMPLERS[sampler](tf.constant(labels), num_true, SAMPLED, unique, CLASSES, seed=42)
        terms = LOSSES[loss](
            *given[:2],
            labels=tf.constant(labels),
            inputs=given[2],
            num_sampled=SAMPLED,
            num_classes=CLASSES,
            num_true=num_true,
            sampled_values=values,
            remove_accidental_hits=hits,
        )
        gradients = [tf.convert_to_tensor(g) for g in tf.gradients(terms, given)]  # slices, where rows are gathered
        terms, gradients, values = session.run([terms, gradients, values])
    names = ("sampledCandidates", "trueExpectedCount", "sampledExpectedCount")
    return {
        "loss": loss,
        "sampler": sampler,
        "numTrue": num_true,
        "removeAccidentalHits": hits,
        "unique": unique,
        "labels": labels.tolist(),
        "values": {name: each.astype(float).tolist() for name, each in zip(names, values)},
        "terms": terms.astype(float).tolist(),
        "gradients": {n: g.astype(float).tolist() for n, g in zip(("weights", "biases", "inputs"), gradients)},
    }


cases = [
    case(loss, sampler, num_true, hits, hits or num_true == 1)  # with unique=False TensorFlow removes the last hit alone
    for loss in LOSSES
    for sampler in SAMPLERS
    for num_true in (1, 2)
    for hits in (False, True)
]
assert any(set(np.ravel(c["labels"])) & set(c["values"]["sampledCandidates"]) for c in cases)
shared = {"weights": weights, "biases": biases, "inputs": inputs}
with open(sys.argv[1], "w") as out:
    json.dump({**{k: v.astype(float).tolist() for k, v in shared.items()}, "unigrams": unigrams, "cases": cases}, out)
    out.write("\n")
