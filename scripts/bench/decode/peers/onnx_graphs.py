"""The bench's network as three ONNX graphs: the encoder, a decoder's greedy step, and a step of a beam search."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from task import gate_bias, gates

OPSET = 18
FLOAT, INT = TensorProto.FLOAT, TensorProto.INT64


class Graph:
    """Collects nodes and constants."""

    def __init__(self) -> None:
        self.nodes, self.constants = [], []

    def constant(self, name: str, array: np.ndarray) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def add(self, kind: str, inputs: list[str], outputs: list[str], **attributes) -> None:
        self.nodes.append(helper.make_node(kind, inputs, outputs, **attributes))

    def model(self, inputs: dict[str, tuple], outputs: dict[str, tuple]) -> bytes:
        infos = [
            [helper.make_tensor_value_info(name, kind, shape) for name, (kind, shape) in of.items()]
            for of in (inputs, outputs)
        ]
        graph = helper.make_graph(self.nodes, "decode", *infos, self.constants)
        made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=10)
        onnx.checker.check_model(made)
        return made.SerializeToString()

    def lstm(self, name: str, kernel: np.ndarray, bias: np.ndarray, inputs: list[str], outputs: list[str]) -> None:
        """ONNX's LSTM over [time, batch, inputs]; its state is [1, batch, units]."""
        units = bias.size // 4
        x, h = (gates(part, "iofj").T[None] for part in (kernel[:-units], kernel[-units:]))
        own = np.concatenate([gate_bias(bias, "iofj"), np.zeros_like(bias)])[None]
        weights = [self.constant(f"{name}_{part}", array) for part, array in (("w", x), ("r", h), ("b", own))]
        first, state = inputs[0], inputs[1:]
        self.add("LSTM", [first, *weights, *(["", *state] if state else [])], outputs, hidden_size=units)


def encoder(w: dict[str, np.ndarray]) -> bytes:
    units = w["encoderBias"].size // 4
    graph = Graph()
    graph.add("Transpose", ["sources"], ["by_time"], perm=[1, 0])
    graph.add("Gather", [graph.constant("words", w["sourceWords"]), "by_time"], ["x"])
    graph.lstm("lstm", w["encoderKernel"], w["encoderBias"], ["x"], ["outputs", "h", "c"])
    graph.add("Squeeze", ["outputs", graph.constant("directions", np.array([1]))], ["over_time"])
    graph.add("Transpose", ["over_time"], ["memory"], perm=[1, 0, 2])
    graph.add("MatMul", ["memory", graph.constant("memory_kernel", w["memoryKernel"])], ["projected"])
    graph.add("Transpose", ["projected"], ["keys"], perm=[0, 2, 1])
    state = (FLOAT, [1, "batch", units])
    outputs = {"memory": (FLOAT, ["batch", "time", units]), "keys": (FLOAT, ["batch", units, "time"])}
    return graph.model({"sources": (INT, ["batch", "time"])}, {**outputs, "h": state, "c": state})


def step(w: dict[str, np.ndarray], width: int) -> bytes:
    """A step of [batch · width] rows. Of width 1 it ends with the likeliest token, else with each row's best ones."""
    units = w["cellBias"].size // 4
    graph = Graph()
    graph.add("Gather", [graph.constant("words", w["targetWords"]), "tokens"], ["embedded"])
    graph.add("Concat", ["embedded", "attention"], ["x"], axis=1)
    graph.add("Unsqueeze", ["x", graph.constant("time", np.array([0]))], ["x_now"])
    graph.lstm("lstm", w["cellKernel"], w["cellBias"], ["x_now", "h", "c"], ["", "next_h", "next_c"])
    graph.add("Reshape", ["next_h", graph.constant("by_beam", np.array([-1, width, units]))], ["queries"])
    graph.add("MatMul", ["queries", "keys"], ["scores"])
    graph.add("Softmax", ["scores"], ["alignments"], axis=2)
    graph.add("MatMul", ["alignments", "memory"], ["context"])
    graph.add("Concat", ["queries", "context"], ["both"], axis=2)
    graph.add("Reshape", ["both", graph.constant("rows", np.array([-1, 2 * units]))], ["both_rows"])
    graph.add("MatMul", ["both_rows", graph.constant("attention_kernel", w["attentionKernel"])], ["next_attention"])
    head = [graph.constant("head_kernel", w["headKernel"]), graph.constant("head_bias", w["headBias"])]
    graph.add("Gemm", ["next_attention", *head], ["logits"])
    state, vector = (FLOAT, [1, "rows", units]), (FLOAT, ["rows", units])
    if width == 1:
        graph.add("ArgMax", ["logits"], ["chosen"], axis=1, keepdims=0)
        outputs = {"chosen": (INT, ["rows"])}
    else:
        graph.add("TopK", ["logits", graph.constant("k", np.array([width]))], ["best", "ids"], axis=1)
        graph.add("ReduceLogSumExp", ["logits", graph.constant("last", np.array([1]))], ["total"], keepdims=1)
        graph.add("Sub", ["best", "total"], ["gained"])
        outputs = {"gained": (FLOAT, ["rows", width]), "ids": (INT, ["rows", width])}
    inputs = {"memory": (FLOAT, ["batch", "time", units]), "keys": (FLOAT, ["batch", units, "time"])}
    return graph.model(
        {"tokens": (INT, ["rows"]), "h": state, "c": state, "attention": vector, **inputs},
        {**outputs, "next_h": state, "next_c": state, "next_attention": vector},
    )
