"""Takes TensorFlow's shared libraries and C headers out of a wheel: unpack-wheel.py WHEEL DEPS_FOLDER"""
import os
import shutil
import sys
import zipfile

wheel, deps = sys.argv[1:]
libraries = {"tensorflow/libtensorflow_cc.so.2", "tensorflow/libtensorflow_framework.so.2"}
headers = tuple("tensorflow/include/" + folder for folder in ("tensorflow/c/", "tensorflow/core/platform/", "tsl/"))

os.makedirs(os.path.join(deps, "lib"), exist_ok=True)
with zipfile.ZipFile(wheel) as archive:
    for entry in archive.infolist():
        name = entry.filename
        if name.endswith("/") or ".." in name.split("/"):
            continue
        if name in libraries:
            target = os.path.join(deps, "lib", os.path.basename(name))
        elif name.startswith(headers):
            target = os.path.join(deps, "include", name[len("tensorflow/include/"):])
        else:
            continue
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with archive.open(entry) as source, open(target, "wb") as copy:
            shutil.copyfileobj(source, copy, 1 << 20)

# tfjs-node's addon asks the linker for these names.
for link, target in (
    ("libtensorflow.so", "libtensorflow_cc.so.2"),
    ("libtensorflow.so.2", "libtensorflow_cc.so.2"),
    ("libtensorflow_framework.so", "libtensorflow_framework.so.2"),
):
    os.symlink(target, os.path.join(deps, "lib", link))
