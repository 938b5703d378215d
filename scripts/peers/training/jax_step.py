"""JAX's step, compiled by jax.jit, with lax.scan over time. Mode: "jit"."""

import os

import numpy as np
from task import EPSILON, LEARNING_RATE, Layer, Peer, Task


def peer(task: Task, threads: int, mode: str) -> Peer:
    if threads == 1:
        os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    import jax
    import jax.numpy as jnp
    import optax

    x, y = (jnp.asarray(task.arrays[name]) for name in ("x", "y"))
    activation = jax.nn.relu if task.activation == "relu" else jnp.tanh

    def rnn(p, carry, xp):
        h = activation(xp + carry[0] @ p["h"])
        return (h,), h

    def lstm(p, carry, xp):
        h, c = carry
        i, f, j, o = jnp.split(xp + h @ p["h"], 4, -1)
        c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(j)
        h = jax.nn.sigmoid(o) * jnp.tanh(c)
        return (h, c), h

    def gru(p, carry, xp):
        (h,) = carry
        xr, xu, xc = jnp.split(xp, 3, -1)
        hr, hu, hc = jnp.split(h @ p["h"], 3, -1)
        r, u = jax.nn.sigmoid(xr + hr), jax.nn.sigmoid(xu + hu)
        h = u * h + (1 - u) * jnp.tanh(xc + r * (hc + p["hidden_bias"]))
        return (h,), h

    cell = {"rnn": rnn, "lstm": lstm, "gru": gru}[task.cell]

    def loss_of(params):
        sequence = jnp.swapaxes(x, 0, 1)
        for p in params["layers"]:
            zero = jnp.zeros((task.batch, task.units))
            first = (zero, zero) if task.cell == "lstm" else (zero,)
            projected = sequence @ p["x"] + p["bias"]
            _, sequence = jax.lax.scan(lambda carry, xp, p=p: cell(p, carry, xp), first, projected)
        outputs = jnp.swapaxes(sequence, 0, 1) if task.head == "every" else sequence[-1]
        logits = outputs @ params["head"]["kernel"] + params["head"]["bias"]
        if task.loss == "softmax":
            return optax.softmax_cross_entropy_with_integer_labels(logits, y).mean()
        return jnp.mean((logits - y) ** 2)

    adam = optax.adam(LEARNING_RATE, eps=EPSILON)

    @jax.jit
    def update(params, state):
        loss, gradients = jax.value_and_grad(loss_of)(params)
        updates, state = adam.update(gradients, state)
        return optax.apply_updates(params, updates), state, loss

    params = jax.tree_util.tree_map(jnp.asarray, params_of(task))
    state = adam.init(params)

    def step() -> float:
        nonlocal params, state
        params, state, loss = update(params, state)
        return float(loss)

    return Peer(step)


def params_of(task: Task) -> dict:
    layers = [layer_params(task.cell, task.layer(index)) for index in range(task.layers)]
    return {"layers": layers, "head": {part: task.arrays[f"head.{part}"] for part in ("kernel", "bias")}}


def layer_params(cell: str, layer: Layer) -> dict[str, np.ndarray]:
    gates = {"rnn": ("all",), "lstm": ("i", "f", "j", "o"), "gru": ("r", "u", "candidate")}[cell]
    x, h, bias = layer.gates(*gates)
    hidden = {"hidden_bias": np.zeros(layer.units, np.float32)} if cell == "gru" else {}
    return {"x": x, "h": h, "bias": bias, **hidden}
