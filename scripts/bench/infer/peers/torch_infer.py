"""The bench's networks in PyTorch, on one thread.

Usage: python torch_infer.py TASK.json; infer_task.py tells the protocol.
"""

import numpy as np
import torch
from infer_task import serve
from task import gate_bias, gates
from torch import nn


def transposed(array: np.ndarray) -> torch.Tensor:
    return torch.tensor(np.ascontiguousarray(array.T))


def lstm(w: dict[str, np.ndarray], i: int) -> nn.LSTM:
    kernel, bias = w[f"kernel{i}"], w[f"bias{i}"]
    units = bias.size // 4
    layer = nn.LSTM(len(kernel) - units, units)
    parts = {"weight_ih_l0": kernel[:-units], "weight_hh_l0": kernel[-units:]}
    layer.load_state_dict(
        {
            **{name: transposed(gates(part, "ifjo")) for name, part in parts.items()},
            "bias_ih_l0": torch.tensor(gate_bias(bias, "ifjo")),
            "bias_hh_l0": torch.zeros(4 * units),
        }
    )
    return layer


def reset_after_gru(w: dict[str, np.ndarray]) -> nn.GRU:
    units = w["hiddenBias"].size
    inputs = len(w["inputKernel"])
    layer = nn.GRU(inputs, units)
    layer.load_state_dict(
        {
            "weight_ih_l0": transposed(np.concatenate([w["gatesKernel"][:inputs], w["inputKernel"]], 1)),
            "weight_hh_l0": transposed(np.concatenate([w["gatesKernel"][inputs:], w["hiddenKernel"]], 1)),
            "bias_ih_l0": torch.tensor(np.concatenate([w["gatesBias"], w["inputBias"]])),
            "bias_hh_l0": torch.tensor(np.concatenate([np.zeros_like(w["gatesBias"]), w["hiddenBias"]])),
        }
    )
    return layer


class Torch:
    def __init__(self, network: dict, w: dict[str, np.ndarray]) -> None:
        self.layers = (
            [lstm(w, i) for i in range(network["layers"])] if network["cell"] == "lstm" else [reset_after_gru(w)]
        )
        self.head = None
        if "headKernel" in w:
            self.head = nn.Linear(*w["headKernel"].shape)
            self.head.load_state_dict({"weight": transposed(w["headKernel"]), "bias": torch.tensor(w["headBias"])})
        self.keeps = network["steps"] == 1
        self.reset()

    def reset(self) -> None:
        self.states = [None] * len(self.layers)

    @torch.inference_mode()
    def call(self, x: np.ndarray) -> np.ndarray:
        y = torch.from_numpy(x)
        for i, layer in enumerate(self.layers):
            y, state = layer(y, self.states[i])
            if self.keeps:
                self.states[i] = state
        return (y if self.head is None else self.head(y)).numpy()


torch.set_num_threads(1)
serve(f"torch {torch.__version__}", Torch)
