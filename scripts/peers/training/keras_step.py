"""Keras's step: `train_on_batch`. Modes: "plain" and "jit", the argument `jit_compile` of `compile`.

Keras 3 runs on the backend that the environment variable KERAS_BACKEND names; a mode may name it first: "jax/jit".
"""

import os

import numpy as np
from task import EPSILON, LEARNING_RATE, Layer, Peer, Task


def peer(task: Task, threads: int, mode: str) -> Peer:
    backend, _, way = mode.rpartition("/")
    set_threads(backend or "tensorflow", threads)
    import keras

    layers = keras.layers

    def recurrent(index: int):
        sequences = index < task.layers - 1 or task.head == "every"
        if task.cell == "rnn":
            return layers.SimpleRNN(task.units, activation=task.activation, return_sequences=sequences)
        kind = {"lstm": layers.LSTM, "gru": layers.GRU}[task.cell]
        return kind(task.units, return_sequences=sequences)

    model = keras.Sequential(
        [
            layers.Input((task.timeSteps, task.inputs), batch_size=task.batch),
            *map(recurrent, range(task.layers)),
            layers.Dense(task.outputs),
        ]
    )
    for index in range(task.layers):
        model.layers[index].set_weights(weights_of(task.cell, task.layer(index)))
    model.layers[-1].set_weights([task.arrays["head.kernel"], task.arrays["head.bias"]])
    losses = keras.losses
    model.compile(
        optimizer=keras.optimizers.Adam(LEARNING_RATE, epsilon=EPSILON),
        loss=losses.SparseCategoricalCrossentropy(from_logits=True) if task.loss == "softmax" else "mse",
        jit_compile=way == "jit",
    )
    x, y = task.arrays["x"], task.arrays["y"]
    return Peer(lambda: float(model.train_on_batch(x, y)))


def set_threads(backend: str, threads: int) -> None:
    os.environ["KERAS_BACKEND"] = backend
    if backend == "tensorflow":
        import tensorflow as tf

        tf.config.threading.set_intra_op_parallelism_threads(threads)
    elif backend == "jax" and threads == 1:
        os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    elif backend == "torch":
        import torch

        torch.set_num_threads(threads)


def weights_of(cell: str, layer: Layer) -> list[np.ndarray]:
    """In Keras's order of gates. A GRU, whose reset acts after the product with the state, has two rows of biases."""
    gates = {"rnn": ("all",), "lstm": ("i", "f", "j", "o"), "gru": ("u", "r", "candidate")}[cell]
    x, h, bias = layer.gates(*gates)
    return [x, h, np.stack([bias, 0 * bias]) if cell == "gru" else bias]
