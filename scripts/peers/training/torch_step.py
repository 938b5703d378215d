"""PyTorch's step. Modes: "eager"; "compile", torch.compile with its defaults.

Dynamo does not compile nn.RNN, nn.LSTM and nn.GRU: the notes tell so. Its setting allow_rnn unrolls all time steps, which
takes minutes to compile for 20 of them and was not faster than eager.
"""

import torch
from task import EPSILON, LEARNING_RATE, Layer, Peer, Task
from torch.nn import functional

GATES = {"rnn": ("all",), "lstm": ("i", "f", "j", "o"), "gru": ("r", "u", "candidate")}
"""In PyTorch's order."""


def peer(task: Task, threads: int, mode: str) -> Peer:
    torch.set_num_threads(threads)
    recurrent = layer_of(task)
    head = torch.nn.Linear(task.units, task.outputs)
    assign(head.weight, task.arrays["head.kernel"].T)
    assign(head.bias, task.arrays["head.bias"])
    adam = torch.optim.Adam([*recurrent.parameters(), *head.parameters()], lr=LEARNING_RATE, eps=EPSILON, fused=mode == "eager")
    x, y = (torch.from_numpy(task.arrays[name].copy()) for name in ("x", "y"))
    labels = y.reshape(-1).long()

    def forward() -> torch.Tensor:
        outputs, _ = recurrent(x)
        logits = head(outputs if task.head == "every" else outputs[:, -1])
        if task.loss == "softmax":
            return functional.cross_entropy(logits.reshape(-1, task.outputs), labels)
        return functional.mse_loss(logits, y)

    loss_of, update = (forward, adam.step) if mode == "eager" else (torch.compile(forward), torch.compile(adam.step))

    def step() -> float:
        loss = loss_of()
        adam.zero_grad(set_to_none=True)
        loss.backward()
        update()
        return loss.item()

    return Peer(step, list if mode == "eager" else notes)


def notes() -> list[str]:
    """What Dynamo's own counters say about what it did not compile."""
    from torch._dynamo.utils import counters

    stats = counters["stats"]
    lines = [f"torch.compile made {stats['unique_graphs']} graph(s) of {stats['calls_captured']} calls"]
    breaks = counters["graph_break"].items()
XX reason, count in breaks if not is_own(reason)]


def is_own(reason: str) -> bool:
    """torch's optimizers break the graph themselves, before the step that they then compile."""
    return "torch._dynamo.graph_break()" in reason


def summary(reason: str) -> str:
    lines = [line.strip() for line in reason.splitlines()]
    explained = [line.removeprefix("Explanation: ") for line in lines if line.startswith("Explanation: ")]
    return ": ".join([lines[0], *explained[:1]])


def layer_of(task: Task) -> torch.nn.Module:
    options = {"num_layers": task.layers, "batch_first": True}
    if task.cell == "rnn":
        made = torch.nn.RNN(task.inputs, task.units, nonlinearity=task.activation, **options)
    else:
        made = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[task.cell](task.inputs, task.units, **options)
    for index in range(task.layers):
        fill(made, index, task.layer(index), GATES[task.cell])
    return made


def fill(made: torch.nn.Module, index: int, layer: Layer, gates: tuple[str, ...]) -> None:
    x, h, bias = layer.gates(*gates)
    assign(getattr(made, f"weight_ih_l{index}"), x.T)
    assign(getattr(made, f"weight_hh_l{index}"), h.T)
    assign(getattr(made, f"bias_ih_l{index}"), bias)
    assign(getattr(made, f"bias_hh_l{index}"), 0 * bias)


def assign(parameter: torch.nn.Parameter, array) -> None:
    with torch.no_grad():
        parameter.copy_(torch.from_numpy(array.copy()))
