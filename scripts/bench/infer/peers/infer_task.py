"""What both peers share: the task and the weights that unroll wrote, and answering the bench line by line.

The weights have TensorFlow 1.x's layout: a kernel is [inputs, outputs], the rows of the inputs first; an LSTM's has its gates in the order
i, j, f, o, with 1 to be added to the forget gate; a GRU's gates are r, u.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import numpy as np
from safetensors.numpy import load_file

sys.path.append(str(Path(__file__).parents[2] / "decode" / "peers"))  # task.py, onnx_graphs.py


class Network(Protocol):
    def reset(self) -> None: ...
    def call(self, x: np.ndarray) -> np.ndarray:
        """A time step [1, inputs], or a sequence [steps, inputs]."""


def serve(version: str, make: Callable[[dict, dict[str, np.ndarray]], Network]) -> None:
    with open(sys.argv[1], encoding="utf-8") as file:
        task = json.load(file)
    arrays = load_file(task["weights"])
    x = arrays["x"]
    made: dict[str, Network] = {}
    print(json.dumps({"version": version}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        name = asked["network"]
        network = task["networks"][name]
        if name not in made:
            own = {key.split("/")[1]: array for key, array in arrays.items() if key.startswith(f"{name}/")}
            made[name] = make(network, own)
        call = made[name].call
        inputs = [x] if network["steps"] > 1 else [x[i : i + 1] for i in range(len(x))]
        made[name].reset()
        answer = {}
        if asked["tell"]:
            answer["outputs"] = np.concatenate([call(each).reshape(-1) for each in inputs]).astype(float).tolist()
        begin = time.perf_counter()
        passes = []
        while not passes or time.perf_counter() - begin < asked["seconds"]:
            start = time.perf_counter()
            for each in inputs:
                call(each)
            passes.append((time.perf_counter() - start) / len(inputs))
        print(json.dumps({"us": float(np.median(passes)) * 1e6, **answer}), flush=True)
