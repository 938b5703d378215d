"""The bench's networks in ONNX Runtime, on one thread.

Usage: python onnx_infer.py TASK.json; infer_task.py tells the protocol.
"""

import numpy as np
import onnxruntime as ort
from infer_task import serve
from onnx_graphs import FLOAT, Graph


def gru(graph: Graph, w: dict[str, np.ndarray], resets_after: bool, inputs: list[str], outputs: list[str]) -> int:
    """ONNX's GRU has its gates in the order u, r, c. @returns the units"""
    if resets_after:
        of_input, of_state = w["inputKernel"], w["hiddenKernel"]
        biases = [w["inputBias"], w["hiddenBias"]]
    else:
        units = w["candidateBias"].size
        of_input, of_state = w["candidateKernel"][:-units], w["candidateKernel"][-units:]
        biases = [w["candidateBias"], np.zeros_like(w["candidateBias"])]
    units = biases[0].size
    r, u = np.split(w["gatesKernel"], 2, axis=1)
    r_bias, u_bias = np.split(w["gatesBias"], 2)
    zeros = np.zeros_like(r_bias)
    kernel = np.concatenate([u[:-units], r[:-units], of_input], 1).T[None]
    recurrent = np.concatenate([u[-units:], r[-units:], of_state], 1).T[None]
    bias = np.concatenate([u_bias, r_bias, biases[0], zeros, zeros, biases[1]])[None]
    weights = [graph.constant(name, array) for name, array in (("w", kernel), ("r", recurrent), ("b", bias))]
    x, h = inputs
    graph.add("GRU", [x, *weights, "", h], outputs, hidden_size=units, linear_before_reset=int(resets_after))
    return units


class Onnx:
    def __init__(self, network: dict, w: dict[str, np.ndarray]) -> None:
        graph = Graph()
        inputs = {"x": (FLOAT, ["time", 1, 64])}
        outputs, last, self.sizes = {}, "x", {}
        for i in range(network["layers"]):
            states = [f"h{i}", f"c{i}"] if network["cell"] == "lstm" else [f"h{i}"]
            made = [f"y{i}", *(f"next_{state}" for state in states)]
            if network["cell"] == "lstm":
                graph.lstm(f"lstm{i}", w[f"kernel{i}"], w[f"bias{i}"], [last, *states], made)
                units = w[f"bias{i}"].size // 4
            else:
                units = gru(graph, w, network["cell"] == "reset_after_gru", [last, *states], made)
            graph.add("Squeeze", [f"y{i}", graph.constant(f"axis{i}", np.array([1]))], [f"output{i}"])
            last = f"output{i}"
            for state in states:
                inputs[state] = outputs[f"next_{state}"] = (FLOAT, [1, 1, units])
                self.sizes[state] = units
        if "headKernel" in w:
            graph.add("MatMul", [last, graph.constant("head", w["headKernel"])], ["product"])
            graph.add("Add", ["product", graph.constant("head_bias", w["headBias"])], ["logits"])
            last = "logits"
        width = w["headBias"].size if "headBias" in w else units
        outputs = {last: (FLOAT, ["time", 1, width]), **outputs}
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        model = graph.model(inputs, outputs)
        self.session = ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self.states = list(self.sizes)
        self.keeps = network["steps"] == 1
        self.reset()

    def reset(self) -> None:
        self.feed = {state: np.zeros((1, 1, units), np.float32) for state, units in self.sizes.items()}

    def call(self, x: np.ndarray) -> np.ndarray:
        output, *after = self.session.run(None, {"x": x[:, None], **self.feed})
        if self.keeps:
            self.feed = dict(zip(self.states, after))
        return output


serve(f"onnxruntime {ort.__version__}", Onnx)
