"""Writes comparison.json: what statsmodels, scikit-learn, scipy and numpy make of two models over the same rows.

30 samples of labelled scores, 30 of labelled predictions and 36 tables of discordant rows, with ties, float32, one class, equal
models, perfect ones and 1 to 4 rows; undefined is null. The samples of 1 M rows are not in the file: both sides make them from
`uniform`. DeLong's difference and the interval of the rmse are written out, for want of an implementation.
"""
import json
import warnings
from pathlib import Path

import numpy as np
from scipy import stats
from sklearn import metrics as sk
from statsmodels.stats.contingency_tables import mcnemar

warnings.simplefilter("ignore")  # of undefined metrics: they are what is asked about
million = 1_000_000
z = stats.norm.ppf((1 + 0.95) / 2)
rng = np.random.default_rng(20130711)


def uniform(multiplier, n=million):
    """(i * multiplier mod 2^32) / 2^32 for i = 1 to n: the same bits in numpy and in JavaScript."""
    return (np.arange(1, n + 1, dtype=np.uint64) * np.uint64(multiplier) % np.uint64(2**32)).astype(np.float64) / 2**32


def plain(value):
    """For JSON: NaN is null, numbers keep every digit."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(one) for one in value]
    if value is None or (isinstance(value, (float, np.floating)) and np.isnan(value)):
        return None
    return value.item() if isinstance(value, np.generic) else value


def differences(d):
    if len(d) == 0:
        return None
    size = np.abs(d)
    return [len(d), np.mean(d), np.mean(size), np.quantile(size, 0.99), np.max(size)]


def paired(a, b):
    d = b - a
    if len(d) == 0:
        return None
    interval = [None, None] if len(d) < 2 else [np.mean(d) - z * stats.sem(d), np.mean(d) + z * stats.sem(d)]
    return [np.mean(a), np.mean(b), np.mean(d), *interval]


def components(scores, labels):
    """V10 and V01: O(P N), or by binary search where that is too much; both where both can be."""
    positive, negative = scores[labels == 1], scores[labels == 0]
    up, down = np.sort(positive), np.sort(negative)
    below = lambda sample, values: np.searchsorted(sample, values, "left") + np.searchsorted(sample, values, "right")
    v10, v01 = below(down, positive) / 2 / len(down), 1 - below(up, negative) / 2 / len(up)
    if len(up) * len(down) < 1e6:
        psi = (negative[None, :] < positive[:, None]) + 0.5 * (negative[None, :] == positive[:, None])
        np.testing.assert_allclose(v10, psi.mean(axis=1), rtol=1e-14)
        np.testing.assert_allclose(v01, psi.mean(axis=0), rtol=1e-14, atol=1e-15)
        v10, v01 = psi.mean(axis=1), psi.mean(axis=0)
    return v10, v01


def delong(a, b, y):
    if min(np.sum(y == 1), np.sum(y == 0)) < 2:
        return None
    v10, v01 = zip(components(a, y), components(b, y))
    s10, s01 = np.cov(np.array(v10)), np.cov(np.array(v01))
    contrast = np.array([-1, 1])
    m, n = np.sum(y == 1), np.sum(y == 0)
    variance = max(0, contrast @ (s10 / m + s01 / n) @ contrast)
    direct = np.var(v10[1] - v10[0], ddof=1) / m + np.var(v01[1] - v01[0], ddof=1) / n
    np.testing.assert_allclose(direct, variance, rtol=1e-6, atol=1e-15)  # the covariances cancel: the direct form is exact
    first, second = sk.roc_auc_score(y, a), sk.roc_auc_score(y, b)
    error = np.sqrt(direct)
    return [first, second, second - first, error, max(-1, second - first - z * error), min(1, second - first + z * error)]


def binary(a, b, y):
    a, b = a.astype(np.float64), b.astype(np.float64)
    right = [((s >= 0.5) == (y == 1)).astype(float) for s in (a, b)]
    only = [int(np.sum((right[0] == 1) & (right[1] == 0))), int(np.sum((right[0] == 0) & (right[1] == 1)))]
    logs = [-np.log(np.clip(np.where(y == 1, s, 1 - s), 2**-52, 1 - 2**-52)) for s in (a, b)]
    return {
        "differences": differences(b - a),
        "delong": delong(a, b, y),
        "accuracy": paired(*right),
        "log_loss": paired(*logs),
        "brier": paired(*[(s - y) ** 2 for s in (a, b)]),
        "mcnemar": test(*only),
        "only": only,
    }


def test(b, c):
    found = mcnemar([[7, b], [c, 11]], exact=b + c < 25, correction=True)
    return [found.statistic, found.pvalue]


def regression(a, b, y):
    ea, eb = (a - y) ** 2, (b - y) ** 2
    n = len(y)
    rmse = None
    if n >= 2:
        ra, rb = np.sqrt(ea.mean()), np.sqrt(eb.mean())
        part = lambda e, r: e / (2 * r) if r > 0 else np.zeros(n)
        error = np.std(part(eb, rb) - part(ea, ra), ddof=1) / np.sqrt(n)
        rmse = [ra, rb, rb - ra, rb - ra - z * error, rb - ra + z * error]
        if ra == 0:
            rmse += [None, None, None]
        elif rb == 0:
            rmse += [1.0, 1.0, 1.0]
        else:
            log_error = np.std((eb / eb.mean() - ea / ea.mean()) / 2, ddof=1) / np.sqrt(n)
            rmse += [1 - rb / ra, 1 - rb / ra * np.exp(z * log_error), 1 - rb / ra * np.exp(-z * log_error)]
    return {"differences": differences(b - a), "rmse": rmse, "mae": paired(np.abs(a - y), np.abs(b - y))}


def scores_of(n, kind):
    y = (rng.random(n) < 0.3).astype(int)
    a = np.clip(0.2 + 0.4 * y + rng.normal(0, 0.25, n), 0, 1)
    b = np.clip(a + rng.normal(0, 0.1, n), 0, 1)
    if kind == "ties":
        a, b = np.round(a, 1), np.round(b, 1)
    if kind == "equal":
        b = a.copy()
    if kind == "same ranks":
        b = a**2
    if kind == "float32":
        a, b = a.astype(np.float32).astype(float), (a + rng.normal(0, 1e-6, n)).astype(np.float32).astype(float)
    if kind == "one class":
        y = np.ones(n, int)
    if kind == "perfect":
        b = y * 0.9
    if kind == "constant":
        b = np.full(n, 0.5)
    if kind == "opposite":
        b = 1 - a
    return a, b, y


def predictions_of(n, kind):
    y = rng.normal(20, 8, n)
    a = y + rng.normal(0.5, 3, n)
    b = a + rng.normal(0, 0.5, n)
    if kind == "better":
        b = y + 0.5 * (a - y)
    if kind == "equal":
        b = a.copy()
    if kind == "perfect":
        b = y.copy()
    if kind == "champion perfect":
        a = y.copy()
    return a, b, y


samples = {"binary": [], "regression": []}
kinds = ["plain", "ties", "equal", "same ranks", "float32", "one class", "perfect", "constant", "opposite"]
for n in (300, 60, 7):
    for kind in kinds:
        a, b, y = scores_of(n, kind)
        samples["binary"].append({"name": f"{kind}, {n} rows", "champion": a, "challenger": b, "labels": y, "expected": binary(a, b, y)})
for n in (1, 2, 4):
    a, b, y = scores_of(n, "plain")
    samples["binary"].append({"name": f"{n} rows", "champion": a, "challenger": b, "labels": y, "expected": binary(a, b, y)})
for n in (300, 60, 7, 3, 2):
    for kind in ("plain", "better", "equal", "perfect", "champion perfect"):
        a, b, y = predictions_of(n, kind)
        samples["regression"].append({"name": f"{kind}, {n} rows", "champion": a, "challenger": b, "labels": y, "expected": regression(a, b, y)})
for n in (1, 4, 20, 100, 200):
    a, b, y = predictions_of(n, "plain")
    samples["regression"].append({"name": f"{n} rows", "champion": a, "challenger": b, "labels": y, "expected": regression(a, b, y)})

u = uniform(2654435761)
a = np.floor(u * 100_000) / 100_000
b = np.clip(a + 0.2 * (uniform(3266489917) - 0.5), 0, 1)
y = (uniform(2246822519) < 0.2 + 0.5 * a).astype(int)
samples["binary"].append({"name": "1 M rows", "rows": million, "expected": binary(a, b, y)})
y = 100 * u - 30
a = y + 10 * (uniform(2246822519) - 0.45)
b = y + 9 * (uniform(3266489917) - 0.5)
samples["regression"].append({"name": "1 M rows", "rows": million, "expected": regression(a, b, y)})

tables = [(0, 0), (1, 0), (0, 1), (5, 5), (12, 12), (24, 0), (0, 24), (25, 0), (13, 12), (12, 13), (20, 5), (1000, 1100), (100_000, 100_500), (2, 10)]
tables += [tuple(int(v) for v in rng.integers(0, 20, 2)) for _ in range(12)] + [tuple(int(v) for v in rng.integers(0, 400, 2)) for _ in range(10)]
samples["discordant"] = [{"table": table, "expected": test(*table)} for table in tables]

Path(__file__).with_name("comparison.json").write_text(json.dumps(plain(samples), separators=(",", ":")) + "\n")
