"""Golden numbers of location-sensitive attention, written out in TensorFlow 2.15.1 from its paper's equations (arXiv:1506.07503).

    python make_location.py     (needs tensorflow-cpu==2.15.1) writes location.json beside itself

A tanh cell reads [input, context] and attends after each time step: TensorFlow 1.x's AttentionWrapper without an attention layer.
"""

import json
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow as tf

BATCH, STEPS, PLACES, INPUTS, UNITS, MEMORY, SCORE, FILTERS = 2, 4, 6, 2, 3, 4, 5, 3
rng = np.random.RandomState(23)
lengths = [6, 4]


def plain(values):
    """Nested lists of the shortest decimals that give the same float32."""
    return [plain(each) for each in np.asarray(values)] if np.ndim(values) else float(str(np.float32(values)))


def case(width, normalize):
    draw = lambda *shape: tf.Variable(rng.uniform(-1, 1, shape).astype("f"))
    own = "attention_wrapper/location_sensitive_attention"
    weights = {
        "attention_wrapper/basic_rnn_cell/kernel": draw(INPUTS + MEMORY + UNITS, UNITS),
        "attention_wrapper/basic_rnn_cell/bias": draw(UNITS),
        "memory_layer/kernel": draw(MEMORY, SCORE),
        f"{own}/query_layer/kernel": draw(UNITS, SCORE),
        f"{own}/attention_v": draw(SCORE),
        **({f"{own}/attention_g": draw(), f"{own}/attention_b": draw(SCORE)} if normalize else {}),
        f"{own}/location_convolution/kernel": tf.Variable(3 * draw(width, 1, FILTERS)),
        f"{own}/location_layer/kernel": draw(FILTERS, SCORE),
    }
    of = lambda name: next(value for key, value in weights.items() if key.endswith(name))
    x, memory = draw(BATCH, STEPS, INPUTS), draw(BATCH, PLACES, MEMORY)
    weigh, weigh_alignments = draw(BATCH, STEPS, MEMORY), draw(BATCH, PLACES)
    with tf.GradientTape() as tape:
        live = tf.sequence_mask(lengths, PLACES, tf.float32)
        values = memory * live[:, :, None]
        keys = tf.einsum("bpm,mn->bpn", values, of("memory_layer/kernel"))
        h, context, alignments = tf.zeros([BATCH, UNITS]), tf.zeros([BATCH, MEMORY]), tf.zeros([BATCH, PLACES])
        v = of("attention_v")
        if normalize:
            v = of("attention_g") * v / tf.norm(v)
        outputs = []
        for t in range(STEPS):
            h = tf.tanh(tf.concat([x[:, t], context, h], 1) @ of("rnn_cell/kernel") + of("rnn_cell/bias"))
            before = (width - 1) // 2
            padded = tf.pad(alignments, [[0, 0], [before, width - 1 - before]])
            windows = tf.stack([padded[:, p : p + width] for p in range(PLACES)], 1)
            location = tf.einsum("bpk,kf->bpf", windows, of("location_convolution/kernel")[:, 0, :])
            inside = keys + (h @ of("query_layer/kernel"))[:, None, :] + tf.einsum("bpf,fn->bpn", location, of("location_layer/kernel"))
            if normalize:
                inside += of("attention_b")
            score = tf.reduce_sum(v * tf.tanh(inside), -1)
            alignments = tf.nn.softmax(tf.where(live > 0, score, -1e30))
            context = tf.einsum("bp,bpm->bm", alignments, values)
            outputs.append(context)
        outputs = tf.stack(outputs, 1)
        loss = tf.reduce_sum(outputs * weigh) + tf.reduce_sum(alignments * weigh_alignments)
    given = [x, memory, *weights.values()]
    gradients = tape.gradient(loss, given)
    return {
        "options": {"kernelSize": width, "normalize": normalize},
        "lengths": lengths,
        "x": plain(x),
        "memory": plain(memory),
        "weigh": plain(weigh),
        "weighAlignments": plain(weigh_alignments),
        "weights": {name: plain(value) for name, value in weights.items()},
        "outputs": plain(outputs),
        "alignments": plain(alignments),
        "gradients": {name: plain(value) for name, value in zip(["x", "memory", *weights], gradients)},
    }


cases = [case(3, False), case(4, True)]
sizes = {"units": UNITS, "score": SCORE, "filters": FILTERS}
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "location.json"), "w") as file:
    json.dump({"source": "the paper's equations in TensorFlow 2.15.1", "sizes": sizes, "cases": cases}, file)
