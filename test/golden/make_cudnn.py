"""Weights in CuDNN's layouts, and what networks with them answer, without a GPU.

  python make_cudnn.py keras2|jax      # writes foreign/cudnn.keras2.json | cudnn.jax.json beside this file

Needs tensorflow-cpu==2.15.1 | jax==0.7.2. keras2: the opaque parameters that Keras hands to CuDNN for an LSTM and a GRU, and weights
of its layers CuDNNLSTM and CuDNNGRU, which its own converter gives to LSTM and GRU. jax: an LSTM of two layers in both directions,
by `jax.experimental.rnn.lstm_ref`, which reads CuDNN's opaque parameters.
"""
import json, os, sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np

LIBRARY = sys.argv[1]
BATCH, STEPS, INPUTS, UNITS = 2, 5, 3, 4
rng = np.random.RandomState(18)
uniform = lambda *shape: rng.uniform(-0.9, 0.9, shape).astype("float32")
x = uniform(BATCH, STEPS, INPUTS)
cases = {}


def numbers(array):
    """Nested lists; nine digits hold a float32 exactly."""
    array = np.asarray(array)
    return np.vectorize(lambda value: float("%.9g" % value), otypes=[object])(array).tolist()


def keras2():
    import tensorflow as tf
    from keras.src.layers.rnn import gru_lstm_utils
    from keras.src.saving.legacy import hdf5_format
    layers = tf.keras.layers
    full = dict(return_sequences=True, return_state=True)

    def answers(layer):
        outputs, *states = layer(tf.constant(x))
        return {"outputs": numbers(outputs), "states": [numbers(state) for state in states]}

    def opaque(weights, biases):
        return numbers(gru_lstm_utils.canonical_to_params(weights, biases, tf.constant([-1]), transpose_weights=True))

    lstm = layers.LSTM(UNITS, **full)
    lstm.build(x.shape)
    lstm.set_weights([uniform(*weight.shape) for weight in lstm.get_weights()])
    kernel, recurrent, bias = lstm.get_weights()
    # as keras.src.layers.rnn.lstm.gpu_lstm does
    weights = tf.split(kernel, 4, axis=1) + tf.split(recurrent, 4, axis=1)
    cases["lstm"] = {"params": opaque(weights, tf.split(tf.concat([np.zeros_like(bias), bias], 0), 8)), **answers(lstm)}

    gru = layers.GRU(UNITS, **full)
    gru.build(x.shape)
    gru.set_weights([uniform(*weight.shape) for weight in gru.get_weights()])
    kernel, recurrent, bias = gru.get_weights()
    # as keras.src.layers.rnn.gru.gpu_gru does: Keras's order is z, r, h, CuDNN's r, z, h
    weights = tf.split(kernel, 3, axis=1) + tf.split(recurrent, 3, axis=1)
    biases = tf.split(bias.flatten(), 6)
    swap = lambda parts: [parts[i] for i in (1, 0, 2, 4, 3, 5)]
    cases["gru"] = {"params": opaque(swap(weights), swap(biases)), **answers(gru)}

    for name, layer, gates in [("CuDNNLSTM", lstm, 4), ("CuDNNGRU", gru, 3)]:
        own = [uniform(INPUTS, gates * UNITS), uniform(UNITS, gates * UNITS), uniform(2 * gates * UNITS)]
        layer.set_weights(hdf5_format._convert_rnn_weights(layer, own))
        keys = ["kernel", "recurrent_kernel", "bias"]
        cases[name] = {"weights": dict(zip(keys, map(numbers, own))), **answers(layer)}
    return f"tf.keras of tensorflow {tf.__version__}"


def jax():
    import jax
    from jax.experimental import rnn
    sizes = (INPUTS, UNITS, 2, True)
    params = uniform(rnn.get_num_params_in_lstm(*sizes))
    zeros = np.zeros((4, BATCH, UNITS), "float32")
    parts = rnn.unpack_lstm_weights(jax.numpy.asarray(params), *sizes)
    lengths = np.full([BATCH], STEPS, "int32")
    with jax.default_matmul_precision("highest"):
        outputs, _, _ = rnn.lstm_ref(jax.numpy.asarray(x), zeros, zeros, *parts, lengths, INPUTS, UNITS, 2, 0.0, True)
    cases["lstm_2_layers_bidirectional"] = {"params": numbers(params), "outputs": numbers(outputs), "states": []}
    return f"jax {jax.__version__}"


version = {"keras2": keras2, "jax": jax}[LIBRARY]()
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "foreign", f"cudnn.{LIBRARY}.json")
with open(path, "w") as file:
    json.dump({"library": version, "x": numbers(x), "cases": cases}, file, separators=(",", ":"))
    file.write("\n")
