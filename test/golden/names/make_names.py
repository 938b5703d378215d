"""The public names of other libraries, and the names of their parameters, which docs/names.md is compared with.

    PYTHON make_names.py keras            # Keras 3.15.1 on PyTorch (KERAS_BACKEND=torch)
    PYTHON make_names.py torch            # PyTorch 2.13.0
    PYTHON make_names.py tensorflow2      # TensorFlow 2.15.1, with its tf.keras
    PYTHON make_names.py gensim           # gensim 4.4.0
    PYTHON make_names.py tensorflow1 DIR  # the unpacked wheel tensorflow-1.15.5-cp37, whose sources are read, not run

Each writes LIBRARY.json beside this file: by name, its parameters in their order, separated by spaces.
"""

import ast
import importlib
import inspect
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def parameters(thing):
    """The parameters of a function, or of a class and of the classes that it passes *args and **kwargs on to."""
    functions = [thing]
    if inspect.isclass(thing):
        functions = [base.__init__ for base in thing.__mro__ if "__init__" in vars(base) and base is not object]
    found = {}
    for function in functions:
        try:
            signature = inspect.signature(function)
        except (TypeError, ValueError):  # a function in C++ tells no names
            continue
        is_open = False
        for name, parameter in signature.parameters.items():
            is_open = is_open or parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
            if parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD) and name != "self":
                found[name] = True
        if not is_open:
            break
    return " ".join(found)


def of_modules(library, modules, classes):
    """All public names of the modules, and the methods and properties of the classes."""
    names = {}
    for path in modules:
        module = importlib.import_module(f"{library}.{path}" if path else library)
        for name in sorted(vars(module)):
            thing = getattr(module, name)
            if name.startswith("_") or not callable(thing):
                continue
            if not path or not inspect.ismodule(thing):
                names[f"{path}.{name}".lstrip(".")] = parameters(thing)
    for path in classes:
        module, _, name = path.rpartition(".")
        owner = getattr(importlib.import_module(f"{library}.{module}" if module else library), name)
        for method in sorted(dir(owner)):
            if not method.startswith("_"):
                member = inspect.getattr_static(owner, method)
                names[f"{name}.{method}"] = parameters(getattr(owner, method)) if callable(member) else ""
    return names


def parsed(root, module):
    """The source of a module of TensorFlow 1.x."""
    path = os.path.join(root, *module.replace("tensorflow.", "tensorflow_core.", 1).split("."))
    path = path + ".py" if os.path.exists(path + ".py") else os.path.join(path, "__init__.py")
    with open(path, encoding="utf8") as file:
        return ast.parse(file.read())


def of_base(tree, base, root):
    """The parameters of a class's base, which stands in the same source or in an imported module: "adam.AdamOptimizer"."""
    if isinstance(base, ast.Name):
        return in_source(tree, base.id, root)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and isinstance(base, ast.Attribute):
            if any((alias.asname or alias.name) == getattr(base.value, "id", None) for alias in node.names):
                try:
                    return in_source(parsed(root, f"{node.module}.{base.value.id}"), base.attr, root)
                except FileNotFoundError:
                    return ""
    return ""


def in_source(tree, name, root):
    """The parameters of what a source calls `name`; None if the source does not define it."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return " ".join(arg.arg for arg in node.args.args + node.args.kwonlyargs)
        if isinstance(node, ast.ClassDef) and node.name == name:
            for part in node.body:
                if isinstance(part, ast.FunctionDef) and part.name == "__init__":
                    own = " ".join(arg.arg for arg in part.args.args[1:] + part.args.kwonlyargs)
                    if own or part.args.kwarg is None:
                        return own
            return next((text for text in (of_base(tree, base, root) for base in node.bases) if text), "")
        if isinstance(node, ast.Assign) and any(getattr(target, "id", None) == name for target in node.targets):
            called = [n.id for n in ast.walk(node.value) if isinstance(n, ast.Name)]
            return next((text for text in (in_source(tree, other, root) for other in called if other != name) if text), "")
    return None


def of_tensorflow1(root):
    """The names that the packages of version 1 import, and all public ones of contrib's sources."""
    names = {}
    top = os.path.join(root, "tensorflow_core/_api/v1")
    for path in ["", "nn", "nn.rnn_cell", "layers", "losses", "train", "initializers", "summary"]:
        file = os.path.join(*path.split("."), "__init__.py") if path else "v1.py"
        for node in parsed_file(os.path.join(top, file)).body:
            if not isinstance(node, ast.ImportFrom) or not node.module.startswith("tensorflow.python"):
                continue
            for alias in node.names:
                name = alias.asname or alias.name
                found = None if name.startswith("_") else in_source(parsed(root, node.module), alias.name, root)
                if found is not None:
                    names[f"{path}.{name}".lstrip(".")] = found
    contrib = os.path.join(root, "tensorflow_core/contrib")
    for path in ["rnn", "seq2seq", "opt", "cudnn_rnn", "layers"]:
        for folder, _, files in sorted(os.walk(os.path.join(contrib, path))):
            for file in sorted(file for file in files if file.endswith(".py")):
                tree = parsed_file(os.path.join(folder, file))
                for node in tree.body:
                    if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
                        names[f"contrib.{path}.{node.name}"] = in_source(tree, node.name, root)
                        if isinstance(node, ast.ClassDef) and path == "seq2seq":
                            for part in node.body:
                                if isinstance(part, ast.FunctionDef) and not part.name.startswith("_"):
                                    text = " ".join(arg.arg for arg in part.args.args[1:])
                                    names[f"{node.name}.{part.name}"] = text
    return names


def parsed_file(path):
    with open(path, encoding="utf8") as file:
        return ast.parse(file.read())


KERAS = ["layers", "losses", "metrics", "optimizers", "optimizers.schedules", "callbacks", "initializers"]
TORCH = ["nn", "optim", "optim.lr_scheduler", "nn.init", "nn.utils", "nn.utils.rnn", "nn.utils.parametrizations", "nn.functional"]

library = sys.argv[1]
if library == "tensorflow1":
    found, version = of_tensorflow1(sys.argv[2]), "1.15.5"
elif library == "keras":
    found = of_modules("keras", [*KERAS, "regularizers", "utils", "models"], ["Model", "layers.Layer", "layers.TextVectorization"])
elif library == "torch":
    found = of_modules("torch", [*TORCH, "autograd", "utils.data", "export", ""], ["Tensor", "nn.Module", "optim.Optimizer"])
elif library == "tensorflow2":
    old = ["keras.preprocessing.text", "keras.preprocessing.sequence"]
    found = of_modules("tensorflow", old, ["data.Dataset", "GradientTape", "keras.preprocessing.text.Tokenizer"])
    import tensorflow as tf

    for name in ["GradientTape", "function", "clip_by_global_norm", "one_hot"]:
        found[name] = parameters(getattr(tf, name))
    for name in ["CuDNNLSTM", "CuDNNGRU"]:
        found[name] = parameters(getattr(tf.compat.v1.keras.layers, name))
elif library == "gensim":
    kinds = ["models.Word2Vec", "models.KeyedVectors"]
    found = of_modules("gensim", ["models.word2vec", "models.keyedvectors"], kinds)
if library != "tensorflow1":
    version = importlib.import_module(library.rstrip("2")).__version__
with open(os.path.join(HERE, f"{library}.json"), "w", encoding="utf8") as file:
    json.dump({"version": version, "names": dict(sorted(found.items()))}, file, indent=2)
    file.write("\n")
print(library, version, len(found), "names")
