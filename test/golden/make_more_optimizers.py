"""Reference steps of further optimizers, decoupled weight decay and moving averages, for parity tests.

Usage: python make_more_optimizers.py OUT.json   (needs tensorflow-cpu==2.15.1)

centred RMSProp, ExponentialMovingAverage: tf.compat.v1.train. Nadam: the op that TensorFlow 1.x's contrib applies,
ResourceApplyAdam with use_nesterov. amsgrad, AdamW and SGD with weight_decay: tf.keras.optimizers 2.15. SGDW and AdamW as
TensorFlow Addons have them: the decay `w -= weight_decay * w`, then tf.compat.v1.train's step.
"""
import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow as tf2
import tensorflow.compat.v1 as tf

STEPS = 6
rng = np.random.RandomState(11)  # as in make_optimizers.py
start = [rng.randn(3, 2).astype("f"), rng.randn(4).astype("f")]
gradients = [[(3 * rng.randn(*w.shape)).astype("f") for w in start] for _ in range(STEPS)]
lists = lambda arrays: [np.asarray(w).astype(float).tolist() for w in arrays]


class Nadam(tf.train.AdamOptimizer):
    def _resource_apply_dense(self, grad, var):
        powers = self._get_beta_accumulators()
        numbers = [self._lr_t, self._beta1_t, self._beta2_t, self._epsilon_t]
        m, v = self.get_slot(var, "m"), self.get_slot(var, "v")
        return tf.raw_ops.ResourceApplyAdam(
            var=var.handle, m=m.handle, v=v.handle, beta1_power=powers[0], beta2_power=powers[1], lr=numbers[0],
            beta1=numbers[1], beta2=numbers[2], epsilon=numbers[3], grad=grad, use_nesterov=True)


def run_v1(make, decay=None, excluded=False, ema=None):
    """The weights after each step, and their averages."""
    with tf.Graph().as_default():
        variables = [tf.Variable(w, use_resource=True) for w in start]
        fed = [tf.placeholder(tf.float32, w.shape) for w in start]
        n = tf.placeholder(tf.float32, [])
        shrunk = [v for v in variables if v.shape.rank > 1 or not excluded]
        shrink = [tf.assign_sub(v, decay * v) for v in shrunk] if decay else []
        with tf.control_dependencies(shrink):
            step = make().apply_gradients(zip([tf.identity(g) for g in fed], variables))
        average = tf.train.ExponentialMovingAverage(ema["decay"], num_updates=n if ema["numUpdates"] else None) if ema else None
        with tf.control_dependencies([step]):
            averaged = average.apply(variables) if average else tf.no_op()
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            history, averages = [], []
            for i, given in enumerate(gradients):
                session.run(averaged, {**dict(zip(fed, given)), n: i + 1})
                history.append(lists(session.run(variables)))
                if average:
                    averages.append(lists(session.run([average.average(v) for v in variables])))
    return {"weights": history, **({"averages": averages} if ema else {})}


def run_keras(make, excluded=False):
    optimizer = make()
    variables = [tf2.Variable(w) for w in start]
    if excluded:
        optimizer.exclude_from_weight_decay([variables[1]])
    history = []
    for given in gradients:
        optimizer.apply_gradients(zip([tf2.constant(g) for g in given], variables))
        history.append(lists(v.numpy() for v in variables))
    return {"weights": history}


T, K = tf.train, tf2.keras.optimizers
CASES = {
    "RMSPropOptimizer centered": (
        lambda: run_v1(lambda: T.RMSPropOptimizer(0.1, decay=0.8, momentum=0.5, epsilon=0.01, centered=True)),
        {"learningRate": 0.1, "decay": 0.8, "momentum": 0.5, "epsilon": 0.01, "centered": True},
    ),
    "NadamOptimizer": (lambda: run_v1(lambda: Nadam(0.1)), {"learningRate": 0.1}),
    "AdamOptimizer amsgrad": (
        lambda: run_keras(lambda: K.Adam(0.1, beta_2=0.5, epsilon=1e-8, amsgrad=True)),
        {"learningRate": 0.1, "beta2": 0.5, "amsgrad": True},
    ),
    "AdamWOptimizer Addons": (
        lambda: run_v1(lambda: T.AdamOptimizer(0.1), decay=0.02),
        {"learningRate": 0.1, "weightDecay": 0.02},
    ),
    "AdamWOptimizer Keras": (
        lambda: run_keras(lambda: K.AdamW(0.1, beta_2=0.9, weight_decay=0.2, epsilon=1e-8)),
        {"learningRate": 0.1, "beta2": 0.9, "weightDecay": 0.2, "decayByRate": True},
    ),
    "AdamWOptimizer Keras, vectors excluded": (
        lambda: run_keras(lambda: K.AdamW(0.1, beta_2=0.9, weight_decay=0.2, epsilon=1e-8), excluded=True),
        {"learningRate": 0.1, "beta2": 0.9, "weightDecay": 0.2, "decayByRate": True, "excludeFromWeightDecay": "vectors"},
    ),
    "MomentumWOptimizer Addons": (
        lambda: run_v1(lambda: T.MomentumOptimizer(0.1, 0.9, use_nesterov=True), decay=0.02, excluded=True),
        {"learningRate": 0.1, "useNesterov": True, "weightDecay": 0.02, "excludeFromWeightDecay": "vectors"},
    ),
    "MomentumWOptimizer Keras": (
        lambda: run_keras(lambda: K.SGD(0.1, weight_decay=0.2)),
        {"learningRate": 0.1, "momentum": 0, "weightDecay": 0.2, "decayByRate": True},
    ),
    "AdamOptimizer averages": (
        lambda: run_v1(lambda: T.AdamOptimizer(0.1), ema={"decay": 0.9, "numUpdates": False}),
        {"learningRate": 0.1, "movingAverage": {"decay": 0.9}},
    ),
    "GradientDescentOptimizer averages, numUpdates": (
        lambda: run_v1(lambda: T.GradientDescentOptimizer(0.1), ema={"decay": 0.3, "numUpdates": True}),
        {"learningRate": 0.1, "movingAverage": {"decay": 0.3, "numUpdates": True}},
    ),
}
result = {
    "source": "TensorFlow and tf.keras 2.15.1",
    "start": lists(start),
    "gradients": [lists(gs) for gs in gradients],
    "optimizers": {name: {"options": options, **run()} for name, (run, options) in CASES.items()},
}
json.dump(result, open(sys.argv[1], "w"))
