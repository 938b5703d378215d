"""Golden numbers of attention, made with TensorFlow Addons 0.23.0, its last release: what test/seq2seq/attention compares with.

    pip install tensorflow==2.15.1 tensorflow-addons==0.23.0     (Python 3.9 to 3.11)
    python make_attention.py                                     writes attention.json beside itself

Each case unrolls an AttentionWrapper over some time steps, and has its weights by TensorFlow 1.x's names in TensorFlow 1.x's
layout (Keras's gates are put in that order), the outputs, alignments and states, and the gradients of
loss = sum of outputs x weight + final cell states + final alignments x weight, for all weights, the inputs and the memory.
"""

import json
import os
import warnings

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
warnings.filterwarnings("ignore")

import numpy as np
import tensorflow as tf
import tensorflow_addons as tfa

K = tf.keras.layers
STEPS, INPUTS, UNITS, MEMORY = 4, 3, 5, 4
rng = np.random.RandomState(17)
values = lambda *shape: rng.uniform(-1, 1, shape).astype(np.float32)
rounded = lambda a: np.vectorize(lambda v: float(f"{v:.8g}"), otypes=[float])(np.asarray(a, np.float32)).tolist()


def columns(kernel, blocks, order):
    parts = np.split(np.asarray(kernel), blocks, -1)
    return np.concatenate([parts[i] for i in order], -1)


def lstm(cell):
    """Keras: i, f, c, o. TensorFlow 1.x: i, j, f, o, the recurrent rows below the input's."""
    return lambda of: {
        "lstm_cell/kernel": columns(np.concatenate([of(cell.kernel), of(cell.recurrent_kernel)]), 4, [0, 2, 1, 3]),
        "lstm_cell/bias": columns(of(cell.bias), 4, [0, 2, 1, 3]),
    }


def gru(cell):
    """Keras: z, r, h. TensorFlow 1.x: r, u of the gates, and the candidate, each with its recurrent rows below."""
    def weights(of):
        z, r, h = [np.split(np.concatenate([of(cell.kernel), of(cell.recurrent_kernel)]), 3, -1)[i] for i in range(3)]
        bz, br, bh = np.split(of(cell.bias), 3, -1)
        return {
            "gru_cell/gates/kernel": np.concatenate([r, z], -1),
            "gru_cell/gates/bias": np.concatenate([br, bz], -1),
            "gru_cell/candidate/kernel": h,
            "gru_cell/candidate/bias": bh,
        }
    return weights


def one(kind, units=UNITS):
    if kind == "lstm":
        cell = K.LSTMCell(units)
        return cell, lstm(cell)
    cell = K.GRUCell(units, reset_after=False)
    return cell, gru(cell)


def make_cell(kind):
    if kind != "stack":
        return one(kind)
    (a, of_a), (b, of_b) = one("lstm"), one("gru")
    both = lambda of: {
        **{f"multi_rnn_cell/cell_0/{k}": v for k, v in of_a(of).items()},
        **{f"multi_rnn_cell/cell_1/{k}": v for k, v in of_b(of).items()},
    }
    return K.StackedRNNCells([a, b]), both


def states_in_order(kind, state):
    """Keras's LSTM keeps h, c. TensorFlow 1.x's keeps c, h."""
    parts = tf.nest.flatten(state)
    return parts if kind == "gru" else [parts[1], parts[0], *parts[2:]]


SCOPES = {
    "BahdanauAttention": "bahdanau_attention",
    "LuongAttention": "luong_attention",
    "BahdanauMonotonicAttention": "bahdanau_monotonic_attention",
    "LuongMonotonicAttention": "luong_monotonic_attention",
}


def mechanism_weights(mechanism, kind, i, seen):
    scope = SCOPES[kind] + (f"_{seen}" if seen else "")
    def weights(of):
        named = {"memory_layer%s/kernel" % (f"_{i}" if i else ""): of(mechanism.memory_layer.kernel)}
        if mechanism.query_layer is not None:
            named[f"attention_wrapper/{scope}/query_layer/kernel"] = of(mechanism.query_layer.kernel)
        for name in ["attention_v", "attention_g", "attention_b", "attention_score_bias", "scale_weight"]:
            variable = getattr(mechanism, name, None)
            if variable is not None:
                named[f"attention_wrapper/{scope}/{'attention_g' if name == 'scale_weight' else name}"] = of(variable)
        return named
    return weights


def case(name, mechanisms, cell_kind="lstm", batch=3, n_steps=6, lengths=None, layer=None, output_attention=True):
    x, memory = values(batch, STEPS, INPUTS), values(batch, n_steps, MEMORY)
    made = []
    for kind, options in mechanisms:
        units = UNITS if kind.startswith("Luong") else 3
        made.append(getattr(tfa.seq2seq, kind)(units, **options))
    cell, cell_weights = make_cell(cell_kind)
    is_list = len(made) > 1
    wrapper = tfa.seq2seq.AttentionWrapper(
        cell,
        made if is_list else made[0],
        attention_layer_size=layer,
        output_attention=output_attention,
    )

    def run(x, memory):
        for mechanism in made:
            mechanism.setup_memory(memory, lengths)
        state = wrapper.get_initial_state(batch_size=batch, dtype=tf.float32)
        outputs, alignments = [], []
        for t in range(STEPS):
            output, state = wrapper(x[:, t], state)
            outputs.append(output)
            alignments.append(state.alignments if is_list else (state.alignments,))
        return tf.stack(outputs, 1), [tf.stack([a[i] for a in alignments], 1) for i in range(len(made))], state

    run(tf.constant(x), tf.constant(memory))
    variables = list({id(v): v for v in [*cell.trainable_variables, *wrapper.trainable_variables,
                      *[v for m in made for v in m.trainable_variables],
                      *[v for m in made for layer_ in (m.memory_layer, m.query_layer) if layer_ for v in layer_.trainable_variables]]}.values())
    for variable in variables:
        variable.assign(values(*variable.shape) * 0.8)
    with tf.GradientTape(persistent=True) as tape:
        tx, tm = tf.Variable(x), tf.Variable(memory)
        outputs, alignments, state = run(tx, tm)
        weigh = values(*outputs.shape)
        weigh_alignments = [values(batch, n_steps) for _ in made]
        finals = state.alignments if is_list else (state.alignments,)
        loss = tf.reduce_sum(outputs * weigh) + sum(tf.reduce_sum(s) for s in tf.nest.flatten(state.cell_state))
        loss += sum(tf.reduce_sum(a * w) for a, w in zip(finals, weigh_alignments))
    def all_of(of):
        named = {f"attention_wrapper/{k}": v for k, v in cell_weights(of).items()}
        for i, ((kind, _), mechanism) in enumerate(zip(mechanisms, made)):
            seen = sum(1 for other, _ in mechanisms[:i] if other == kind)
            named.update(mechanism_weights(mechanism, kind, i, seen)(of))
        for i, attention_layer in enumerate(wrapper._attention_layers or []):
            named["attention_wrapper/attention_layer%s/kernel" % (f"_{i}" if i else "")] = of(attention_layer.kernel)
        return {k: rounded(v) for k, v in named.items()}
    def gradient(variable):
        found = tape.gradient(loss, variable)
        return np.zeros(variable.shape, np.float32) if found is None else tf.convert_to_tensor(found).numpy()
    print(name, float(loss))
    return {
        "name": name, "cell": cell_kind, "layer": layer, "outputAttention": output_attention,
        "mechanisms": [{"kind": kind, "options": options} for kind, options in mechanisms],
        "x": rounded(x), "memory": rounded(memory), "lengths": lengths,
        "weigh": rounded(weigh), "weighAlignments": [rounded(w) for w in weigh_alignments],
        "weights": all_of(lambda v: v.numpy()),
        "outputs": rounded(outputs), "alignments": [rounded(a) for a in alignments],
        "cellState": [rounded(s) for s in states_in_order(cell_kind, state.cell_state)],
        "attention": rounded(state.attention), "loss": float(loss),
        "gradients": all_of(gradient), "xGradient": rounded(gradient(tx)), "memoryGradient": rounded(gradient(tm)),
    }


BAHDANAU, LUONG = ("BahdanauAttention", {}), ("LuongAttention", {})
NORMALIZED, SCALED = ("BahdanauAttention", {"normalize": True}), ("LuongAttention", {"scale": True})
monotonic = lambda kind, mode, **more: (f"{kind}MonotonicAttention", {"mode": mode, **more})
RAGGED = [6, 1, 3]

CASES = [
    case("Bahdanau", [BAHDANAU]),
    case("Bahdanau, lengths, attention layer", [BAHDANAU], lengths=RAGGED, layer=4),
    case("Bahdanau normalised, GRU", [NORMALIZED], "gru", lengths=RAGGED),
    case("Bahdanau, a stack, the cell's output", [BAHDANAU], "stack", lengths=RAGGED, layer=2, output_attention=False),
    case("Luong", [LUONG]),
    case("Luong, lengths, attention layer", [LUONG], lengths=RAGGED, layer=4),
    case("Luong scaled, GRU", [SCALED], "gru", lengths=RAGGED),
    case("Luong, a stack", [LUONG], "stack", lengths=RAGGED, layer=2),
    case("Luong, a memory of one place", [LUONG], n_steps=1, lengths=[1, 1, 1], layer=3),
    case("Bahdanau, a memory of one place", [BAHDANAU], n_steps=1, layer=3),
    case("Luong scaled, one example", [SCALED], batch=1, lengths=[4], layer=3),
    case("Bahdanau normalised, one example", [NORMALIZED], batch=1, lengths=[6], layer=3),
    case("Luong, all lengths equal", [LUONG], lengths=[4, 4, 4]),
    case("Bahdanau and Luong together", [BAHDANAU, LUONG], "gru", lengths=RAGGED, layer=[4, 2]),
    case("two Luong together, without a layer", [LUONG, SCALED], lengths=RAGGED),
    case("Luong hardmax", [("LuongAttention", {"probability_fn": "hardmax"})], lengths=RAGGED, layer=4),
    case("Bahdanau hardmax", [("BahdanauAttention", {"probability_fn": "hardmax"})], "gru", lengths=RAGGED),
    case("Bahdanau monotonic, parallel", [monotonic("Bahdanau", "parallel", score_bias_init=-0.5)], lengths=RAGGED, layer=4),
    case("Bahdanau monotonic, recursive, normalised", [monotonic("Bahdanau", "recursive", normalize=True)], "gru", lengths=RAGGED),
    case("Bahdanau monotonic, hard", [monotonic("Bahdanau", "hard")], lengths=RAGGED, layer=4),
    case("Luong monotonic, parallel, scaled", [monotonic("Luong", "parallel", scale=True)], "gru", lengths=RAGGED),
    case("Luong monotonic, recursive", [monotonic("Luong", "recursive", score_bias_init=0.3)], lengths=RAGGED, layer=4),
    case("Luong monotonic, hard, a stack", [monotonic("Luong", "hard")], "stack", lengths=RAGGED),
    case("Luong monotonic, parallel, a memory of one place", [monotonic("Luong", "parallel")], n_steps=1),
]


def probabilities():
    """monotonic_attention, safe_cumprod and hardmax of TensorFlow Addons themselves."""
    p, previous = rng.uniform(0.02, 0.98, (2, 7)).astype(np.float32), rng.uniform(0, 1, (2, 7)).astype(np.float32)
    previous /= previous.sum(1, keepdims=True)
    binary = np.asarray([[0, 0, 0, 1, 1, 0, 1], [1, 0, 1, 0, 0, 0, 0]], np.float32)
    one_hot = np.asarray([[0, 1, 0, 0, 0, 0, 0], [0, 1, 0, 0, 0, 0, 0]], np.float32)
    made = {"p": rounded(p), "previous": rounded(previous), "binary": rounded(binary), "oneHot": rounded(one_hot)}
    for mode in ["recursive", "parallel"]:
        tp, tq = tf.Variable(p), tf.Variable(previous)
        with tf.GradientTape() as tape:
            attention = tfa.seq2seq.monotonic_attention(tp, tq, mode)
            loss = tf.reduce_sum(attention * tf.range(1.0, 8.0))
        made[mode] = {"attention": rounded(attention), "gradients": [rounded(g) for g in tape.gradient(loss, [tp, tq])]}
    made["hard"] = rounded(tfa.seq2seq.monotonic_attention(binary, one_hot, "hard"))
    with_zero = np.asarray([[0.5, 0.25, 1, 0, 0.5, 2], [1, 1e-20, 1e-20, 1e-20, 1, 0.1]], np.float32)
    made["cumprod"] = {"x": rounded(with_zero), "inclusive": rounded(tfa.seq2seq.safe_cumprod(with_zero, axis=1)),
                       "exclusive": rounded(tfa.seq2seq.safe_cumprod(with_zero, axis=1, exclusive=True))}
    ties = np.asarray([[1, 3, 3], [-1, -2, -3]], np.float32)
    made["hardmax"] = {"x": rounded(ties), "y": rounded(tfa.seq2seq.hardmax(ties))}
    return made


if __name__ == "__main__":
    target = os.path.join(os.path.dirname(os.path.abspath(__file__)), "attention.json")
    with open(target, "w") as file:
        json.dump({"made": f"tensorflow {tf.__version__}, tensorflow-addons {tfa.__version__}", "cases": CASES,
                   "probabilities": probabilities()}, file, separators=(",", ":"))
        file.write("\n")
