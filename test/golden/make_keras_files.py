"""Weight files of Keras 2 and Keras 3, packed with gzip, and what their networks answer.

  python make_keras_files.py keras2|keras3      # writes foreign/files/ beside this file

Needs tensorflow-cpu==2.15.1 | keras==3.15.1 with torch==2.13.0 and h5py==3.16.0. LIBRARY.weights.h5 and LIBRARY.keras are the
forms of Keras 3 (which 2.15 writes too), LIBRARY.h5 the older one of save_weights, LIBRARY.full.h5 of save: all of one model,
trained for a step, so that they hold an optimizer's arrays. LIBRARY.json has its input and outputs.
"""
import gzip, json, os, sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["KERAS_BACKEND"] = "torch"
import numpy as np

LIBRARY = sys.argv[1]
OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "foreign", "files")
os.makedirs(OUT, exist_ok=True)
STEPS, UNITS, WORDS = 5, 4, 7
rng = np.random.RandomState(18)
if LIBRARY == "keras2":
    import tensorflow as tf
    keras, version = tf.keras, f"tf.keras of tensorflow {tf.__version__}"
else:
    import keras
    version = f"keras {keras.__version__}, torch backend"
layers = keras.layers

x = keras.Input((STEPS,), dtype="int32")
y = layers.Embedding(WORDS, 3, name="words")(x)
y = layers.LSTM(UNITS, return_sequences=True, dropout=0.25, name="lower")(y)
y = layers.LSTM(UNITS, return_sequences=True, name="upper")(y)
y = layers.Bidirectional(layers.GRU(UNITS, return_sequences=True), name="both")(y)
model = keras.Model(x, layers.Dense(2, name="head")(y))
for weight in model.weights:
    if weight.shape and "seed" not in weight.name:
        weight.assign(rng.uniform(-0.9, 0.9, weight.shape).astype("float32"))
words = rng.randint(0, WORDS, (2, STEPS)).astype("int32")
model.compile("adam", "mse")
model.fit(words, np.zeros((2, STEPS, 2), "float32"), verbose=0)


def numbers(array):
    array = np.asarray(array)
    return np.vectorize(lambda value: float("%.9g" % value), otypes=[object])(array).tolist()


def keep(name, save):
    path = os.path.join(OUT, f"{LIBRARY}.{name}")
    save(path)
    with open(path, "rb") as file, gzip.GzipFile(f"{path}.gz", "wb", mtime=0) as packed:
        packed.write(file.read())
    os.remove(path)


keep("weights.h5", model.save_weights)
keep("keras", model.save)
keep("full.h5", model.save)



def write_types(path):
    """Arrays of each type, in a file that is none of Keras's."""
    import h5py
    with h5py.File(path, "w") as file:
        for name in ["f4", "f8", "i4", "i8", "u1", "bool", "f2", "i2", "u4"]:
            file[name] = np.array([0, 1, 1], name)
        file["big_endian"] = np.array([1.5, -2], ">f4")
        file["scalar"] = np.float32(7.5)
        file["whole"] = np.int64(-3)
        file["empty"] = np.zeros((0, 3), "f4")
        file["nothing"] = h5py.Empty("f4")
        file["text"] = "abc"
        file["link"] = h5py.SoftLink("/f4")
        file["lost"] = h5py.SoftLink("/nowhere")
        file["elsewhere"] = h5py.ExternalLink("other.h5", "/x")
        file.create_dataset("packed", data=np.arange(12, dtype="f4").reshape(3, 4), compression="gzip", chunks=(2, 2))
        file["large"] = np.array([2.0**40])


if LIBRARY == "keras2":
    keep("h5", model.save_weights)
    keep("types.h5", write_types)
with open(os.path.join(OUT, f"{LIBRARY}.json"), "w") as file:
    content = {"library": version, "x": words.tolist(), "outputs": numbers(model.predict(words, verbose=0))}
    json.dump(content, file, separators=(",", ":"))
    file.write("\n")
