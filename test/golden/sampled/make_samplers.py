"""Draws and expected counts of TensorFlow 1.x's candidate samplers, for parity tests.

Usage: python make_samplers.py OUT.json   (needs tensorflow-cpu==2.15.1)
"""
import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow.compat.v1 as tf

tf.disable_eager_execution()
rng = np.random.RandomState(5)
COUNTS = np.sort(rng.zipf(1.3, 40).clip(1, 5000))[::-1].tolist()
MAXIMUM = 2**31 - 1


def sampler(kind, true_classes, options, seed):
    num_true = true_classes.shape[1]
    shape = (tf.constant(true_classes), num_true, options["numSampled"], options["unique"], options["rangeMax"])
    if kind == "logUniform":
        return tf.random.log_uniform_candidate_sampler(*shape, seed=seed)
    if kind == "uniform":
        return tf.random.uniform_candidate_sampler(*shape, seed=seed)
    return tf.nn.fixed_unigram_candidate_sampler(
        *shape,
        unigrams=options["unigrams"],
        distortion=options["distortion"],
        num_reserved_ids=options["numReservedIds"],
        seed=seed,
    )


def case(kind, num_true, graph_seed, seed, steps=4, **options):
    """The draws of some successive steps, as one session gives them."""
    true_classes = rng.randint(options.get("numReservedIds", 0), options["rangeMax"], (3, num_true)).astype(np.int64)
    with tf.Graph().as_default(), tf.Session() as session:
        if graph_seed is not None:
            tf.set_random_seed(graph_seed)
        values = sampler(kind, true_classes, options, seed)
        draws = []
        for _ in range(steps):
            sampled, true_count, sampled_count = session.run(values)
            draws.append(
                {
                    "sampledCandidates": sampled.tolist(),
                    "trueExpectedCount": true_count.astype(float).tolist(),
                    "sampledExpectedCount": sampled_count.astype(float).tolist(),
                }
            )
    return {
        "kind": kind,
        "options": {**options, "seed": seed, **({} if graph_seed is None else {"graphSeed": graph_seed})},
        "trueClasses": true_classes.tolist(),
        "draws": draws,
    }


def unigram(**given):
    return {"unigrams": COUNTS, "distortion": 0.75, "numReservedIds": 0, "rangeMax": 40, **given}


cases = [
    case("logUniform", 1, None, 42, numSampled=6, unique=True, rangeMax=50),
    case("logUniform", 2, 7, 42, numSampled=6, unique=False, rangeMax=50),
    case("logUniform", 1, 0, 0, numSampled=64, unique=True, rangeMax=50_000, steps=3),
    case("logUniform", 1, 123456789, 987654321, numSampled=20, unique=True, rangeMax=20, steps=2),
    case("logUniform", 1, MAXIMUM + 5, MAXIMUM + 9, numSampled=5, unique=False, rangeMax=1_000_000_000),
    case("uniform", 1, None, 3, numSampled=6, unique=True, rangeMax=50),
    case("uniform", 2, 7, 42, numSampled=7, unique=False, rangeMax=64),
    case("uniform", 1, 11, 12, numSampled=5, unique=False, rangeMax=2_000_000_001),
    case("fixedUnigram", 1, None, 42, numSampled=6, unique=True, **unigram()),
    case("fixedUnigram", 2, 7, 42, numSampled=9, unique=False, **unigram(distortion=1.0)),
    case("fixedUnigram", 1, 7, 8, numSampled=12, unique=True, **unigram(numReservedIds=2, rangeMax=42)),
]
with open(sys.argv[1], "w") as out:
    json.dump({"cases": cases}, out)
    out.write("\n")
