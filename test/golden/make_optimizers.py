"""Reference steps of TensorFlow 1.x's optimizers and clipping, for parity tests.

Usage: python make_optimizers.py OUT.json   (needs tensorflow-cpu==2.15.1)
"""
import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow.compat.v1 as tf

tf.disable_eager_execution()
STEPS = 6
rng = np.random.RandomState(11)
start = [rng.randn(3, 2).astype("f"), rng.randn(4).astype("f")]
gradients = [[(3 * rng.randn(*w.shape)).astype("f") for w in start] for _ in range(STEPS)]
T = tf.train
OPTIMIZERS = {
    "GradientDescentOptimizer": (lambda: T.GradientDescentOptimizer(0.1), {"learningRate": 0.1}),
    "MomentumOptimizer": (lambda: T.MomentumOptimizer(0.1, 0.9), {"learningRate": 0.1, "momentum": 0.9}),
    "MomentumOptimizer nesterov": (
        lambda: T.MomentumOptimizer(0.1, 0.9, use_nesterov=True),
        {"learningRate": 0.1, "momentum": 0.9, "useNesterov": True},
    ),
    "RMSPropOptimizer": (lambda: T.RMSPropOptimizer(0.1), {"learningRate": 0.1}),
    "RMSPropOptimizer momentum": (
        lambda: T.RMSPropOptimizer(0.1, decay=0.8, momentum=0.5, epsilon=0.01),
        {"learningRate": 0.1, "decay": 0.8, "momentum": 0.5, "epsilon": 0.01},
    ),
    "AdamOptimizer": (lambda: T.AdamOptimizer(0.1), {"learningRate": 0.1}),
    "AdamOptimizer options": (
        lambda: T.AdamOptimizer(0.1, beta1=0.7, beta2=0.95, epsilon=0.1),
        {"learningRate": 0.1, "beta1": 0.7, "beta2": 0.95, "epsilon": 0.1},
    ),
}
CLIPPING = {
    "clipValue": lambda gs: [tf.clip_by_value(g, -1.5, 1.5) for g in gs],
    "clipNorm": lambda gs: [tf.clip_by_norm(g, 1.5) for g in gs],
    "globalClipNorm": lambda gs: tf.clip_by_global_norm(gs, 1.5)[0],
}


def run(make, clip=None):
    tf.reset_default_graph()
    variables = [tf.Variable(w) for w in start]
    fed = [tf.placeholder(tf.float32, w.shape) for w in start]
    step = make().apply_gradients(zip(clip(fed) if clip else fed, variables))
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        history = []
        for given in gradients:
            session.run(step, dict(zip(fed, given)))
            history.append([w.astype(float).tolist() for w in session.run(variables)])
    return history


result = {
    "source": "tf.compat.v1.train, TensorFlow 2.15.1",
    "start": [w.astype(float).tolist() for w in start],
    "gradients": [[g.astype(float).tolist() for g in gs] for gs in gradients],
    "optimizers": {name: {"options": options, "weights": run(make)} for name, (make, options) in OPTIMIZERS.items()},
    "clipping": {
        name: {"limit": 1.5, "weights": run(lambda: T.GradientDescentOptimizer(1.0), clip)} for name, clip in CLIPPING.items()
    },
}
json.dump(result, open(sys.argv[1], "w"))
