"""Reference steps of optimizers whose gradients are IndexedSlices, for parity tests.

Usage: python make_sparse.py OUT.json   (needs tensorflow-cpu==2.15.1; tf.compat.v1, graph mode)

A table and a bias are looked up in several places of the loss, some rows twice, some with a gradient of zero; another weight is
dense. LazyAdam and the decays are contrib's, which TensorFlow 2 does not have: their formulas stand below as TensorFlow 1.15 has
them (contrib/opt/python/training: lazy_adam_optimizer.py, weight_decay_optimizers.py).
"""
import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow.compat.v1 as tf
from tensorflow.python.ops import resource_variable_ops as resource

tf.disable_v2_behavior()
STEPS, ROWS = 5, 9
rng = np.random.RandomState(5)
start = [rng.randn(ROWS, 3).astype("f"), rng.randn(ROWS).astype("f"), rng.randn(3).astype("f")]
batches = []
for step in range(STEPS):
    words = rng.randint(0, ROWS - 2, [4, 3])  # the last two rows are never looked up
    words[0, 1] = words[0, 0]  # twice in one example
    words[2, 0] = words[1, 1]  # and in two
    others = rng.randint(0, ROWS - 2, [4])
    others[3] = words[0, 0]  # and in two places of the loss
    a = rng.randn(4, 3).astype("f")
    a[1, 2] = 0  # looked up, with a gradient of zero
    batches.append((words.astype("i"), others.astype("i"), a, (2 * rng.randn(4)).astype("f")))
lists = lambda arrays: [np.asarray(w).astype(float).tolist() for w in arrays]


def looked_up(variables, words, others, a, b):
    table, bias, dense = variables
    first = tf.reduce_sum(tf.tanh(tf.gather(table, words)) * a[:, :, None], [1, 2])
    second = b * (tf.reduce_sum(tf.gather(table, others) * dense, 1) + tf.gather(bias, others))
    return tf.reduce_mean(first + second)


def tied(variables, words, others, a, b):
    return looked_up(variables, words, others, a, b) + tf.reduce_mean(tf.reduce_sum(tf.matmul(variables[0], variables[2][:, None])) * b)


def in_loop(variables, words, others, a, b):
    table, bias, dense = variables

    def body(t, h):
        return t + 1, tf.tanh(h * dense + tf.gather(table, words[:, t])) * a[:, t][:, None]

    _, h = tf.while_loop(lambda t, h: t < 3, body, [0, tf.zeros([4, 3])])
    return tf.reduce_mean(tf.reduce_sum(h, 1) + b * tf.gather(bias, others))


class LazyAdam(tf.train.AdamOptimizer):
    def _resource_apply_sparse(self, grad, var, indices):
        power1, power2 = self._get_beta_accumulators()
        lr = self._lr_t * tf.sqrt(1 - power2) / (1 - power1)
        m, v = self.get_slot(var, "m"), self.get_slot(var, "v")
        m_t = self._beta1_t * tf.gather(m, indices) + (1 - self._beta1_t) * grad
        v_t = self._beta2_t * tf.gather(v, indices) + (1 - self._beta2_t) * tf.square(grad)
        step = lr * m_t / (tf.sqrt(v_t) + self._epsilon_t)
        return tf.group(
            resource.resource_scatter_sub(var.handle, indices, step),
            resource.resource_scatter_update(m.handle, indices, m_t),
            resource.resource_scatter_update(v.handle, indices, v_t))


def decayed(base, decay):
    class Decayed(base):
        def _resource_apply_dense(self, grad, var):
            with tf.control_dependencies([tf.assign_sub(var, decay * var)]):
                return super()._resource_apply_dense(grad, var)

        def _resource_apply_sparse(self, grad, var, indices):
            with tf.control_dependencies([grad]):
                shrunk = resource.resource_scatter_add(var.handle, indices, -decay * tf.gather(var, indices))
            with tf.control_dependencies([shrunk]):
                return super()._resource_apply_sparse(grad, var, indices)

    return Decayed


def run(make, loss=looked_up, clip=lambda gradients: gradients, average=None):
    """The weights after each step, and their averages."""
    with tf.Graph().as_default():
        variables = [tf.Variable(w, use_resource=True) for w in start]
        fed = [tf.placeholder(each.dtype, each.shape) for each in batches[0]]
        optimizer = make()
        pairs = optimizer.compute_gradients(loss(variables, *fed), variables)
        sparse = [isinstance(g, tf.IndexedSlices) for g, _ in pairs]
        clipped = clip([g for g, _ in pairs])
        with tf.control_dependencies([g.values if isinstance(g, tf.IndexedSlices) else g for g in clipped]):
            step = optimizer.apply_gradients([(g, v) for g, v in zip(clipped, variables)])
        ema = tf.train.ExponentialMovingAverage(average) if average else None
        with tf.control_dependencies([step]):
            done = ema.apply(variables) if ema else tf.no_op()
        history, averages = [], []
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            for batch in batches:
                session.run(done, dict(zip(fed, batch)))
                history.append(lists(session.run(variables)))
                if ema:
                    averages.append(lists(session.run([ema.average(v) for v in variables])))
    return {"sparse": sparse, "weights": history, **({"averages": averages} if ema else {})}


T = tf.train
value = lambda limit: lambda gradients: [
    tf.IndexedSlices(tf.clip_by_value(g.values, -limit, limit), g.indices, g.dense_shape)
    if isinstance(g, tf.IndexedSlices) else tf.clip_by_value(g, -limit, limit) for g in gradients]
norm = lambda limit: lambda gradients: [tf.clip_by_norm(g, limit) for g in gradients]
global_norm = lambda limit: lambda gradients: tf.clip_by_global_norm(gradients, limit)[0]
momentum = lambda: T.MomentumOptimizer(0.1, 0.9)
CASES = {
    "GradientDescentOptimizer": (run(lambda: T.GradientDescentOptimizer(0.1)), {}),
    "MomentumOptimizer": (run(momentum), {}),
    "MomentumOptimizer Nesterov": (run(lambda: T.MomentumOptimizer(0.1, 0.9, use_nesterov=True)), {"useNesterov": True}),
    "AdagradOptimizer": (run(lambda: T.AdagradOptimizer(0.1)), {}),
    "AdagradOptimizer from 0.5": (run(lambda: T.AdagradOptimizer(0.1, 0.5)), {"initialAccumulatorValue": 0.5}),
    "RMSPropOptimizer": (run(lambda: T.RMSPropOptimizer(0.1)), {}),
    "RMSPropOptimizer momentum": (
        run(lambda: T.RMSPropOptimizer(0.1, decay=0.8, momentum=0.5, epsilon=0.01)),
        {"decay": 0.8, "momentum": 0.5, "epsilon": 0.01},
    ),
    "RMSPropOptimizer centered": (
        run(lambda: T.RMSPropOptimizer(0.1, decay=0.8, momentum=0.5, epsilon=0.01, centered=True)),
        {"decay": 0.8, "momentum": 0.5, "epsilon": 0.01, "centered": True},
    ),
    "AdamOptimizer": (run(lambda: T.AdamOptimizer(0.1)), {}),
    "LazyAdamOptimizer": (run(lambda: LazyAdam(0.1)), {}),
    "AdadeltaOptimizer": (run(lambda: T.AdadeltaOptimizer(0.1, rho=0.9, epsilon=0.01)), {"rho": 0.9, "epsilon": 0.01}),
    "FtrlOptimizer": (run(lambda: T.FtrlOptimizer(0.1)), {}),
    "FtrlOptimizer regularized": (
        run(lambda: T.FtrlOptimizer(
            0.1, learning_rate_power=-0.4, initial_accumulator_value=0.2, l1_regularization_strength=0.05,
            l2_regularization_strength=0.02)),
        {"learningRatePower": -0.4, "initialAccumulatorValue": 0.2, "l1RegularizationStrength": 0.05,
         "l2RegularizationStrength": 0.02},
    ),
    "MomentumWOptimizer": (run(lambda: decayed(T.MomentumOptimizer, 0.02)(0.1, 0.9)), {"weightDecay": 0.02}),
    "AdamWOptimizer": (run(lambda: decayed(T.AdamOptimizer, 0.02)(0.1)), {"weightDecay": 0.02}),
    "MomentumOptimizer clipValue": (run(momentum, clip=value(0.2)), {"clipValue": 0.2}),
    "MomentumOptimizer clipNorm": (run(momentum, clip=norm(0.5)), {"clipNorm": 0.5}),
    "MomentumOptimizer globalClipNorm": (run(momentum, clip=global_norm(0.5)), {"globalClipNorm": 0.5}),
    "AdamOptimizer clipValue": (run(lambda: T.AdamOptimizer(0.1), clip=value(0.2)), {"clipValue": 0.2}),
    "MomentumOptimizer averages": (run(momentum, average=0.9), {"movingAverage": {"decay": 0.9}}),
    "MomentumOptimizer tied": (run(momentum, loss=tied), {}),
    "MomentumOptimizer in_loop": (run(momentum, loss=in_loop), {}),
    "LazyAdamOptimizer in_loop": (run(lambda: LazyAdam(0.1), loss=in_loop), {}),
}
result = {
    "source": "TensorFlow 2.15.1, tf.compat.v1 in graph mode",
    "start": lists(start),
    "batches": [lists(batch) for batch in batches],
    "cases": {name: {"options": {"learningRate": 0.1, **options}, **got} for name, (got, options) in CASES.items()},
}
json.dump(result, open(sys.argv[1], "w"))
for name, (got, _) in CASES.items():
    print(name, got["sparse"])
