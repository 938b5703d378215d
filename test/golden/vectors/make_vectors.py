"""Reference values and files of gensim, NumPy and SciPy, for word vectors, .npy files and Spearman's correlation.

Usage: python make_vectors.py FOLDER   (made with gensim 4.4.0, numpy 2.4.6, scipy 1.17.1)
    python3 -m venv /tmp/vectors && /tmp/vectors/bin/pip install gensim==4.4.0 numpy==2.4.6 scipy==1.17.1
    /tmp/vectors/bin/python test/golden/vectors/make_vectors.py test/golden/vectors
"""
import json
import os
import sys
import tempfile
import warnings

import numpy as np
from gensim.models import KeyedVectors
from scipy.stats import spearmanr

OUT = sys.argv[1]
rng = np.random.RandomState(16)


def at(name):
    return os.path.join(OUT, name)


# Words: some differ in case alone, some are not ASCII; capital letters of ß and ﬁ are two.
WORDS = ["the", "The", "king", "queen", "man", "woman", "Paris", "paris", "france", "rome", "italy", "straße", "STRASSE"]
WORDS += ["naïve", "日本", "😀", "no\u00a0break", "1e5", "zero"] + [f"w{i}" for i in range(41)]
SIZE = 7
values = rng.normal(size=(len(WORDS), SIZE)).astype(np.float32)
values[0] = [0, -0.0, 1, 16777216, 1e-4, 9.9999e-5, 1e-45]  # how numbers are written
values[1] = [3.4028235e38, 1.1754944e-38, 1e16, 9.999999e15, 123456789, 0.1, 1 / 3]
values[1] *= np.float32(1e-21)  # lengths stay finite in float32
values[18] = 0
kv = KeyedVectors(SIZE)
kv.add_vectors(WORDS, values)
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    kv.save_word2vec_format(at("words.txt"))
    kv.save_word2vec_format(at("words.bin"), binary=True)
np.save(at("words.npy"), values)

# What is asked: no word is all zeros, which gensim answers with NaN.
near = KeyedVectors(SIZE)
near.add_vectors([word for word in WORDS if word != "zero"], np.delete(values, 18, axis=0))
names = near.index_to_key
pairs = [(names[i], names[j]) for i, j in rng.randint(0, len(names), (40, 2))]
vector = rng.normal(size=SIZE)
triples = [tuple(names[i] for i in rng.choice(len(names), 3, replace=False)) for _ in range(12)]


def listed(found):
    return [{"word": word, "similarity": value} for word, value in found]


def questions():
    """By twos and threes of categories; a right answer is made of gensim's own now and then, some words are unknown."""
    for k in range(90):
        a, b, c = (names[i] for i in rng.choice(len(names), 3, replace=False))
        d = near.most_similar(positive=[b, c], negative=[a], topn=1)[0][0] if k % 3 else names[rng.randint(len(names))]
        words = [a, b, c, d]
        if k % 10 == 9:
            words[rng.randint(4)] = "unknown"
        # str.upper of a random word: case must not count
        words = [word.upper() if rng.rand() < 0.3 else word for word in words]
        if not any(" " in word or "\u00a0" in word for word in words):
            yield f"category {k % 4}", words


asked = list(questions())
asked.sort(key=lambda each: each[0])
with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf8", delete=False) as file:
    last = None
    for category, words in asked:
        if category != last:
            file.write(f": {category}\n")
        last = category
        file.write(" ".join(words) + "\n")
accuracy = {}
for fold in (True, False):
    score, sections = near.evaluate_word_analogies(file.name, case_insensitive=fold)
    counts = {s["section"]: [len(s["correct"]), len(s["correct"]) + len(s["incorrect"])] for s in sections}
    accuracy["folded" if fold else "exact"] = {"accuracy": score, "counts": counts}

judged = [(a, b, float(np.round(rng.rand() * 10, 1))) for a, b in pairs] + [("unknown", "king", 5.0), ("KING", "Queen", 9.0)]
with tempfile.NamedTemporaryFile("w", suffix=".tsv", encoding="utf8", delete=False) as file:
    file.writelines(f"{a}\t{b}\t{score}\n" for a, b, score in judged)
judgement = {}
for fold in (True, False):
    _, rho, skipped = near.evaluate_word_pairs(file.name, case_insensitive=fold)
    judgement["folded" if fold else "exact"] = {"correlation": float(rho[0]), "skippedPercent": skipped}

ties = rng.randint(0, 5, 30).astype(float)
lists = {
    "no ties": (rng.normal(size=50), rng.normal(size=50)),
    "ties": (ties, rng.randint(0, 4, 30).astype(float)),
    "ties and a trend": (ties, ties + np.round(rng.normal(size=30), 1)),
    "two": (np.array([1.0, 2.0]), np.array([5.0, 4.0])),
    "the same": (ties, ties),
    "infinite values": (np.array([-np.inf, 1, 2, np.inf, np.inf]), np.array([3.0, 1, 2, 9, 8])),
}
spearman = {
    name: {"x": [str(v) for v in x], "y": [str(v) for v in y], "correlation": float(spearmanr(x, y)[0])}
    for name, (x, y) in lists.items()
}

# .npy: the dtypes that our arrays have, both orders of bytes and of axes, the three versions
base = rng.normal(size=(2, 3, 4)) * 3
npy = {
    "float32": base.astype("<f4"),
    "float32-big-endian": base.astype(">f4"),
    "float32-fortran": np.asfortranarray(base.astype("<f4")),
    "float64-fortran-big-endian": np.asfortranarray(base.astype(">f8")),
    "float16": base.astype("<f2"),
    "float64": base.astype("<f8"),
    "int32": rng.randint(-(2**31), 2**31 - 1, (5,)).astype("<i4"),
    "int64": rng.randint(-(2**31), 2**31 - 1, (2, 2)).astype("<i8"),
    "uint8": rng.randint(0, 256, (3, 1)).astype("u1"),
    "bool": rng.rand(2, 5) < 0.5,
    "scalar": np.float32(7.5),
    "empty": np.zeros((0, 5), "<f4"),
}
arrays = {}
for name, array in npy.items():
    np.save(at(f"{name}.npy"), array)
    arrays[name] = {"shape": list(np.shape(array)), "values": np.asarray(array, dtype="f8").ravel(order="C").tolist()}
for version in ((2, 0), (3, 0)):
    with open(at(f"version-{version[0]}.npy"), "wb") as out:
        np.lib.format.write_array(out, npy["float32"], version=version)
    arrays[f"version-{version[0]}"] = arrays["float32"]
refused = {
    "complex": np.zeros(2, "c8"),
    "text": np.array(["a", "b"]),
    "structure": np.zeros(2, [("x", "f4"), ("y", "i4")]),
    "objects": np.array([None, {}], dtype=object),
}
for name, array in refused.items():
    np.save(at(f"refused-{name}.npy"), array)

with open(at("vectors.json"), "w", encoding="utf8") as out:
    golden = {
        "words": WORDS,
        "similarity": [{"a": a, "b": b, "value": float(near.similarity(a, b))} for a, b in pairs],
        "mostSimilar": [{"word": w, "found": listed(near.most_similar(w, topn=5))} for w in names[:12]],
        "ofVector": {"vector": vector.tolist(), "found": listed(near.similar_by_vector(vector, topn=8))},
        "analogy": [
            {"abc": t, "found": listed(near.most_similar(positive=[t[1], t[2]], negative=[t[0]], topn=4))} for t in triples
        ],
        "questions": [dict(zip("abcd", words), category=category) for category, words in asked],
        "accuracy": accuracy,
        "pairs": [{"first": a, "second": b, "score": score} for a, b, score in judged],
        "judgement": judgement,
        "spearman": spearman,
        "npy": arrays,
    }
    json.dump(golden, out, ensure_ascii=False, indent=1)
    out.write("\n")
