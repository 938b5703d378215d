"""Files of Python's safetensors, with every dtype, and a model in two files with its index: reference results.

Usage: python make_safetensors.py OUT_DIR
Needs safetensors==0.8.0, numpy and ml_dtypes (which comes with TensorFlow 2.15.1).

Writes dtypes.safetensors with arrays of every dtype, its integers as .npy files too, and dtypes.json with their values; written.safetensors with numbers of
written.json, rounded by NumPy and ml_dtypes; model-0000N-of-00002.safetensors and model.safetensors.index.json, in the form
in which Hugging Face's transformers splits a model.
"""
import json, os, sys
import ml_dtypes
import numpy as np
import safetensors
from safetensors.numpy import save_file

OUT = sys.argv[1]
os.makedirs(OUT, exist_ok=True)


kept = []


def texts(values):
    """repr keeps infinities, NaN, -0 and every digit."""
    return [repr(float(value)) if isinstance(value, float) else str(value) for value in values]


def entry(dtype, array):
    array = np.ascontiguousarray(array)
    kept.append(array)  # TensorSpec has only its address
    return safetensors.TensorSpec(dtype=dtype, shape=array.shape, data_ptr=array.ctypes.data, data_len=array.nbytes)


def write(name, entries):
    with open(os.path.join(OUT, name), "wb") as file:
        file.write(bytes(safetensors.serialize(entries)))


every = np.arange(256, dtype="uint8")
arrays = {
    "i8": ("int8", np.array([-128, -1, 0, 127], "int8")),
    "i16": ("int16", np.array([-32768, -2, 1, 32767], "int16")),
    "u16": ("uint16", np.array([0, 1, 32768, 65535], "uint16")),
    "u32": ("uint32", np.array([0, 7, 2**31 - 1], "uint32")),
    "u64": ("uint64", np.array([0, 7, 2**31 - 1], "uint64")),
    "f8_e4m3": ("float8_e4m3fn", every.view(ml_dtypes.float8_e4m3fn)),
    "f8_e5m2": ("float8_e5m2", every.view(ml_dtypes.float8_e5m2)),
    "f32": ("float32", np.array([1.5, -0.0], "float32")),
}
entries = {name: entry(dtype, array) for name, (dtype, array) in arrays.items()}
expected = {
    name: texts([float(value) for value in array] if array.dtype.kind not in "iu" else [int(value) for value in array])
    for name, (_, array) in arrays.items()
}
entries["f8_e8m0"] = entry("float8_e8m0fnu", every)
expected["f8_e8m0"] = texts([2.0 ** (i - 127) if i < 255 else float("nan") for i in range(256)])
entries["c64"] = entry("complex64", np.array([1 + 2j], "complex64"))
entries["f4"] = entry("float4_e2m1fn_x2", np.array([0x12, 0x34], "uint8"))
write("dtypes.safetensors", entries)
for name in ["i8", "i16", "u16", "u32", "u64"]:
    np.save(os.path.join(OUT, f"{name}.npy"), arrays[name][1])
np.save(os.path.join(OUT, "u64-big.npy"), np.array([1, 2**63], ">u8"))

rng = np.random.RandomState(18)
bits = rng.randint(0, 2**32, 600, dtype=np.uint64).astype("uint32").view("float32")
ties = np.concatenate([
    (np.arange(0, 40, dtype="float64") + 0.5) * 2.0**-24,  # halves of binary16's smallest steps
    1 + (np.arange(0, 40) + 0.5) / 1024,
    1 + (np.arange(0, 40) + 0.5) / 128,
    [0.0, -0.0, 65504, 65519.996, 2.0**-14, 2.0**-25, 3.3895314e38, 3.396e38, 3.3961776e38, -3.397e38, 3.4028235e38, -3.4028235e38, np.inf, -np.inf, np.nan],
]).astype("float32")
values = np.concatenate([bits[np.isfinite(bits)], ties, rng.uniform(-70000, 70000, 100).astype("float32")])
with np.errstate(over="ignore"):
    half, brain = values.astype("float16"), values.astype(ml_dtypes.bfloat16)
in_half = np.isinf(values) | ~np.isinf(half)
in_brain = np.isinf(values) | ~np.isinf(brain.astype("float32"))
written = {
    "half": entry("float16", half[in_half]),
    "brain": entry("bfloat16", brain[in_brain]),
    "double": entry("float64", values.astype("float64")),
    "ids": entry("int64", np.array([-(2**31), -1, 0, 2**31 - 1], "int64")),
    "mask": entry("bool", np.array([True, False, True])),
}
write("written.safetensors", written)
with open(os.path.join(OUT, "dtypes.json"), "w") as file:
    json.dump(expected, file, separators=(",", ":"))
    file.write("\n")
with open(os.path.join(OUT, "written.json"), "w") as file:
    numbers = {"half": values[in_half], "brain": values[in_brain], "double": values}
    hexes = {name: array.astype("<f4").tobytes().hex() for name, array in numbers.items()}
    beyond = {"half": values[~in_half][:9].tolist(), "brain": values[~in_brain][:9].tolist()}
    json.dump({**hexes, "beyond": beyond, "ids": [-(2**31), -1, 0, 2**31 - 1], "mask": [1, 0, 1]}, file)
    file.write("\n")

parts = [{"embedding": np.arange(6, dtype="float32").reshape(3, 2)},
         {"head/kernel": -np.arange(4, dtype="float32").reshape(2, 2), "head/bias": np.array([9, 8], "float32")}]
names = [f"model-{i + 1:05}-of-00002.safetensors" for i in range(2)]
for name, part in zip(names, parts):
    save_file(part, os.path.join(OUT, name), {"format": "np"})
weight_map = {key: name for name, part in zip(names, parts) for key in part}
with open(os.path.join(OUT, "model.safetensors.index.json"), "w") as file:
    total = sum(array.nbytes for part in parts for array in part.values())
    json.dump({"metadata": {"total_size": total}, "weight_map": weight_map}, file, indent=2)
    file.write("\n")
