"""Writes evaluate-accuracy.json: what scikit-learn, statsmodels and numpy make of one whole batch of each task.

The batches are made on both sides from (i * multiplier mod 2^32) / 2^32; only results are in the file. Intervals that are
bootstrapped are not: their parts are compared in accuracy.json.
"""
import json
from pathlib import Path

import numpy as np
from scipy import stats
from sklearn import metrics as sk
from sklearn.calibration import calibration_curve
from sklearn.preprocessing import label_binarize
from statsmodels.stats.inter_rater import cohens_kappa
from statsmodels.stats.proportion import proportion_confint

z = stats.norm.ppf(0.975)
rows = 3000


def uniform(multiplier):
    return (np.arange(1, rows + 1, dtype=np.uint64) * np.uint64(multiplier) % np.uint64(2**32)).astype(np.float64) / 2**32


u = [uniform(m) for m in (2654435761, 2246822519, 3266489917, 668265263)]


def rate(count, n):
    return [count / n, *proportion_confint(count, n, method="wilson")]


def mean(losses):
    margin = z * np.std(losses, ddof=1) / np.sqrt(len(losses))
    return [np.mean(losses), np.mean(losses) - margin, np.mean(losses) + margin]


def around(value, error, highest=1.0):
    return [value, value - z * error, min(highest, value + z * error)]


def kappa(y, predicted):
    found = cohens_kappa(sk.confusion_matrix(y, predicted))
    value = sk.cohen_kappa_score(y, predicted)
    np.testing.assert_allclose(value, found.kappa)
    return around(value, found.std_kappa)


def by_difference(y, predicted, metric):
    """Delta method with derivatives by central differences, cell by cell: good to 1e-7, not to 1e-9."""
    table = sk.confusion_matrix(y, predicted).astype(float)
    total = 0.0
    for cell in np.ndindex(table.shape):
        if table[cell] == 0:
            continue
        step = 1e-4 * table[cell]
        higher, lower = table.copy(), table.copy()
        higher[cell] += step
        lower[cell] -= step
        total += table[cell] * ((weighted(higher, metric) - weighted(lower, metric)) / (2 * step)) ** 2
    return around(metric(y, predicted), np.sqrt(total))


def weighted(table, metric):
    """A metric of scikit-learn on a table of fractions: a row a cell, its count as weight."""
    y, predicted = np.indices(table.shape).reshape(2, -1)
    return metric(y, predicted, sample_weight=table.ravel())


def components(scores, positive):
    """Structural components of each row, less the AUC, over the rows of its side; O(P N)."""
    s, t = scores[positive], scores[~positive]
    psi = (t[None, :] < s[:, None]) + 0.5 * (t[None, :] == s[:, None])
    auc, (m, n) = psi.mean(), psi.shape
    moves = np.empty(len(scores))
    moves[positive] = (psi.mean(axis=1) - auc) / np.sqrt(m * (m - 1))
    moves[~positive] = (psi.mean(axis=0) - auc) / np.sqrt(n * (n - 1))
    return moves


def ece(p, y):
    share, score = calibration_curve(y, p, n_bins=10, strategy="uniform")
    n = np.bincount(np.searchsorted(np.linspace(0, 1, 11)[1:-1], p), minlength=10)
    return np.sum(n[n > 0] / len(p) * np.abs(share - score))


def binary():
    s = np.floor(u[0] * 500) / 500
    y = (u[1] < 0.15 + 0.6 * s).astype(int)
    d = (s >= 0.45).astype(int)
    tp, fp, fn, tn = ((y & d).sum(), (~y & d & 1).sum(), (y & ~d & 1).sum(), (1 - (y | d)).sum())
    jaccard = np.array(proportion_confint(tp, tp + fp + fn, method="wilson"))
    own = np.where(y == 1, s, 1 - s).clip(2**-52, 1 - 2**-52)
    logs, squares = mean(-np.log(own)), mean((s - y) ** 2)
    np.testing.assert_allclose([logs[0], squares[0]], [sk.log_loss(y, s), sk.brier_score_loss(y, s)])
    return {
        "accuracy": rate(tp + tn, rows),
        "precision": rate(tp, tp + fp),
        "recall": rate(tp, tp + fn),
        "specificity": rate(tn, tn + fp),
        "f1": [sk.f1_score(y, d), *(2 * jaccard / (1 + jaccard))],
        "mcc": by_difference(y, d, sk.matthews_corrcoef),
        "cohen_kappa": kappa(y, d),
        "roc_auc": around(sk.roc_auc_score(y, s), np.sqrt(np.sum(components(s, y == 1) ** 2))),
        "average_precision": [sk.average_precision_score(y, s)],
        "log_loss": logs,
        "brier": squares,
        "ece": [ece(s, y)],
    }


def multiclass():
    total = (u[0] + u[1]) + u[2]
    p = np.stack([u[0] / total, u[1] / total, u[2] / total], axis=1)
    y = np.where(u[3] < p[:, 0], 0, np.where(u[3] < p[:, 0] + p[:, 1], 1, 2))
    d = p.argmax(axis=1)
    one_hot = label_binarize(y, classes=range(3))
    options = {"zero_division": 0}
    of = lambda function, average: lambda a, b, **more: function(a, b, average=average, **options, **more)
    moves = np.stack([components(p[:, c], y == c) for c in range(3)])
    share = np.bincount(y) / rows
    auc = lambda average: sk.roc_auc_score(y, p, multi_class="ovr", average=average)
    top = lambda k: rate(round(sk.top_k_accuracy_score(y, p, k=k, normalize=False)), rows)
    correct = (y == d).sum()
    result = {"accuracy": rate(correct, rows)}
    for average in ("macro", "micro", "weighted"):
        for name, function in {"precision": sk.precision_score, "recall": sk.recall_score, "f1": sk.f1_score}.items():
            metric = of(function, average)
            is_accuracy = average == "micro" or (average, name) == ("weighted", "recall")
            if is_accuracy:
                np.testing.assert_allclose(metric(y, d), correct / rows)
            result[f"{name}_{average}"] = rate(correct, rows) if is_accuracy else by_difference(y, d, metric)
    squares = mean(((p - one_hot) ** 2).sum(axis=1))
    logs = mean(-np.log(p[np.arange(rows), y]))
    np.testing.assert_allclose([logs[0], squares[0]], [sk.log_loss(y, p), sk.brier_score_loss(y, p)])
    return {
        **result,
        "mcc": by_difference(y, d, sk.matthews_corrcoef),
        "cohen_kappa": kappa(y, d),
        "roc_auc_macro": around(auc("macro"), np.sqrt(np.sum(moves.mean(axis=0) ** 2))),
        "roc_auc_weighted": around(auc("weighted"), np.sqrt(np.sum((share @ moves) ** 2))),
        "average_precision_macro": [sk.average_precision_score(one_hot, p, average="macro")],
        "top_2_accuracy": top(2),
        "log_loss": logs,
        "brier": squares,
        "ece": [ece(p.max(axis=1), (y == d).astype(int))],
    }


def regression():
    y = 100 * u[0] - 30
    p = y + 10 * (u[1] - 0.45) * u[2]
    e = p - y
    rmse = sk.root_mean_squared_error(y, p)
    a, b = np.mean(e**2), np.var(y)
    r2 = np.std((a / b * (y - y.mean()) ** 2 - e**2) / b, ddof=1) / np.sqrt(rows)
    ordered = np.sort(e)

    def quantile(q):
        half = z * np.sqrt(rows * q * (1 - q))
        low, high = int(np.floor(rows * q - half)), int(np.ceil(rows * q + half)) + 1
        return [np.quantile(e, q), ordered[low - 1], ordered[high - 1]]

    absolute, percentage = np.abs(e), np.abs(e) / np.abs(y).clip(2**-52)
    result = {
        "mae": mean(absolute),
        "rmse": around(rmse, np.std(e**2, ddof=1) / np.sqrt(rows) / 2 / rmse, np.inf),
        "bias": mean(e),
        "r2": around(sk.r2_score(y, p), r2),
        "mape": mean(percentage),
        "near_zero_count": [0],
        "smape": mean(2 * absolute / (np.abs(y) + np.abs(p))),
        "pinball": mean(np.where(e < 0, -0.9 * e, 0.1 * e)),
        "median_ae": [sk.median_absolute_error(y, p)],
        "residual_p05": quantile(0.05),
        "residual_p25": quantile(0.25),
        "residual_p50": [np.median(e)],
        "residual_p75": quantile(0.75),
        "residual_p95": quantile(0.95),
    }
    known = [sk.mean_absolute_error(y, p), sk.mean_absolute_percentage_error(y, p), sk.mean_pinball_loss(y, p, alpha=0.9)]
    np.testing.assert_allclose([result[name][0] for name in ("mae", "mape", "pinball")], known)
    return result


batches = {"binary": binary(), "multiclass": multiclass(), "regression": regression()}
plain = {task: {name: [float(one) for one in found] for name, found in of.items()} for task, of in batches.items()}
(Path(__file__).parent / "evaluate-accuracy.json").write_text(json.dumps({"rows": rows, **plain}, indent=1) + "\n")
