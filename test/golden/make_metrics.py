"""Reference values of scikit-learn for the metrics of all predictions, for parity tests.

Usage: python make_metrics.py OUT.json   (needs scikit-learn==1.9.1, numpy)
    python3 -m venv /tmp/metrics && /tmp/metrics/bin/pip install scikit-learn==1.9.1
    /tmp/metrics/bin/python test/golden/make_metrics.py test/golden/metrics.json
"""
import json
import sys
import warnings

import numpy as np
import sklearn
from sklearn import metrics as m

warnings.simplefilter("ignore")
rng = np.random.RandomState(21)


def softmax(z):
    """Sums in the order of the size, so that rows of the same logits in another order have equal probabilities."""
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / np.sort(e, axis=1).sum(axis=1, keepdims=True)


def tied(values, step):
    return np.round(values / step) * step


def binary(scores, labels, weights):
    w = {"sample_weight": weights}
    predicted = (scores > 0).astype(int)
    p = lambda f, **more: f(labels, predicted, **w, **more)
    return {
        "rocAuc": m.roc_auc_score(labels, scores, **w),
        "averagePrecision": m.average_precision_score(labels, scores, **w),
        "precision": p(m.precision_score, zero_division=0),
        "recall": p(m.recall_score, zero_division=0),
        "f1Score": p(m.f1_score, zero_division=0),
        "f1Score macro": p(m.f1_score, average="macro", zero_division=0),
        "f1Score 1": p(m.f1_score, zero_division=1),
        "balancedAccuracy": p(m.balanced_accuracy_score),
        "matthewsCorrelation": p(m.matthews_corrcoef),
    }


def classes(logits, labels, weights):
    w = {"sample_weight": weights}
    n = logits.shape[1]
    probabilities = softmax(logits)
    predicted = logits.argmax(axis=1)
    all_classes = list(range(n))
    result = {}
    if len(set(labels)) == n:
        for average in ["macro", "micro"]:
            result[f"rocAuc {average}"] = m.roc_auc_score(
                labels, probabilities, multi_class="ovr", average=average, labels=all_classes, **w
            )
            result[f"averagePrecision {average}"] = m.average_precision_score(
                labels, probabilities, average=average, **w
            )
    for average in ["macro", "micro", "weighted"]:
        for name, score in [("precision", m.precision_score), ("recall", m.recall_score), ("f1Score", m.f1_score)]:
            for zero in [0, 1, np.nan]:
                result[f"{name} {average} {zero}"] = score(
                    labels, predicted, average=average, zero_division=zero, **w
                )
    each = m.precision_recall_fscore_support(labels, predicted, labels=all_classes, zero_division=0, **w)
    result["perClassScores"] = {k: list(map(float, v)) for k, v in zip(["precision", "recall", "f1", "support"], each)}
    result["balancedAccuracy"] = m.balanced_accuracy_score(labels, predicted, **w)
    result["matthewsCorrelation"] = m.matthews_corrcoef(labels, predicted, **w)
    for k in range(1, n):
        result[f"topKAccuracy {k}"] = m.top_k_accuracy_score(labels, logits, k=k, labels=all_classes, **w)
    return result


def columns(scores, labels, weights):
    """Labels of several questions at once; weights of examples are not given here."""
    return {
        f"{name} {average}": f(labels, scores, average=average)
        for average in ["macro", "micro"]
        for name, f in [("rocAuc", m.roc_auc_score), ("averagePrecision", m.average_precision_score)]
    }


def regression(outputs, y, weights):
    w = {"sample_weight": weights}
    return {
        "r2Score": m.r2_score(y, outputs, **w),
        "meanAbsoluteError": m.mean_absolute_error(y, outputs, **w),
        **{f"meanPinballLoss {q}": m.mean_pinball_loss(y, outputs, alpha=q, **w) for q in [0, 0.1, 0.5, 0.9, 1]},
    }


def plain(value):
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [plain(v) for v in value]
    return float(value)


cases = []


def case(kind, title, scores, labels, weights=None):
    make = {"binary": binary, "classes": classes, "columns": columns, "regression": regression}[kind]
    cases.append(
        {
            "kind": kind,
            "title": title,
            "shape": list(scores.shape),
            "scores": scores.astype(float).ravel().tolist(),
            "labels": labels.astype(float).ravel().tolist(),
            "weights": None if weights is None else weights.tolist(),
            "values": plain(make(scores, labels, weights)),
        }
    )


def with_weights(kind, title, scores, labels):
    case(kind, title, scores, labels)
    weights = np.round(rng.uniform(0, 3, len(labels)), 3)
    case(kind, f"{title}, weights", scores, labels, weights)
    weights[rng.uniform(size=len(labels)) < 0.2] = 0
    case(kind, f"{title}, some weights 0", scores, labels, weights)


# two classes
labels = rng.randint(0, 2, 40)
scores = rng.randn(40) + labels
with_weights("binary", "40 scores", scores, labels)
with_weights("binary", "ties", tied(scores, 0.8), labels)
with_weights("binary", "all scores equal", np.zeros(12), rng.permutation([0, 1] * 6))
with_weights("binary", "separable", np.where(labels > 0, 1.0, -1.0) * rng.uniform(1, 2, 40), labels)
with_weights("binary", "one positive", rng.randn(15), np.eye(15)[7].astype(int))
with_weights("binary", "no prediction of class 1", -np.abs(scores), labels)
# several classes
labels = rng.randint(0, 4, 50)
logits = rng.randn(50, 4) + np.eye(4)[labels]
with_weights("classes", "4 classes", logits, labels)
with_weights("classes", "ties", tied(logits, 1.0), labels)
with_weights("classes", "class 2 has no label and no prediction", logits - 99 * np.eye(4)[2], labels % 2)
with_weights("classes", "class 0 has no prediction", logits - 9 * np.eye(4)[0], labels)
with_weights("classes", "class 3 has no label", logits, labels % 3)
# several questions
case("columns", "3 columns", tied(rng.randn(30, 3), 0.25), rng.randint(0, 2, (30, 3)))
# numbers
y = rng.randn(30)
with_weights("regression", "30 numbers", y + 0.3 * rng.randn(30), y)
with_weights("regression", "worse than the mean", 3 * rng.randn(30), y)
with_weights("regression", "2 outputs", y.reshape(15, 2) + 0.1 * rng.randn(15, 2), y.reshape(15, 2))
constant = np.stack([np.full(8, 2.5), np.full(8, 1.0), np.arange(8.0)], axis=1)
# no weights: scikit-learn's weighted mean of a constant misses it by a rounding, and its value is then about -1e30
case("regression", "constant y, met and missed", constant + np.array([0, 0.5, 0.25]), constant)

with open(sys.argv[1], "w") as file:
    result = {"source": f"scikit-learn {sklearn.__version__}, numpy {np.__version__}", "cases": cases}
    json.dump(json.loads(json.dumps(result), parse_constant=lambda word: word), file)
    file.write("\n")
