"""Writes accuracy.json: what scikit-learn, scipy and numpy make of samples of predictions with labels.

Samples are shared by the metrics; undefined values (NaN, or an error for lack of rows) are null. Rows with NaN (and, but for
ranks, infinities) are taken out here, by hand, before the oracle sees them. The samples of 1 M rows are not in the file: both
sides make them from `uniform`.
"""
import json
import warnings
from pathlib import Path

import numpy as np
from scipy import stats
from sklearn import metrics as sk
from sklearn.calibration import calibration_curve
from sklearn.isotonic import IsotonicRegression

warnings.simplefilter("ignore")  # of undefined metrics: they are what is asked about
million = 1_000_000
z = stats.norm.ppf((1 + 0.95) / 2)
rng = np.random.default_rng(20130704)


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


def texts(values):
    """A column for JSON, whose infinities and NaN are texts."""
    return [float(v) if np.isfinite(v) else {np.inf: "Infinity", -np.inf: "-Infinity"}.get(float(v), "NaN") for v in values]


def mean_interval(losses):
    if len(losses) < 2:
        return None
    margin = z * np.std(losses, ddof=1) / np.sqrt(len(losses))
    return [np.mean(losses) - margin, np.mean(losses) + margin]


# ---- binary ----


def delong(scores, labels):
    """Structural components written out: O(P N), or by binary search where that is too much; both where both can be."""
    positive, negative = np.sort(scores[labels == 1]), np.sort(scores[labels == 0])
    m, n = len(positive), len(negative)
    if m < 2 or n < 2:
        return None
    below = lambda sample, values: np.searchsorted(sample, values, "left") + np.searchsorted(sample, values, "right")
    v10, v01 = below(negative, positive) / 2 / n, 1 - below(positive, negative) / 2 / m
    if m * n < 1e6:
        psi = (negative[None, :] < positive[:, None]) + 0.5 * (negative[None, :] == positive[:, None])
        np.testing.assert_allclose(v10, psi.mean(axis=1), rtol=1e-14)
        np.testing.assert_allclose(v01, psi.mean(axis=0), rtol=1e-14, atol=1e-15)
        v10, v01 = psi.mean(axis=1), psi.mean(axis=0)
    auc = v10.mean()
    error = np.sqrt(v10.var(ddof=1) / m + v01.var(ddof=1) / n)
    return [auc, error, max(0, auc - z * error), min(1, auc + z * error)]


def confusion(y, predicted, weights=None):
    options = {"sample_weight": weights}
    zero = {"zero_division": 0, **options}
    return [
        sk.accuracy_score(y, predicted, **options),
        sk.precision_score(y, predicted, **zero),
        sk.recall_score(y, predicted, **zero),
        sk.recall_score(y, predicted, pos_label=0, **zero),
        sk.f1_score(y, predicted, **zero),
        sk.matthews_corrcoef(y, predicted, **options),
        sk.cohen_kappa_score(y, predicted, labels=[0, 1], **options),
    ]


def bins_of(p):
    return np.searchsorted(np.linspace(0, 1, 11)[1:-1], p)


def calibration(p, y):
    """[bin, rows, mean score, positive share] of the bins that are not empty, and ece."""
    share, score = calibration_curve(y, p, n_bins=10, strategy="uniform", pos_label=1)
    rows = np.bincount(bins_of(p), minlength=10)
    filled = np.flatnonzero(rows)
    return [list(line) for line in zip(filled, rows[filled], score, share)], np.sum(rows[filled] / len(p) * np.abs(share - score))


grid = np.concatenate([[-1], np.linspace(0, 1, 21), [0.333, 0.999999, 2]])


def cbpe(s, threshold=0.5):
    """Each row twice: as a positive of weight p and as a negative of weight 1 - p."""
    p = 0.05 + 0.9 * s
    predicted = (s >= threshold).astype(int)
    y, twice, weights = np.repeat([1, 0], len(s)), np.tile(predicted, 2), np.concatenate([p, 1 - p])
    counts = [p[predicted == 1].sum(), (1 - p)[predicted == 1].sum(), (1 - p)[predicted == 0].sum(), p[predicted == 0].sum()]
    return [*counts, *confusion(y, twice, weights), sk.roc_auc_score(y, np.tile(s, 2), sample_weight=weights)]


nothing = [None] * 7


def binary(scores, labels):
    keep = ~np.isnan(scores)
    s, y = scores[keep].astype(np.float64), labels[keep]
    if len(s) == 0:
        names = "roc_auc average_precision delong log_loss brier ece isotonic cbpe confusion".split()
        return {**dict.fromkeys(names), "log_loss_interval": None, "brier_interval": None, "calibration": []}
    ranked = np.clip(s, -1e300, 1e300)  # scikit-learn refuses infinities, whose rank is plain
    expected = {
        "roc_auc": sk.roc_auc_score(y, ranked),
        "average_precision": sk.average_precision_score(y, ranked),
        "delong": delong(s, y),
        "confusion": confusion(y, (s >= 0.5).astype(int)),
    }
    if not np.all((s >= 0) & (s <= 1)):
        return expected
    own = np.clip(np.where(y == 1, s, 1 - s), np.finfo(np.float64).eps, 1 - np.finfo(np.float64).eps)
    table, ece = calibration(s, y)
    fit = IsotonicRegression(out_of_bounds="clip").fit(s, y)
    return {
        **expected,
        "log_loss": sk.log_loss(y, s, labels=[0, 1]),
        "log_loss_interval": mean_interval(-np.log(own)),
        "brier": sk.brier_score_loss(y, s, pos_label=1),
        "brier_interval": mean_interval((s - y) ** 2),
        "calibration": table,
        "ece": ece,
        "isotonic": fit.predict(grid),
        "cbpe": cbpe(s),
    }


def draw(n, slope=4.0, decimals=None):
    s = rng.random(n)
    s = s if decimals is None else np.round(s, decimals)
    return s, (rng.random(n) < 1 / (1 + np.exp(-slope * (s - 0.5)))).astype(np.int64)


def binary_samples():
    a = np.array
    yield "one positive row", a([0.7]), a([1])
    yield "one negative row", a([0.7]), a([0])
    yield "two rows, right", a([0.2, 0.9]), a([0, 1])
    yield "two rows, wrong", a([0.2, 0.9]), a([1, 0])
    yield "two rows, tied", a([0.5, 0.5]), a([1, 0])
    yield "three rows", a([0.1, 0.6, 0.4]), a([0, 1, 1])
    yield "two of each class", a([0.1, 0.4, 0.35, 0.8]), a([0, 0, 1, 1])
    yield "no row left", a([np.nan, np.nan]), a([0, 1])
    yield "all positive", a([0.1, 0.5, 0.9, 0.9]), a([1, 1, 1, 1])
    yield "all negative", a([0.1, 0.5, 0.9, 0.9]), a([0, 0, 0, 0])
    yield "all positive and sure", np.ones(5), np.ones(5, np.int64)
    yield "one positive among many", draw(30)[0], np.arange(30) // 29
    yield "one constant score", np.full(12, 0.3), np.arange(12) % 3 // 2
    yield "perfect", np.linspace(0, 1, 24), np.arange(24) // 12
    yield "worst", np.linspace(1, 0, 24), np.arange(24) // 12
    yield "perfect and sure", np.repeat([0.0, 1.0], 8), np.repeat([0, 1], 8)
    yield "sure and wrong", np.repeat([1.0, 0.0], 8), np.repeat([0, 1], 8)
    yield "on every border", np.arange(11) / 10, np.arange(11) % 2
    yield "on every border of linspace", np.linspace(0, 1, 11), np.arange(11) % 3 // 2
    yield "beside the borders", np.sort(np.concatenate([np.nextafter(np.linspace(0, 1, 11), d) for d in (0.5, 2, -1)]).clip(0, 1)), np.arange(33) % 2
    yield "the smallest numbers", a([5e-324, 1e-310, 1e-17, 2e-16, 2.3e-16, 1 - 2**-53, 1.0, 0.0]), a([0, 1, 0, 1, 1, 1, 0, 1])
    yield "nearer than the resolution", a([0.1, 0.1 + 2e-16, 0.1 + 9e-16, 0.1 + 1.2e-15, 0.5, 0.5 + 1e-16, 0.9]), a([1, 0, 0, 1, 0, 1, 1])
    yield "negative zero", a([-0.0, 0.0, 0.0, 0.5, -0.0]), a([1, 0, 1, 1, 0])
    yield "infinities", a([-np.inf, 0.2, np.inf, 0.4, np.inf, -np.inf, 0.3]), a([0, 1, 1, 0, 0, 1, 1])
    yield "raw scores", rng.normal(size=40) * 3, rng.integers(0, 2, 40)
    s, y = draw(30)
    s[[3, 7, 29]] = np.nan
    yield "with NaN", s, y
    for decimals in (0, 1, 2):
        yield f"ties of {decimals} decimals", *draw(60, decimals=decimals)
    for n in (5, 17, 64, 120):
        yield f"{n} rows", *draw(n)
    yield "float32", *(lambda s, y: (s.astype(np.float32), y))(*draw(50))
    yield "float32 with ties", *(lambda s, y: (s.astype(np.float32), y))(*draw(50, decimals=1))
    yield "against the labels", *draw(60, slope=-6)
    yield "few positives", draw(80)[0], (np.arange(80) % 27 == 0).astype(np.int64)
    s = np.floor(uniform(2654435761) * 100_000) / 100_000
    yield "1 M rows", s, (uniform(2246822519) < 0.2 + 0.5 * s).astype(np.int64)


# ---- multiclass ----


def prf(y, predicted, **options):
    return list(sk.precision_recall_fscore_support(y, predicted, zero_division=0, **options)[:3])


def multiclass(p, labels, predicted):
    classes = list(range(p.shape[1]))
    names = "multiclass_accuracy per_class macro micro weighted multiclass_mcc multiclass_kappa".split()
    y = labels
    expected = dict.fromkeys(names)
    if len(y) > 0:
        counts = [
            sk.accuracy_score(y, predicted),
            np.transpose(prf(y, predicted, labels=classes, average=None)).tolist(),
            *(prf(y, predicted, average=average) for average in ("macro", "micro", "weighted")),
            sk.matthews_corrcoef(y, predicted),
            sk.cohen_kappa_score(y, predicted),
        ]
        expected = dict(zip(names, counts))
    keep = ~np.isnan(p).any(axis=1)
    p, y = p[keep].astype(np.float64), y[keep]
    if len(y) == 0:
        return {**expected, "multiclass_log_loss": None, "top_k": [None] * 3, "roc_auc_ovr": [[None] * len(classes), None, None]}
    ovr = {"multi_class": "ovr", "labels": classes}
    return {
        **expected,
        "multiclass_log_loss": sk.log_loss(y, p, labels=classes),
        "top_k": [sk.top_k_accuracy_score(y, p, k=k, labels=classes) for k in (1, 2, 3)],
        "roc_auc_ovr": [sk.roc_auc_score(y, p, average=average, **ovr) for average in (None, "macro", "weighted")],
    }


def softmax(scores):
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def multiclass_samples():
    sure = np.eye(3)[np.arange(12) % 3]
    yield "one row, right", np.array([[0.2, 0.5, 0.3]]), np.array([1])
    yield "one row, wrong", np.array([[0.2, 0.5, 0.3]]), np.array([0])
    yield "two rows", np.array([[0.2, 0.5, 0.3], [0.6, 0.3, 0.1]]), np.array([2, 0])
    yield "three rows, a class each", np.array([[0.5, 0.3, 0.2], [0.1, 0.6, 0.3], [0.3, 0.3, 0.4]]), np.array([0, 1, 2])
    yield "no row left", np.full((2, 3), np.nan), np.array([0, 2])
    yield "perfect and sure", sure, np.arange(12) % 3
    yield "worst and sure", sure, (np.arange(12) + 1) % 3
    yield "all of one class, all right", sure[::3], np.zeros(4, np.int64)
    yield "all of one class, mixed", softmax(rng.normal(size=(20, 3))), np.ones(20, np.int64)
    yield "all predicted one class", np.tile([0.6, 0.3, 0.1], (12, 1)), np.arange(12) % 3
    yield "all tied", np.full((12, 4), 0.25), np.arange(12) % 4
    yield "pairs tied", np.tile([0.4, 0.4, 0.1, 0.1], (12, 1)), np.arange(12) % 4
    yield "a class that never occurs", softmax(rng.normal(size=(30, 4))) , np.arange(30) % 3
    yield "a class neither occurs nor is predicted", np.tile([0.5, 0.25, 0.25, 0.0], (9, 1)), np.arange(9) % 2
    yield "a class once", softmax(rng.normal(size=(30, 3))), np.array([2] + [0, 1] * 14 + [0])
    p = softmax(rng.normal(size=(25, 3)))
    p[[2, 24]] = np.nan
    yield "with NaN", p, np.arange(25) % 3
    for k in (3, 4, 5, 7):
        for n, strength in ((8, 1.0), (20, 2.5), (40, 0.0)):
            y = np.concatenate([np.arange(k), rng.integers(0, k, n)])
            yield f"{k} classes, {n + k} rows", softmax(rng.normal(size=(n + k, k)) + strength * np.eye(k)[y]), y
    for decimals in (1, 2):
        y = np.concatenate([np.arange(3), rng.integers(0, 3, 40)])
        counts = rng.multinomial(10**decimals, [0.5, 0.3, 0.2], 43)
        yield f"ties of {decimals} decimals", counts / 10**decimals, y
    y = np.concatenate([np.arange(3), rng.integers(0, 3, 30)])
    yield "float32", softmax(rng.normal(size=(33, 3)) + np.eye(3)[y]).astype(np.float32), y
    a, b, c = (uniform(m) for m in (2654435761, 2246822519, 3266489917))
    total = (a + b) + c
    p = np.stack([a / total, b / total, c / total], axis=1)
    u = uniform(668265263)
    yield "1 M rows", p, np.where(u < p[:, 0], 0, np.where(u < p[:, 0] + p[:, 1], 1, 2))


# ---- regression ----

levels = [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1]


def regression(predictions, labels):
    keep = np.isfinite(predictions) & np.isfinite(labels)
    p, y = predictions[keep].astype(np.float64), labels[keep]
    if len(y) == 0:
        names = "mae rmse r2 bias mape smape median_ae pinball residual_quantiles mae_interval bias_interval rmse_interval"
        return {**dict.fromkeys(names.split()), "near_zero": 0, "excluded": len(keep)}
    e = p - y
    rmse = sk.root_mean_squared_error(y, p)
    size = np.abs(y) + np.abs(p)
    interval = None
    if len(y) > 1:
        margin = 0 if rmse == 0 else z * np.std(e**2, ddof=1) / (2 * rmse * np.sqrt(len(y)))
        interval = [max(0, rmse - margin), rmse + margin]
    return {
        "mae": sk.mean_absolute_error(y, p),
        "rmse": rmse,
        "r2": sk.r2_score(y, p),
        "bias": np.mean(e),
        "mape": sk.mean_absolute_percentage_error(y, p),
        "smape": np.mean(np.where(size == 0, 0, 2 * np.abs(e) / np.where(size == 0, 1, size))),
        "median_ae": sk.median_absolute_error(y, p),
        "pinball": [sk.mean_pinball_loss(y, p, alpha=alpha) for alpha in (0.1, 0.5, 0.9)],
        "residual_quantiles": np.quantile(e, levels),
        "mae_interval": mean_interval(np.abs(e)),
        "bias_interval": mean_interval(e),
        "rmse_interval": interval,
        "near_zero": int(np.sum(np.abs(y) < 2**-52)),
        "excluded": int(np.sum(~keep)),
    }


def regression_samples():
    a = np.array
    y = rng.normal(size=40)
    yield "one row", a([3.0]), a([2.5])
    yield "one row, right", a([2.5]), a([2.5])
    yield "two rows", a([3.0, 1.0]), a([2.5, 1.5])
    yield "three rows", a([3.0, 1.0, -7.0]), a([2.5, 1.5, 0.0])
    yield "no row left", a([np.nan, np.inf, 1.0]), a([1.0, 1.0, np.nan])
    yield "perfect", y, y
    yield "perfect and constant", np.full(5, 2.5), np.full(5, 2.5)
    yield "constant labels", a([2.5, 2.0, 3.5, 2.5]), np.full(4, 2.5)
    yield "constant predictions", np.full(40, 0.25), y
    yield "the mean as prediction", np.full(4, 2.5), a([1.0, 2.0, 3.0, 4.0])
    yield "constant error", np.arange(9.0) + 0.5, np.arange(9.0)
    yield "worst: the sign turned", -y, y
    yield "labels of zero", a([0.0, 1e-3, -2.0, 0.0]), np.zeros(4)
    yield "labels near zero", a([1e-17, 2e-16, 1e-16, 0.5]), a([1e-17, 1e-16, 3e-16, -2e-17])
    yield "all zero", np.zeros(6), np.zeros(6)
    yield "ties", np.round(y, 0), np.round(y + 0.3, 0)
    yield "even number, ties in the middle", a([1.0, 2.0, 2.0, 5.0]), np.zeros(4)
    yield "with NaN", np.where(np.arange(40) % 9 == 0, np.nan, y + 0.1 * y**2), y
    yield "labels with NaN", y, np.where(np.arange(40) % 9 == 4, np.nan, 2 * y)
    yield "infinities", np.where(np.arange(40) % 11 == 3, -np.inf, y * 1.1), np.where(np.arange(40) % 13 == 3, np.inf, y)
    yield "large and close", 1e8 + y * 1.01, 1e8 + y
    yield "huge", y * 1e70, y * 0.9e70
    yield "tiny", y * 1e-70, y * 0.9e-70
    yield "of mixed size", y * 10.0 ** np.arange(-20, 20), y * 1.3 * 10.0 ** np.arange(-20, 20)
    yield "counts", rng.poisson(4, 50).astype(float), rng.poisson(4, 50).astype(float)
    yield "skew", np.exp(y), np.exp(y + 0.2 * rng.normal(size=40))
    yield "too high", y + 3, y
    yield "too low", y - 3, y
    for n in (5, 16, 33, 100):
        x = rng.normal(size=n) * 20 + 5
        yield f"{n} rows", x + rng.normal(size=n), x
    yield "float32", (y * 1.1).astype(np.float32), y
    x = 100 * uniform(2654435761) - 30
    yield "1 M rows", x + 10 * (uniform(2246822519) - 0.45) * uniform(3266489917), x


# ---- Poisson bootstrap ----

cumulative = [
    1580030168, 3160060337, 3950075421, 4213413783, 4279248373, 4292415291, 4294609777, 4294923276, 4294962463,
    4294966817, 4294967252, 4294967292, 4294967295,
]  # fmt: skip
np.testing.assert_allclose(np.array(cumulative) / 2**32, stats.poisson(1).cdf(np.arange(13)), atol=2.4e-10)


def poisson_weights(seed):
    """xoshiro128** 1.1, its state by splitmix64, to Poisson(1) by the inverse of the distribution function."""
    state = []
    for _ in range(2):
        seed = (seed + 0x9E3779B97F4A7C15) % 2**64
        v = seed
        v = (v ^ (v >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
        v = (v ^ (v >> 27)) * 0x94D049BB133111EB % 2**64
        v ^= v >> 31
        state += [v % 2**32, v >> 32]
    rotate = lambda x, k: ((x << k) | (x >> (32 - k))) % 2**32
    while True:
        draw = rotate(state[1] * 5 % 2**32, 7) * 9 % 2**32
        t = state[1] << 9 & (2**32 - 1)
        state[2] ^= state[0]
        state[3] ^= state[1]
        state[1] ^= state[2]
        state[0] ^= state[3]
        state[2] ^= t
        state[3] = rotate(state[3], 11)
        yield int(np.searchsorted(cumulative, draw, "right"))


def bootstrap(n, seed, statistic):
    source = poisson_weights(seed)
    weights = [np.array([next(source) for _ in range(n)], dtype=np.int64) for _ in range(200)]
    values = [statistic(w) for w in weights if w.sum() > 0]
    return [*np.quantile(values, [(1 - 0.95) / 2, (1 + 0.95) / 2]), len(values)] if values else None


def bootstrap_average_precision(s, y, seed):
    order = np.lexsort((1 - y, s))  # by score, positives first
    s, y = s[order], y[order]
    return bootstrap(len(s), seed, lambda w: sk.average_precision_score(np.repeat(y, w), np.repeat(s, w)))


def bootstrap_ece(s, y, seed):
    return bootstrap(len(s), seed, lambda w: calibration(np.repeat(s, w), np.repeat(y, w))[1])


def bootstrap_median_ae(p, y, seed):
    errors = np.sort(np.abs(p - y))
    return bootstrap(len(errors), seed, lambda w: np.median(np.repeat(errors, w)))


def weights_of(seed, n):
    source = poisson_weights(seed)
    weights = np.array([next(source) for _ in range(n)])
    return {"seed": seed, "n": n, "first": weights[:24], "histogram": np.bincount(weights, minlength=14), "checksum": int(np.sum(weights * (np.arange(n) % 1009)))}


def main():
    held = lambda n, columns: {"rows": n} if n == million else columns
    result = {"grid": grid, "levels": levels, "binary": [], "multiclass": [], "regression": []}
    for no, (name, s, y) in enumerate(binary_samples()):
        kind = {"float32": True} if s.dtype == np.float32 else {}
        expected = binary(s, y)
        if len(s) <= 64 and not np.isnan(s).any():
            expected["bootstrap_average_precision"] = bootstrap_average_precision(np.clip(s, -1e300, 1e300).astype(float), y, no)
            if "ece" in expected:
                expected["bootstrap_ece"] = bootstrap_ece(s.astype(float), y, no)
        columns = {"scores": texts(s), "labels": "".join(map(str, y))}
        result["binary"].append({"name": name, **kind, **held(len(s), columns), "expected": expected})
    for name, p, y in multiclass_samples():
        kind = {"float32": True} if p.dtype == np.float32 else {}
        predicted = np.argmax(p, axis=1)
        columns = {"probabilities": texts(p.ravel()), "labels": "".join(map(str, y)), "predicted": "".join(map(str, predicted))}
        sample = {"name": name, **kind, "classes": p.shape[1], **held(len(y), columns)}
        result["multiclass"].append({**sample, "expected": multiclass(p, y, predicted)})
    for no, (name, p, y) in enumerate(regression_samples()):
        kind = {"float32": True} if p.dtype == np.float32 else {}
        expected = regression(p, y)
        keep = np.isfinite(p) & np.isfinite(y)
        if len(y) <= 64:
            expected["bootstrap_median_ae"] = bootstrap_median_ae(p[keep].astype(float), y[keep], 2**40 + no)
        columns = {"predictions": texts(p), "labels": texts(y)}
        result["regression"].append({"name": name, **kind, **held(len(y), columns), "expected": expected})
    seeds = [0, 1, 2, 2**31, 2**32 - 1, 2**32, 2**53 - 1, *(int(s) for s in rng.integers(0, 2**53, 22))]
    result["weights"] = [weights_of(seed, 200) for seed in seeds] + [weights_of(7, million)]
    lines = json.dumps(plain(result), allow_nan=False, separators=(",", ":"))
    (Path(__file__).parent / "accuracy.json").write_text(lines.replace('{"name"', '\n{"name"').replace('{"seed"', '\n{"seed"') + "\n")


main()
