"""TensorFlow 1.x's step as the book writes it: dynamic_rnn, and one run of the session. Mode: "graph"."""

import warnings

import tensorflow.compat.v1 as tf
from task import EPSILON, LEARNING_RATE, Peer, Task


def peer(task: Task, threads: int, mode: str) -> Peer:
    warnings.filterwarnings("ignore")
    tf.disable_eager_execution()
    tf.logging.set_verbosity(tf.logging.ERROR)
    x, y = task.arrays["x"], task.arrays["y"]
    inputs, labels = tf.placeholder(tf.float32, x.shape), tf.placeholder(y.dtype, y.shape)
    cells = [cell_of(task) for _ in range(task.layers)]
    cell = cells[0] if task.layers == 1 else tf.nn.rnn_cell.MultiRNNCell(cells)
    outputs, _ = tf.nn.dynamic_rnn(cell, inputs, dtype=tf.float32)
    rows = tf.reshape(outputs, [-1, task.units]) if task.head == "every" else outputs[:, -1]
    head = tf.layers.Dense(task.outputs)
    logits = head(rows)
    if task.loss == "softmax":
        terms = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=tf.reshape(labels, [-1]), logits=logits)
    else:
        terms = tf.square(logits - tf.reshape(labels, [-1, task.outputs]))
    loss = tf.reduce_mean(terms)
    train = tf.train.AdamOptimizer(LEARNING_RATE, epsilon=EPSILON).minimize(loss)
    session = tf.Session(config=tf.ConfigProto(intra_op_parallelism_threads=threads))
    session.run(tf.global_variables_initializer())
    for index, made in enumerate(cells):
        for variable in made.weights:
            variable.load(task.arrays[f"layers.{index}.{part_of(variable.op.name)}"], session)
    for variable, part in zip(head.weights, ("kernel", "bias")):
        variable.load(task.arrays[f"head.{part}"], session)
    return Peer(lambda: float(session.run([train, loss], {inputs: x, labels: y})[1]))


def cell_of(task: Task):
    cells = tf.nn.rnn_cell
    if task.cell == "rnn":
        return cells.BasicRNNCell(task.units, activation=tf.nn.relu if task.activation == "relu" else tf.tanh)
    return {"lstm": cells.BasicLSTMCell, "gru": cells.GRUCell}[task.cell](task.units)


def part_of(name: str) -> str:
    """ "rnn/gru_cell/gates/kernel" is gates_kernel; "rnn/basic_lstm_cell/kernel" is kernel."""
    *_, scope, part = name.split("/")
    return f"{scope}_{part}" if scope in ("gates", "candidate") else part
