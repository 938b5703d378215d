"""Reference outputs and gradients of Keras's normalisation and convolution layers, for parity tests.

Usage: python make_layers.py OUT.json   (needs tensorflow-cpu==2.15.1)
"""
import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow as tf

rng = np.random.RandomState(31)
layers = tf.keras.layers
x = rng.randn(2, 7, 3).astype("f")


def plain(values):
    """Nested lists of the shortest decimals that give the same float32."""
    if np.ndim(values) == 0:
        return float(str(np.float32(values)))
    return [plain(each) for each in np.asarray(values)]


def case(layer, option, training=None):
    """The outputs, and the gradients of Σ outputs·direction by the inputs and the trainable weights."""
    layer.build(x.shape)
    for weight in layer.weights:
        weight.assign(rng.rand(*weight.shape) + 0.5 if "moving" in weight.name else rng.randn(*weight.shape))
    before = {weight.name.split("/")[-1].split(":")[0]: plain(weight) for weight in layer.weights}
    at = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(at)
        outputs = layer(at) if training is None else layer(at, training=training)
        direction = rng.randn(*outputs.shape).astype("f")
        total = tf.reduce_sum(outputs * direction)
    gradients = tape.gradient(total, [at, *layer.trainable_weights])
    after = {weight.name.split("/")[-1].split(":")[0]: plain(weight) for weight in layer.weights}
    return {
        "option": option,
        "weights": before,
        "after": after,
        "outputs": plain(outputs),
        "direction": plain(direction),
        "gradients": [plain(each) for each in gradients],
    }


def norm(input_size, axis, epsilon):
    return case(layers.LayerNormalization(axis=axis, epsilon=epsilon), {"inputSize": input_size, "epsilon": epsilon})


def batch_norm(training, momentum=0.99, epsilon=1e-3):
    layer = layers.BatchNormalization(momentum=momentum, epsilon=epsilon)
    return {"training": training, **case(layer, {"inputSize": 3, "momentum": momentum, "epsilon": epsilon}, training)}


def conv(width, padding, strides=1, dilation=1, bias=True, activation=None):
    layer = layers.Conv1D(
        4, width, strides=strides, padding=padding, dilation_rate=dilation, use_bias=bias, activation=activation
    )
    option = {"inputSize": 3, "filters": 4, "kernelSize": width, "strides": strides, "padding": padding}
    return {"tanh": activation == "tanh", **case(layer, {**option, "dilationRate": dilation, "useBias": bias})}


result = {
    "source": "tf.keras.layers, TensorFlow 2.15.1",
    "x": plain(x),
    "layerNorm": [norm([3], -1, 1e-3), norm([3], -1, 0.5), norm([7, 3], [1, 2], 1e-3)],
    "batchNorm": [batch_norm(False), batch_norm(True), batch_norm(True, 0.6, 0.1)],
    "conv1d": [
        conv(1, "valid"),
        conv(3, "valid"),
        conv(3, "valid", strides=2),
        conv(2, "same"),
        conv(3, "same", strides=3),
        conv(4, "same", bias=False),
        conv(3, "causal", activation="tanh"),
        conv(3, "causal", strides=2),
        conv(2, "valid", dilation=3),
        conv(3, "same", dilation=2),
        conv(3, "causal", dilation=2),
    ],
}
json.dump(result, open(sys.argv[1], "w"))
