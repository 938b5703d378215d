"""Golden numbers of cells and options that TensorFlow 1.x lacks, made by Keras 2.15.

  python make_cells.py            # writes cells.json beside this file

Needs tensorflow-cpu==2.15.1. Each case: weights as Keras has them, inputs `x`, `lengths` where it has a mask, outputs of
all time steps (or `outputs` flattened by example and step), and the last state.
"""
import json
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow as tf

K = tf.keras.layers
rng = np.random.default_rng(21)
uniform = lambda *shape: rng.uniform(-1, 1, shape).astype(np.float32)
cases = {}


def add(name, layer, x, lengths=None):
    layer.build((None,) + x.shape[1:])
    layer.set_weights([uniform(*w.shape) for w in layer.get_weights()])
    mask = None if lengths is None else tf.sequence_mask(lengths, x.shape[1])
    outputs, *state = layer(tf.constant(x), mask=mask)
    cases[name] = {
        "weights": [{"shape": list(w.shape), "values": w.ravel().tolist()} for w in layer.get_weights()],
        "x": {"shape": list(x.shape), "values": x.ravel().tolist()},
        "lengths": lengths,
        "outputs": {"shape": list(outputs.shape), "values": outputs.numpy().ravel().tolist()},
        "state": [{"shape": list(s.shape), "values": s.numpy().ravel().tolist()} for s in state],
    }


common = {"return_sequences": True, "return_state": True}
x = 2 * uniform(3, 5, 3)
for name, make in {
    "lstm": lambda **o: K.LSTM(4, **common, **o),
    "gru_reset_before": lambda **o: K.GRU(4, reset_after=False, **common, **o),
    "gru_reset_after": lambda **o: K.GRU(4, reset_after=True, **common, **o),
}.items():
    add(f"{name}.hard_sigmoid", make(recurrent_activation="hard_sigmoid"), x)
    add(f"{name}.no_bias", make(use_bias=False), x)
    add(f"{name}.hard_sigmoid_no_bias", make(recurrent_activation="hard_sigmoid", use_bias=False), x)
add("simple_rnn.no_bias", K.SimpleRNN(4, use_bias=False, **common), x)
add("simple_rnn.go_backwards", K.SimpleRNN(4, go_backwards=True, **common), x)
add("simple_rnn.go_backwards_lengths", K.SimpleRNN(4, go_backwards=True, **common), x, [5, 0, 2])
add("simple_rnn.repeat_last", K.SimpleRNN(4, **common), x, [5, 0, 2])
conv = {"padding": "same", "recurrent_activation": "sigmoid", **common}
add("conv_lstm_1d", K.ConvLSTM1D(2, 3, **conv), uniform(2, 3, 5, 3))
add("conv_lstm_2d", K.ConvLSTM2D(2, (3, 2), **conv), uniform(2, 3, 4, 5, 3))
add("conv_lstm_3d", K.ConvLSTM3D(2, (3, 2, 1), **conv), uniform(2, 2, 3, 2, 4, 2))
add("conv_lstm_2d.no_bias", K.ConvLSTM2D(2, (3, 3), use_bias=False, **conv), uniform(2, 3, 4, 4, 1))

round_all = lambda value: (
    {k: round_all(v) for k, v in value.items()} if isinstance(value, dict)
    else [round_all(v) for v in value] if isinstance(value, list)
    else float(np.format_float_positional(np.float32(value), unique=True)) if isinstance(value, float) else value
)
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "cells.json"), "w") as file:
    json.dump(round_all(cases), file)
