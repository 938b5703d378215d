"""Runs SavedModels with Python's TensorFlow. Reads [{"folder", "inputs", "dtypes", "outputs"}] from the file named, and
prints the largest difference of each as JSON."""

import json
import sys

import numpy as np
import tensorflow as tf

loaded = {}
differences = []
for case in json.load(open(sys.argv[1])):
    folder = case["folder"]
    if folder not in loaded:
        loaded[folder] = tf.saved_model.load(folder)
    given = {name: tf.constant(value, case["dtypes"][name]) for name, value in case["inputs"].items()}
    outputs = loaded[folder].signatures["serving_default"](**given)
    assert sorted(outputs) == sorted(case["outputs"]), sorted(outputs)
    worst = 0.0
    for name, values in case["outputs"].items():
        output, expected = outputs[name].numpy(), np.array(values, np.float32)
        assert output.shape == expected.shape, (name, output.shape, expected.shape)
        worst = max(worst, float(np.abs(output - expected).max()))
    differences.append(worst)
print(json.dumps(differences))
