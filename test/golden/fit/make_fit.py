"""Trainings of Keras with sample weights, class weights, masks and several outputs, for parity tests of `fit`.

Usage: python make_fit.py OUT.json   (needs tensorflow-cpu==2.15.1, which brings Keras 2.15)

Keras computes in float64 here, from data and weights that float32 holds exactly, so that its own rounding stays out of
the comparison. Batches are in the order of the data. Keras averages an epoch's loss over batches by their examples, `fit`
by their terms: each batch of the masked data has 8 live time steps, so that both are the same.
"""
import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import numpy as np
import tensorflow as tf

K = tf.keras
K.backend.set_floatx("float64")
EPOCHS, BATCH, RATE = 4, 3, 0.25
rng = np.random.RandomState(5)
exact = lambda a: np.asarray(a).astype("float32").astype("float64")
numbers = lambda *shape: exact(rng.uniform(-1, 1, shape))
weights_of = lambda *shape: exact(rng.choice([0, 0.5, 1, 2, 3.25], shape))
L = lambda a: np.asarray(a).tolist()


def padded(lengths, size):
    x = numbers(len(lengths), 4, size)
    for i, n in enumerate(lengths):
        x[i, n:] = 0
    return x


LENGTHS = [[4, 1, 3, 2, 4, 2], [4, 3, 1]]
HOLES = [
    np.array([[1, 0, 1, 1], [0, 1, 1, 0], [1, 1, 0, 1], [0, 0, 1, 0], [1, 1, 1, 1], [0, 1, 1, 1]]),
    np.array([[1, 1, 1, 0], [0, 0, 1, 1], [1, 1, 0, 1]]),
]


def dense_model():
    x = K.Input([4])
    return K.Model(x, K.layers.Dense(3, name="a")(x))


def two_outputs():
    x = K.Input([4])
    return K.Model(x, {"a": K.layers.Dense(3, name="a")(x), "b": K.layers.Dense(2, name="b")(x)})


def rnn_model(masked):
    def make():
        x = K.Input([4, 2])
        kept = K.layers.Masking()(x) if masked else x
        outputs = K.layers.SimpleRNN(5, return_sequences=True, name="rnn")(kept)
        return K.Model(x, K.layers.Dense(3, name="a")(outputs))

    return make


def holes_model():
    x = K.Input([4, 2])
    return K.Model(x, K.layers.Dense(3, name="a")(K.layers.Masking()(x)))


crossed = lambda: K.losses.SparseCategoricalCrossentropy(from_logits=True)
accuracy = lambda: K.metrics.SparseCategoricalAccuracy(name="accuracy")
classes = lambda *shape: rng.randint(0, 3, shape).astype("int32")
HOW = {"a": (crossed, accuracy), "b": (K.losses.MeanSquaredError, lambda: K.metrics.MeanAbsoluteError(name="mae"))}
CLASS_WEIGHTS = {0: 1.0, 1: 0.25, 2: 4.0}
SIZES = [7, 5]  # the last batch is shorter
flat = lambda: [numbers(n, 4) for n in SIZES]
labels = lambda *shape: [classes(n, *shape) for n in SIZES]
sixes = lambda make: [make(6), make(3)]

CASES = {
    "sample weights": (dense_model, flat(), {"a": labels()}, {"a": [weights_of(n) for n in SIZES]}, {}),
    "class weights": (dense_model, flat(), {"a": labels()}, {}, {"class_weight": CLASS_WEIGHTS}),
    "sample and class weights": (
        dense_model, sixes(lambda n: numbers(n, 4)), {"a": sixes(lambda n: classes(n))}, {"a": sixes(lambda n: weights_of(n))},
        {"class_weight": CLASS_WEIGHTS},
    ),
    "weights of time steps": (
        rnn_model(False), [numbers(n, 4, 2) for n in SIZES], {"a": labels(4)}, {"a": [weights_of(n, 4) for n in SIZES]}, {},
    ),
    "a masking layer": (
        rnn_model(True), [padded(n, 2) for n in LENGTHS], {"a": sixes(lambda n: classes(n, 4))}, {}, {"lengths": LENGTHS},
    ),
    "a masking layer and weights of time steps": (
        rnn_model(True), [padded(n, 2) for n in LENGTHS], {"a": sixes(lambda n: classes(n, 4))},
        {"a": sixes(lambda n: weights_of(n, 4))}, {"lengths": LENGTHS},
    ),
    "a mask with holes and weights of time steps": (
        holes_model, [numbers(*mask.shape, 2) * mask[..., None] for mask in HOLES],
        {"a": sixes(lambda n: classes(n, 4))}, {"a": sixes(lambda n: weights_of(n, 4))}, {"mask": HOLES},
    ),
    "two outputs with loss weights": (
        two_outputs, flat(), {"a": labels(), "b": [numbers(n, 2) for n in SIZES]}, {}, {"loss_weights": {"a": 0.5, "b": 0.75}},
    ),
    "two outputs with loss weights and sample weights": (
        two_outputs, flat(), {"a": labels(), "b": [numbers(n, 2) for n in SIZES]},
        {name: [weights_of(n) for n in SIZES] for name in "ab"}, {"loss_weights": {"a": 0.5, "b": 0.75}},
    ),
}


def run(make, x, y, sample_weights, more):
    single = list(y) == ["a"]
    of = lambda parts: parts["a"] if single else parts
    model = make()
    start = [numbers(*w.shape) for w in model.get_weights()]
    model.set_weights(start)
    names = [w.name.split(":")[0] for w in model.weights]
    given = {"weighted_metrics": of({name: [HOW[name][1]()] for name in y})}
    if "loss_weights" in more:
        given["loss_weights"] = more["loss_weights"]
    model.compile(K.optimizers.SGD(RATE), loss=of({name: HOW[name][0]() for name in y}), **given)
    part = lambda i: [x[i], of({name: each[i] for name, each in y.items()})] + (
        [of({name: each[i] for name, each in sample_weights.items()})] if sample_weights else []
    )
    # Keras 2.15 multiplies weights of both kinds only where it knows the size of a batch, and there it needs a dataset
    known = len(x[0]) % BATCH == 0
    train = tf.data.Dataset.from_tensor_slices(tuple(part(0))).batch(BATCH, drop_remainder=known)
    history = model.fit(
        train, validation_data=tuple(part(1)), validation_batch_size=16, class_weight=more.get("class_weight"),
        epochs=EPOCHS, verbose=0,
    ).history
    own = lambda name: name.startswith("val_") or name.endswith("loss")  # Keras measures the training set while it trains
    data = lambda i: {
        "x": L(x[i]), "y": {name: L(each[i]) for name, each in y.items()},
        "sample_weights": {name: L(each[i]) for name, each in sample_weights.items()},
        **{key: L(more[key][i]) for key in ("lengths", "mask") if key in more},
    }
    return {
        "train": data(0), "validation": data(1), "class_weights": more.get("class_weight"),
        "loss_weights": more.get("loss_weights"), "start": {n: L(w) for n, w in zip(names, start)},
        "history": {name: [float(v) for v in values] for name, values in history.items() if own(name)},
        "end": {n: L(w) for n, w in zip(names, model.get_weights())},
    }


result = {
    "source": f"tf.keras, TensorFlow {tf.__version__}, Keras {keras.__version__}",
    "epochs": EPOCHS, "batch_size": BATCH, "learning_rate": RATE,
    "cases": {name: run(*case) for name, case in CASES.items()},
}
with open(sys.argv[1], "w") as out:
    json.dump(result, out)
