"""Checkpoints of TensorFlow 1.x's Saver (and one of tf.train.Checkpoint), and what their networks answer.

  python make_checkpoints.py      # writes foreign/checkpoints/ beside this file

Needs tensorflow-cpu==2.15.1, and cramjam==2.14.0 for the index that is packed with Snappy. checkpoints.json holds for each case
the input x, the outputs and last states of all time steps, or the values of the tensors.
"""
import json, os, shutil, struct, sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow as tf
from tensorflow.core.protobuf import saver_pb2

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "foreign", "checkpoints")
shutil.rmtree(OUT, ignore_errors=True)
os.makedirs(OUT)
BATCH, STEPS, INPUTS, UNITS = 2, 5, 3, 4
v1 = tf.compat.v1
cells = v1.nn.rnn_cell
rng = np.random.RandomState(18)
cases = {}
x_value = rng.uniform(-1, 1, (BATCH, STEPS, INPUTS)).astype("float32")


def numbers(array):
    """Nested lists; nine digits hold a float32 exactly."""
    array = np.asarray(array)
    return np.vectorize(lambda value: float("%.9g" % value), otypes=[object])(array).tolist()


def flat(state):
    return [part for each in state for part in flat(each)] if isinstance(state, (tuple, list)) else [state]


def case(name, build, train=None, config=None, **saver):
    """`build(x)` gives outputs and state. Weights are drawn, `train` makes a step with them, and the Saver writes all."""
    with v1.Graph().as_default(), v1.Session(config=config) as session:
        x = v1.placeholder(tf.float32, [None, None, INPUTS])
        outputs, state = build(x)
        weights = v1.trainable_variables()
        extra = [] if train is None else [train(outputs)]
        session.run(v1.global_variables_initializer())
        for weight in weights:
            session.run(weight.assign(rng.uniform(-0.9, 0.9, weight.shape).astype("float32")))
        session.run(extra, {x: x_value})
        v1.train.Saver(**saver).save(session, os.path.join(OUT, name), write_meta_graph=False, write_state=False)
        results = session.run([outputs] + flat(state), {x: x_value})
    cases[name] = {"x": numbers(x_value), "outputs": numbers(results[0]), "states": [numbers(s) for s in results[1:]]}


def adam(outputs):
    loss = tf.reduce_mean(v1.layers.dense(outputs, 2) ** 2)
    return v1.train.AdamOptimizer(0.01).minimize(loss, global_step=v1.train.get_or_create_global_step())


def run(cell):
    return lambda x: v1.nn.dynamic_rnn(cell(), x, dtype=tf.float32)


lstm = lambda **options: cells.LSTMCell(UNITS, **options)
case("basic_lstm.ckpt-1", run(lambda: cells.BasicLSTMCell(UNITS)), adam)
case("basic_rnn.ckpt", run(lambda: cells.BasicRNNCell(UNITS)))
case("gru.ckpt", run(lambda: cells.GRUCell(UNITS)))
case("peephole_proj.ckpt", run(lambda: lstm(use_peepholes=True, num_proj=2)))
case("stack.ckpt", run(lambda: cells.MultiRNNCell([lstm(), cells.DropoutWrapper(lstm(), 1.0), cells.GRUCell(UNITS)])))


def both_ways(x):
    outputs, states = v1.nn.bidirectional_dynamic_rnn(lstm(), lstm(), x, dtype=tf.float32)
    return tf.concat(outputs, 2), states


case("bidirectional.ckpt", both_ways)


def partitioned(x):
    """The kernel in three pieces by rows, one of them on another device: so there are two shards."""
    with v1.variable_scope("part", partitioner=v1.fixed_size_partitioner(3)), v1.device("/cpu:0"):
        outputs, state = v1.nn.dynamic_rnn(cells.BasicLSTMCell(UNITS), x, dtype=tf.float32)
    with v1.device("/cpu:1"):
        return v1.layers.dense(outputs, 2, name="head"), state


two = v1.ConfigProto(device_count={"CPU": 2})
case("sharded.ckpt", partitioned, config=two, sharded=True)
v1_form = dict(write_version=saver_pb2.SaverDef.V1)
case("old.ckpt", run(lambda: cells.BasicLSTMCell(UNITS)), adam, **v1_form)
case("old_sharded.ckpt", partitioned, config=two, sharded=True, **v1_form)


def types():
    values = {
        "float16": np.array([[0, -0.0, 1], [-2.5, 65504, np.inf]], np.float16),
        "float64": np.array([1 / 3, -1e30]),
        "int32": np.array([-(2**31), -1, 0, 2**31 - 1], np.int32),
        "int64": np.array([-(2**31), -1, 0, 2**31 - 1], np.int64),
        "uint8": np.array([0, 127, 255], np.uint8),
        "bool": np.array([[True, False, True]]),
        "scalar": np.float32(7.5),
        "empty": np.zeros([0, 3], np.float32),
        "text": np.array(["a", "bc"]),
        "int16": np.array([1, 2], np.int16),
    }
    for name, form in {"types.ckpt": {}, "old_types.ckpt": v1_form}.items():
        with v1.Graph().as_default(), v1.Session() as session:
            some = {n: v for n, v in values.items() if not (form and n in ("text", "int16"))}
            made = [v1.Variable(value, name=name) for name, value in some.items()]
            if not form:
                made.append(v1.Variable(tf.constant([0.0, -2.5, 3.140625], tf.bfloat16), name="bfloat16"))
            session.run(v1.global_variables_initializer())
            v1.train.Saver(made, **form).save(session, os.path.join(OUT, name), write_meta_graph=False, write_state=False)
        cases[name] = {n: [str(float(e)) for e in np.ravel(v)] for n, v in some.items() if n not in ("text", "int16")}
    cases["types.ckpt"]["bfloat16"] = ["0.0", "-2.5", "3.140625"]


def objects():
    layer = tf.keras.layers.LSTM(UNITS, return_sequences=True, return_state=True)
    model = tf.keras.Sequential([tf.keras.layers.LSTM(UNITS, input_shape=(STEPS, INPUTS), return_sequences=True)])
    for weight in model.weights:
        weight.assign(rng.uniform(-0.9, 0.9, weight.shape).astype("float32"))
    model.compile("adam", "mse")
    model.fit(x_value, np.zeros((BATCH, STEPS, UNITS), "float32"), verbose=0)
    tf.train.Checkpoint(model=model).write(os.path.join(OUT, "objects.ckpt"))
    cases["objects.ckpt"] = {"x": numbers(x_value), "outputs": numbers(model(x_value)), "states": []}


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    crc ^= 0xFFFFFFFF
    return (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF


def varint(n):
    return bytes([n]) if n < 128 else bytes([n & 127 | 128]) + varint(n >> 7)


def snappy(name, packed):
    """The same index with its blocks packed, as TensorFlow 1.0 wrote it; TensorFlow itself reads it back below."""
    import cramjam
    index = open(os.path.join(OUT, f"{name}.index"), "rb").read()

    def read(at):
        value, shift = 0, 0
        while True:
            value |= (index[at] & 127) << shift
            shift, at = shift + 7, at + 1
            if index[at - 1] < 128:
                return value, at

    def handles(at, count):
        found = []
        for _ in range(count):
            value, at = read(at)
            found.append(value)
        return found

    out = b""

    def block(raw):
        nonlocal out
        body = bytes(cramjam.snappy.compress_raw(raw)) + b"\1"
        place = varint(len(out)) + varint(len(body) - 1)
        out += body + struct.pack("<I", crc32c(body))
        return place

    meta_at, meta_size, index_at, index_size = handles(len(index) - 48, 4)
    _, own, size = handles(index_at, 3)  # the one entry of the block that lists the blocks
    start = index_at + 3
    data_at, data_size = handles(start + own, 2)
    data = block(index[data_at:data_at + data_size])
    meta = block(index[meta_at:meta_at + meta_size])
    entry = varint(0) + varint(own) + varint(len(data)) + index[start:start + own] + data
    place = block(entry + struct.pack("<II", 0, 1))
    out += (meta + place).ljust(40, b"\0") + index[-8:]
    packed = os.path.join(OUT, packed)
    open(f"{packed}.index", "wb").write(out)
    shutil.copy(os.path.join(OUT, f"{name}.data-00000-of-00001"), f"{packed}.data-00000-of-00001")
    assert len(tf.train.list_variables(packed)) > 0
    for key, _ in tf.train.list_variables(packed):
        assert np.array_equal(tf.train.load_variable(packed, key), tf.train.load_variable(os.path.join(OUT, name), key))


types()
objects()
snappy("stack.ckpt", "snappy.ckpt")
with open(os.path.join(OUT, "checkpoints.json"), "w") as file:
    json.dump({"library": f"tensorflow {tf.__version__}", "cases": cases}, file, separators=(",", ":"))
    file.write("\n")
