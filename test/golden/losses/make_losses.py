"""Reference values and gradients of TensorFlow 1.x's losses, for parity tests.

Usage: python make_losses.py OUT.json   (needs tensorflow-cpu==2.15.1)
"""
import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow.compat.v1 as tf

tf.disable_eager_execution()
rng = np.random.RandomState(21)
NONE = tf.losses.Reduction.NONE
labels = rng.randn(4, 3).astype("f")
predictions = (labels + 2 * rng.randn(4, 3)).astype("f")
logits = (5 * rng.randn(4, 3)).astype("f")
classes = np.array([2, 0, 1, 1])
onehot = np.eye(3, dtype="f")[classes]
events = (rng.rand(4, 3) < 0.5).astype("f")


def case(given, at, loss):
    """The terms of a loss, and the gradient of their sum by its second argument."""
    x = tf.constant(at)
    terms = loss(tf.constant(given), x)
    with tf.Session() as session:
        values, gradient = session.run([terms, tf.gradients(terms, x)[0]])
    return {"terms": values.astype(float).tolist(), "gradient": gradient.astype(float).tolist()}


def huber(delta):
    return case(labels, predictions, lambda y, p: tf.losses.huber_loss(y, p, delta=delta, reduction=NONE))


def softmax(smoothing):
    return case(
        onehot, logits, lambda y, x: tf.losses.softmax_cross_entropy(y, x, label_smoothing=smoothing, reduction=NONE)
    )


def sigmoid(smoothing):
    return case(
        events, logits, lambda y, x: tf.losses.sigmoid_cross_entropy(y, x, label_smoothing=smoothing, reduction=NONE)
    )


def weighted(weight):
    return case(events, logits, lambda y, x: tf.nn.weighted_cross_entropy_with_logits(y, x, weight))


def pinball(q):
    """TensorFlow 1.x has no such loss: NumPy, float64."""
    error = labels.astype("d") - predictions.astype("d")
    return {
        "terms": np.maximum(q * error, (q - 1) * error).tolist(),
        "gradient": np.where(error > 0, -q, 1 - q).tolist(),
    }


result = {
    "source": "tf.compat.v1.losses, TensorFlow 2.15.1; pinball: NumPy",
    "labels": labels.astype(float).tolist(),
    "predictions": predictions.astype(float).tolist(),
    "logits": logits.astype(float).tolist(),
    "classes": classes.tolist(),
    "events": events.astype(float).tolist(),
    "huber": [{"option": delta, **huber(delta)} for delta in (0.3, 1.0, 2.5)],
    "softmax": [{"option": s, **softmax(s)} for s in (0.0, 0.1, 1.0)],
    "sigmoid": [{"option": s, **sigmoid(s)} for s in (0.0, 0.1, 1.0)],
    "weighted": [{"option": w, **weighted(w)} for w in (0.0, 0.5, 20.0)] + [
        {"option": [1.0, 3.0, 0.25], **weighted(np.array([1.0, 3.0, 0.25], "f"))}
    ],
    "pinball": [{"option": q, **pinball(q)} for q in (0.1, 0.5, 0.9)],
}
json.dump(result, open(sys.argv[1], "w"))
