"""Reference outputs and gradients of Keras's convolution over images, for parity tests.

Usage: python make_conv2d.py OUT.json   (needs tensorflow-cpu==2.15.1)
"""
import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow as tf

rng = np.random.RandomState(32)
x = rng.randn(2, 6, 7, 2).astype("f")


def plain(values):
    """Nested lists of the shortest decimals that give the same float32."""
    if np.ndim(values) == 0:
        return float(str(np.float32(values)))
    return [plain(each) for each in np.asarray(values)]


def case(size, padding, strides=1, bias=True, activation=None):
    """The outputs, and the gradients of Σ outputs·direction by the inputs and the weights."""
    layer = tf.keras.layers.Conv2D(
        3, size, strides=strides, padding=padding, use_bias=bias, activation=activation
    )
    layer.build(x.shape)
    for weight in layer.weights:
        weight.assign(rng.randn(*weight.shape))
    weights = {weight.name.split("/")[-1].split(":")[0]: plain(weight) for weight in layer.weights}
    at = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(at)
        outputs = layer(at)
        direction = rng.randn(*outputs.shape).astype("f")
        total = tf.reduce_sum(outputs * direction)
    gradients = tape.gradient(total, [at, *layer.trainable_weights])
    option = {"inputSize": 2, "filters": 3, "kernelSize": size, "strides": strides, "padding": padding, "useBias": bias}
    return {
        "option": option,
        "tanh": activation == "tanh",
        "weights": weights,
        "outputs": plain(outputs),
        "direction": plain(direction),
        "gradients": [plain(each) for each in gradients],
    }


result = {
    "source": "tf.keras.layers, TensorFlow 2.15.1",
    "x": plain(x),
    "conv2d": [
        case(1, "valid"),
        case(3, "valid", activation="tanh"),
        case([2, 3], "valid", strides=2),
        case(3, "same"),
        case([4, 2], "same", bias=False),
        case(3, "same", strides=2),
        case(3, "same", strides=[2, 1]),
        case([1, 5], "valid", strides=[3, 2]),
    ],
}
json.dump(result, open(sys.argv[1], "w"))
