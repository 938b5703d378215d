"""Runs SavedModels with Python's TensorFlow. Reads [{"folder", "inputs", "dtypes", "output"}] from the file named, and
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
    output = loaded[folder].signatures["serving_default"](**given)["output"].numpy()
    expected = np.array(case["output"], np.float32)
    assert output.shape == expected.shape, (output.shape, expected.shape)
    differences.append(float(np.abs(output - expected).max()))
print(json.dumps(differences))
