"""Runs SavedModels with Python's TensorFlow. Reads [{"folder", "inputs", "dtypes", "output"}] from the file named, and
prints the largest difference of each as JSON."""

import json
import sys

import numpy as np
import tensorflow as tf

loaded = {}
differences = []
for case in json.load(open(sys.argv[1])):
    model = loaded.setdefault(case["folder"], tf.saved_model.load(case["folder"]))
    given = {name: tf.constant(value, case["dtypes"][name]) for name, value in case["inputs"].items()}
    output = model.signatures["serving_default"](**given)["output"].numpy()
    expected = np.array(case["output"], np.float32)
    assert output.shape == expected.shape, (output.shape, expected.shape)
    differences.append(float(np.abs(output - expected).max()))
print(json.dumps(differences))
