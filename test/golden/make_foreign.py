"""Networks of PyTorch, Keras 2 and Keras 3 with random weights, and what they answer: reference results for importing.

Usage: python make_foreign.py OUT_DIR torch|keras2|keras3
Needs torch==2.13.0 | tensorflow-cpu==2.15.1 | keras==3.15.1 with torch==2.13.0; and safetensors==0.8.0 for all.

Writes LIBRARY.NAME.safetensors for each network (PyTorch: its state dict; Keras: its weights by name, or by path), and
LIBRARY.json: input, outputs and last states of each. `torch` also writes dtypes.safetensors, one array of each type.
"""
import json, os, sys
import numpy as np

OUT, LIBRARY = sys.argv[1], sys.argv[2]
os.makedirs(OUT, exist_ok=True)
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["KERAS_BACKEND"] = "torch"
BATCH, STEPS, INPUTS, UNITS, WORDS = 2, 5, 3, 4, 7
rng = np.random.RandomState(14)
cases = {}


def numbers(array):
    """Nested lists; nine digits hold a float32 exactly."""
    array = np.asarray(array)
    if array.dtype.kind == "i":
        return array.tolist()
    return np.vectorize(lambda value: float("%.9g" % value), otypes=[object])(array).tolist()


def write(name, weights, x, outputs, states=()):
    from safetensors.numpy import save_file
    save_file(weights, os.path.join(OUT, f"{LIBRARY}.{name}.safetensors"), {"library": LIBRARY})
    cases[name] = {"x": numbers(x), "outputs": numbers(outputs), "states": [numbers(state) for state in states]}


def finish(version):
    with open(os.path.join(OUT, f"{LIBRARY}.json"), "w") as file:
        json.dump({"library": version, "cases": cases}, file, separators=(",", ":"))
        file.write("\n")


def series():
    return rng.uniform(-1, 1, (BATCH, STEPS, INPUTS)).astype("float32")


def words():
    return rng.randint(0, WORDS, (BATCH, STEPS)).astype("int32")


def torch_cases():
    import torch
    torch.manual_seed(14)

    def randomise(module):
        for weight in module.parameters():
            torch.nn.init.uniform_(weight, -0.9, 0.9)

    def case(name, module, x, run):
        randomise(module)
        with torch.no_grad():
            outputs, states = run(module, torch.from_numpy(x))
        weights = {key: value.numpy() for key, value in module.state_dict().items()}
        write(name, weights, x, outputs, states)

    def recurrent(module, x):
        outputs, states = module(x)
        return outputs, states if isinstance(states, tuple) else (states,)

    nn, sizes = torch.nn, dict(input_size=INPUTS, hidden_size=UNITS, batch_first=True)
    case("rnn_tanh", nn.RNN(**sizes), series(), recurrent)
    case("rnn_relu", nn.RNN(**sizes, nonlinearity="relu"), series(), recurrent)
    case("lstm", nn.LSTM(**sizes), series(), recurrent)
    case("lstm_no_bias", nn.LSTM(**sizes, bias=False), series(), recurrent)
    case("lstm_2_layers", nn.LSTM(**sizes, num_layers=2), series(), recurrent)
    case("lstm_proj", nn.LSTM(**sizes, proj_size=2), series(), recurrent)
    case("lstm_bidirectional", nn.LSTM(**sizes, bidirectional=True), series(), recurrent)
    case("gru", nn.GRU(**sizes), series(), recurrent)
    case("gru_2_layers", nn.GRU(**sizes, num_layers=2), series(), recurrent)
    case("linear", nn.Linear(INPUTS, 2), series(), lambda module, x: (module(x), ()))
    case("embedding", nn.Embedding(WORDS, INPUTS), words(), lambda module, x: (module(x), ()))

    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding = nn.Embedding(WORDS, INPUTS)
            self.encoder = nn.ModuleDict({"rnn": nn.GRU(**sizes)})
            self.head = nn.Linear(UNITS, 2)

        def forward(self, x):
            return self.head(self.encoder["rnn"](self.embedding(x))[0][:, -1])

    case("model", Model(), words(), lambda module, x: (module(x), ()))

    def steps(module, x):
        """A cell, step by step."""
        state, outputs = None, []
        for step in range(STEPS):
            state = module(x[:, step], state)
            outputs.append(state[0] if isinstance(state, tuple) else state)
        return torch.stack(outputs, 1), state if isinstance(state, tuple) else (state,)

    for name, cell in {"rnn": nn.RNNCell, "lstm": nn.LSTMCell, "gru": nn.GRUCell}.items():
        case(f"{name}_cell", cell(INPUTS, UNITS), series(), steps)
    case("gru_2_layers_bidirectional", nn.GRU(**sizes, num_layers=2, bidirectional=True), series(), recurrent)
    old, new = nn.utils.weight_norm, nn.utils.parametrizations.weight_norm
    case("lstm_weight_norm", old(old(nn.LSTM(**sizes), "weight_hh_l0"), "weight_ih_l0", dim=None), series(), recurrent)
    normed = new(new(nn.GRU(**sizes), "weight_hh_l0"), "weight_ih_l0", dim=1)
    case("gru_weight_norm", normed, series(), recurrent)
    case("linear_weight_norm", new(nn.Linear(INPUTS, 2)), series(), lambda module, x: (module(x), ()))
    write_dtypes(torch)
    finish(f"torch {torch.__version__}")


def write_dtypes(torch):
    from safetensors.torch import save_file
    reals = torch.tensor([[0.0, -0.0, 1.0], [-2.5, 3.140625, 65504.0], [6e-8, 1e-5, -float("inf")]])
    arrays = {name: reals.to(getattr(torch, name)) for name in ["float32", "float64", "float16", "bfloat16"]}
    arrays["int32"] = torch.tensor([-(2**31), -1, 0, 2**31 - 1], dtype=torch.int32)
    arrays["int64"] = torch.tensor([-(2**31), -1, 0, 2**31 - 1], dtype=torch.int64)
    arrays["uint8"] = torch.tensor([0, 127, 255], dtype=torch.uint8)
    arrays["bool"] = torch.tensor([[True, False, True]])
    arrays["scalar"] = torch.tensor(7.5)
    arrays["empty"] = torch.zeros([0, 3])
    save_file(arrays, os.path.join(OUT, "dtypes.safetensors"), {"format": "pt"})
    finite = {name: [str(float(v)) for v in arrays[name].flatten()] for name in arrays}
    with open(os.path.join(OUT, "dtypes.json"), "w") as file:
        json.dump(finite, file, indent=1)
        file.write("\n")


def keras_cases(keras, name_of, version):
    layers = keras.layers

    def case(name, inputs, body, x):
        """`body` makes the outputs, or outputs and states, from the input."""
        made = body(inputs)
        model = keras.Model(inputs, made)
        for weight in model.weights:
            weight.assign(rng.uniform(-0.9, 0.9, weight.shape).astype("float32"))
        answers = model.predict(x, verbose=0)
        outputs, states = (answers[0], answers[1:]) if isinstance(answers, (list, tuple)) else (answers, [])
        weights = {name_of(weight): np.ascontiguousarray(weight.numpy()) for weight in model.weights}
        assert len(weights) == len(model.weights)
        write(name, weights, x, outputs, states)

    def recurrent(name, layer):
        case(name, keras.Input((STEPS, INPUTS)), layer, series())

    full = dict(return_sequences=True, return_state=True)
    recurrent("simple_rnn", layers.SimpleRNN(UNITS, **full))
    recurrent("simple_rnn_relu", layers.SimpleRNN(UNITS, activation="relu", **full))
    recurrent("lstm", layers.LSTM(UNITS, **full))
    recurrent("lstm_no_bias", layers.LSTM(UNITS, use_bias=False, **full))
    recurrent("gru_reset_after", layers.GRU(UNITS, reset_after=True, **full))
    recurrent("gru_reset_before", layers.GRU(UNITS, reset_after=False, **full))
    recurrent("lstm_bidirectional", layers.Bidirectional(layers.LSTM(UNITS, **full), merge_mode="concat"))
    recurrent("dense", layers.Dense(2))
    case("embedding", keras.Input((STEPS,), dtype="int32"), layers.Embedding(WORDS, INPUTS), words())

    def model(x):
        x = layers.Embedding(WORDS, INPUTS, name="words")(x)
        x = layers.LSTM(UNITS, return_sequences=True, name="lower")(x)
        return layers.Dense(2, name="head")(layers.LSTM(UNITS, name="upper")(x))

    case("model", keras.Input((STEPS,), dtype="int32"), model, words())
    finish(version)


if LIBRARY == "torch":
    torch_cases()
elif LIBRARY == "keras2":
    import tensorflow as tf
    tf.keras.utils.set_random_seed(14)
    keras_cases(tf.keras, lambda weight: weight.name, f"tf.keras of tensorflow {tf.__version__}")
elif LIBRARY == "keras3":
    import keras
    keras.utils.set_random_seed(14)
    keras_cases(keras, lambda weight: weight.path, f"keras {keras.__version__}, torch backend")
else:
    raise SystemExit(f"LIBRARY: expected torch, keras2 or keras3, got {LIBRARY}")
