"""Writes test/oracles/drift.json: what numpy, scipy and statsmodels make of samples, counts and rates.

The case of a million rows is a recipe of integers, which JavaScript follows to the same bits; only its results are stored.
"""
import json
import statistics
from pathlib import Path

import numpy as np
from scipy import special, stats
from scipy.spatial.distance import jensenshannon
from statsmodels.stats.proportion import proportion_confint, proportions_ztest

rng = np.random.default_rng(20130701)
deciles = [k / 10 for k in range(1, 10)]
MILLION = 1_000_000


def finite(sample):
    values = np.array([np.nan if value is None else value for value in sample], dtype=np.float64)
    return np.sort(values[np.isfinite(values)])


def or_none(value):
    return None if value is None or not np.isfinite(value) else float(value)


def numbers(values):
    return [float(value) for value in values]


# --- the statistics, by others' functions ---------------------------------------------------------------------------


def edges_of(reference):
    if len(reference) == 0:
        return np.array([])
    with np.errstate(over="ignore", invalid="ignore"):
        cuts = np.quantile(reference, deciles, method="linear")
    cuts = cuts[np.isfinite(cuts)]
    values, counts = np.unique(cuts, return_counts=True)
    below = [reference[reference < value].max() for value in values[counts > 1] if (reference < value).any()]
    return np.unique(np.concatenate([cuts, below])) + 0.0


def bins_of(values, edges):
    return np.bincount(np.searchsorted(edges, values, side="left"), minlength=len(edges) + 1)


def shares_of(reference, current):
    reference, current = np.asarray(reference, np.float64), np.asarray(current, np.float64)
    used = (reference > 0) | (current > 0)
    if reference.sum() == 0 or current.sum() == 0 or used.sum() < 2:
        return None
    return reference[used] / reference.sum(), current[used] / current.sum()


def pooled(reference, current):
    """Bins whose smaller expected count is under 5 become one; that one, if still under 5, takes the smallest other."""
    n, m = sum(reference), sum(current)
    if n == 0 or m == 0:
        return []
    table = [bin for bin in zip(reference, current) if sum(bin) > 0]
    is_small = lambda bin: min(n, m) * sum(bin) < 5 * (n + m)
    kept = [bin for bin in table if not is_small(bin)]
    small = [bin for bin in table if is_small(bin)]
    if not small:
        return kept
    pool = tuple(sum(side) for side in zip(*small))
    if not is_small(pool):
        return kept + [pool]
    if not kept:
        return []
    at = min(range(len(kept)), key=lambda i: sum(kept[i]))
    kept[at] = (kept[at][0] + pool[0], kept[at][1] + pool[1])
    return kept


def on_counts(reference, current):
    """All that is computed from two rows of counts."""
    shares = shares_of(reference, current)
    keys = ["p", "q", "psi", "js", "triangular", "v"]
    found = dict.fromkeys(keys)
    if shares is not None:
        p, q = shares
        clipped_p, clipped_q = np.clip(p, 1e-4, None), np.clip(q, 1e-4, None)
        table = np.array([reference, current])[:, (np.asarray(reference) > 0) | (np.asarray(current) > 0)]
        chi2 = stats.chi2_contingency(table, correction=False).statistic
        found = {
            "p": numbers(p) if len(p) < 30 else None,
            "q": numbers(q) if len(p) < 30 else None,
            "psi": float(np.sum((clipped_q - clipped_p) * np.log(clipped_q / clipped_p))),
            "js": float(jensenshannon(p, q, base=2)),
            "triangular": float(np.sqrt(np.sum((p - q) ** 2 / (p + q)) / 2)),
            "v": float(np.sqrt(chi2 / table.sum())),
        }
    bins = pooled([int(c) for c in reference], [int(c) for c in current])
    found["chi"] = None
    if len(bins) >= 2:
        result = stats.chi2_contingency(np.array(bins).T, correction=False)
        found["chi"] = [float(result.statistic), int(result.dof), float(result.pvalue)]
    return found


def sd_of(values):
    n = len(values)
    if n == 1:
        return None
    if values[0] == values[-1]:
        return 0.0
    sd = np.std(values, ddof=1)
    if n >= 100 or not np.isfinite(sd):
        return sd
    # where the mean is large numpy's rounding of it stays in the sd: 5e-9 at mean 1e9 and sd 1e-3; this one is exact
    exact = statistics.stdev(numbers(values))
    assert abs(sd - exact) <= 1e-8 * exact + 1e-300
    return exact


def on_samples(reference, current):
    """All that is computed from two sorted samples."""
    if len(reference) == 0 or len(current) == 0:
        return {"ks": None, "p": None, "w": None, "w_sd": None}
    n, m = len(reference), len(current)
    statistic = float(stats.ks_2samp(reference, current, method="asymp").statistic)
    distance = float(stats.wasserstein_distance(reference, current))
    return {
        "ks": statistic,
        "p": float(special.kolmogorov(np.sqrt(n * m / (n + m)) * statistic)),
        "w": distance,
        "w_sd": float(distance / max(sd_of(reference) or 0, 0.001)),
    }


def moments_of(values):
    n = len(values)
    if n == 0:
        return [0, None, None, None, None]
    constant = values[0] == values[-1]  # numpy's mean of many 0.1 is off by a digit
    mean = values[0] if constant else np.mean(values)
    return [n, or_none(mean), or_none(sd_of(values)), or_none(values[0] + 0.0), or_none(values[-1] + 0.0)]


# --- samples --------------------------------------------------------------------------------------------------------

inf, nan = float("inf"), float("nan")
normal = lambda n, mean=0.0, sd=1.0: numbers(rng.normal(mean, sd, n))
ties = lambda n, high: numbers(rng.integers(0, high, n))
spike = lambda n, at, share: [at if rng.random() < share else float(rng.normal()) for _ in range(n)]
capped = lambda n, top: numbers(np.minimum(rng.normal(0, 1, n), top))
fifty = normal(50)

pairs = {
    "same": (fifty, fifty),
    "same, shuffled": (fifty, list(reversed(fifty))),
    "equal distributions": (normal(60), normal(60)),
    "unequal n": (normal(70), normal(23)),
    "few against many": (normal(5), normal(60)),
    "shifted by 0.3": (normal(60), normal(60, 0.3)),
    "shifted far": (normal(40), normal(40, 50)),
    "disjoint": (numbers(range(30)), numbers(range(100, 130))),
    "wider": (normal(50), normal(50, 0, 5)),
    "heavy tails": (numbers(rng.standard_cauchy(50)), numbers(rng.standard_cauchy(50))),
    "skewed": (numbers(rng.exponential(3, 50)), numbers(rng.exponential(4, 40))),
    "ties": (ties(60, 6), ties(50, 7)),
    "ties, two values": (ties(40, 2), ties(30, 2)),
    "many ties, few others": (spike(60, 0.0, 0.7), spike(60, 0.0, 0.4)),
    "spike at the largest": (capped(60, 0.2), capped(60, -0.5)),
    "spike at the smallest": (numbers(-np.array(capped(60, 0.2))), numbers(-np.array(capped(60, -0.5)))),
    "spike at the largest moves below": ([1.0, 2.0, 3.0] * 5 + [9.0] * 20, [1.0, 2.0, 3.0] * 5 + [5.0] * 20),
    "two spikes": ([0.0] * 20 + normal(10, 5) + [10.0] * 20, [0.0] * 10 + normal(10, 5) + [10.0] * 30),
    "constant, same": ([3.5] * 20, [3.5] * 15),
    "constant, other": ([3.5] * 20, [0.1] * 25),
    "constant against varied": ([0.1] * 30, normal(30)),
    "n = 1, 1": ([1.5], [2.5]),
    "n = 1, 1, same": ([1.5], [1.5]),
    "n = 1, 3": ([0.0], [1.0, 2.0, -1.0]),
    "n = 2, 2": ([1.0, 2.0], [1.5, 3.0]),
    "n = 3, 2": ([1.0, 2.0, 4.0], [2.0, 2.0]),
    "n = 3, 3": ([0.1, 0.2, 0.3], [0.3, 0.1, 0.2]),
    "empty reference": ([], normal(5)),
    "empty current": (normal(5), []),
    "all missing": (normal(30), [None] * 30),
    "95 % missing": (normal(40), [None] * 38 + [0.5, -0.5]),
    "missing and NaN": ([None, nan] * 5 + normal(30), [nan] * 10 + normal(25) + [None]),
    "infinities": (normal(30) + [inf, -inf], normal(25) + [inf] * 5 + [-inf] * 2),
    "only infinities": (normal(10), [inf, -inf, nan, None]),
    "zeros of both signs": ([0.0, -0.0] * 10 + [1.0, -1.0], [-0.0] * 8 + [0.0] * 3 + [2.0]),
    "large": (normal(40, 1e12, 1e6), normal(40, 1e12 + 1e5, 1e6)),
    "large offset": (normal(40, 1e9, 1e-3), normal(40, 1e9, 1e-3)),
    "tiny": (normal(40, 0, 1e-12), normal(40, 0, 2e-12)),
    "whole float range": ([-1.7e308, 1.7e308, 0.0, 1.0], [1.0, 2.0, 3.0]),
    "subnormal": ([5e-324, 1e-320, 2e-310, 0.0] * 5, [5e-324, 3e-310] * 6),
    "float32": (numbers(np.float32(normal(40))), numbers(np.float32(normal(40, 0.2)))),
    "Fahrenheit": (normal(50, 20, 6), numbers(np.array(normal(50, 20, 6)) * 1.8 + 32)),
    "integers": (ties(60, 1000), ties(60, 1100)),
}


def pair_case(name, reference, current):
    a, b = finite(reference), finite(current)
    edges = edges_of(a)
    counts = [[int(c) for c in bins_of(values, edges)] for values in (a, b)]
    with np.errstate(over="ignore", invalid="ignore"):
        moments = [moments_of(a), moments_of(b)]
        apart = [
            [sum(value is None for value in side)]
            + [sum(value is not None and bool(test(value)) for value in side) for test in (np.isnan, lambda v: v == inf, lambda v: v == -inf)]
            for side in (reference, current)
        ]
        drift = on_samples(a, b)
    quantiles = [float(np.quantile(a, q)) for q in (0, 0.005, 0.1, 1 / 3, 0.5, 0.77, 1)] if len(a) and name != "whole float range" else []
    return {"name": name, "reference": reference, "current": current, "edges": numbers(edges), "counts": counts, "apart": apart,
            "quantiles": quantiles, "moments": moments, **{f"sample_{key}": value for key, value in drift.items()},
            **on_counts(*counts)}


# --- counts ---------------------------------------------------------------------------------------------------------

integers = lambda values: [int(value) for value in values]
multinomial = lambda n, weights: integers(rng.multinomial(n, np.array(weights) / sum(weights)))
zipf = [1 / k for k in range(1, 53)]
tables = [
    ([0, 0], [0, 0]), ([5, 5], [0, 0]), ([0, 0], [5, 5]), ([5], [7]), ([5, 0], [7, 0]), ([1, 0], [0, 1]), ([1, 1], [1, 1]),
    ([2, 1], [1, 0]), ([1, 2, 0], [0, 1, 1]), ([10, 20, 30], [20, 40, 60]), ([10, 20, 30], [10, 20, 30]), ([50, 50], [60, 40]),
    ([100, 0], [0, 100]), ([100, 0, 50], [0, 100, 0]), ([1000, 1], [1000, 30]), ([1000, 1, 1], [1000, 0, 30]), ([100, 4], [100, 4]),
    ([100, 5], [100, 5]), ([100, 4, 4, 4], [100, 4, 4, 4]), ([30, 2, 30, 2], [25, 3, 25, 1]), ([30, 30, 1], [20, 20, 0]),
    ([1_000_000, 0, 1], [999_999, 1, 1]), ([123_456, 654_321, 5], [123_000, 654_000, 1]), ([10**9, 10**9], [10**6, 10**6 + 3000]),
    ([20, 20], [2, 2]), ([8, 8, 8], [9, 9, 9]), ([3, 3, 3], [3, 3, 3]), ([12, 12, 1, 1, 1], [12, 12, 2, 2, 2]), ([500, 300, 200, 0, 0], [400, 250, 150, 0, 200]),
    (multinomial(5000, [1] * 10), multinomial(5000, [1] * 10)), (multinomial(50_000, [1] * 10), multinomial(700, [1] * 10)),
    (multinomial(5000, zipf), multinomial(5000, zipf)), (multinomial(900, zipf), multinomial(40, zipf)),
    (multinomial(5000, zipf), multinomial(5000, zipf[::-1])), (multinomial(300, zipf), multinomial(300, [1] * 52)),
]

# --- levels ---------------------------------------------------------------------------------------------------------


def level_case(counts, current):
    """counts: value -> rows in the reference; current: values, None where missing."""
    ordered = sorted((value for value in counts if counts[value] > 0), key=lambda value: (-counts[value], value))
    levels, others = ordered[:50], ordered[50:]
    slot = lambda value: levels.index(value) if value in levels else len(levels) + (value not in others)
    slots = [0] * (len(levels) + 2)
    for value in current:
        if value is not None:
            slots[slot(value)] += 1
    reference = [counts[value] for value in levels] + [sum(counts[value] for value in others), 0]
    return {"counts": list(counts.items()), "current": current, "levels": levels, "others": len(others),
            "reference": reference, "slots": slots, "missing": current.count(None)}


names = ["", " ", "a", "A", "aa", "b", "ä", "ß", "z", "zz", "ｚ", "\ue000", "\uffff", "😀", "😀a", "\U00010000", "東京", "0", "10", "9"]
level_cases = [
    level_case({}, []), level_case({}, ["a", None]), level_case({"a": 3}, []), level_case({"a": 3}, ["a"] * 4), level_case({"a": 3}, [None] * 4),
    level_case({"a": 3, "b": 0}, ["b", "a"]), level_case({name: 1 for name in names}, names), level_case({name: 1 for name in reversed(names)}, names),
    level_case({"UA": 5, "AA": 5, "DL": 5}, ["UA", "AA", "United"]),
    level_case({f"v{k}": 1 for k in range(50)}, ["v0", "v49", "v50"]), level_case({f"v{k}": 1 for k in range(51)}, ["v0", "v9", "v50", "v51"]),
    level_case({f"v{k}": k for k in range(80)}, [f"v{k}" for k in range(100)]), level_case({f"v{k}": k // 10 for k in range(70)}, [f"v{k}" for k in range(60, 90)]),
]
for size in [1, 2, 3, 5, 10, 20, 49, 50, 51, 52, 60, 75]:
    for missing in (0.0, 0.3):
        pool = [names[k % 20] + ("" if k < 20 else str(k)) for k in range(size)]
        counts = {value: int(count) for value, count in zip(pool, rng.integers(0, 5, size))}
        current = [None if rng.random() < missing else (pool + ["new", "newer"])[k] for k in rng.integers(0, size + 2, 30)]
        level_cases.append(level_case(counts, current))

# --- hashes ---------------------------------------------------------------------------------------------------------


def bottom_case(k, share, hashes):
    entries = sorted((h, i) for i, h in enumerate(hashes) if h < 2**64 * share)[:k]
    return {"k": k, "share": share, "hashes": [str(h) for h in hashes], "kept": [i for _, i in entries]}


random_hashes = lambda n: [int(rng.integers(0, 2**32)) << 32 | int(rng.integers(0, 2**32)) for _ in range(n)]
near_hashes = lambda n: [(7 << 32) + int(rng.integers(0, 6)) for _ in range(n)]
bottom_cases = [
    bottom_case(k, share, make(n))
    for n in (0, 1, 2, 3, 17, 40)
    for k, share, make in [(1, 1, random_hashes), (3, 1, random_hashes), (5, 0.5, random_hashes), (4, 1, near_hashes), (100, 1, random_hashes)]
] + [bottom_case(2, 1, [2**64 - 1, 0, 2**64 - 1, 2**63]), bottom_case(3, 0.5, [2**63, 2**63 - 1, 0]), bottom_case(1, 2**-60, [16, 15, 17])]

# --- rates, p values ------------------------------------------------------------------------------------------------

rates = [(0, 1), (1, 1), (0, 2), (1, 2), (2, 3), (0, 10), (10, 10), (5, 10), (1, 1000), (999, 1000), (123, 4567), (0, MILLION), (MILLION, MILLION), (333_333, MILLION), (3, 10**9)]
wilson = [[c, n, level, *numbers(proportion_confint(c, n, 1 - level, method="wilson"))] for c, n in rates for level in (0.9, 0.95, 0.99)]
two = []
for (a, n), (b, m) in [(one, other) for i, one in enumerate(rates) for other in rates[i::4]]:
    with np.errstate(all="ignore"):
        z, p = proportions_ztest([a, b], [n, m])
    two.append([a, n, b, m, or_none(z), or_none(p)])
xs = numbers(np.linspace(0, 3, 61)) + [1e-3, 0.04, 0.0401, 0.15, 0.5, 0.81999, 0.82, 0.82001, 1.36, 1.63, 4.0, 6.0, 10.0, 20.0, -1.0]
p_sets = [[], [0.0], [1.0], [0.3], [0.01, 0.02], [0.02, 0.01], [0.5, 0.5, 0.5], [0.0, 0.0, 1.0], [1.0] * 5, [0.01, 0.02, 0.03, 0.04, 0.05], [1e-300, 1e-200, 0.5]]
p_sets += [numbers(rng.random(n)) for n in (2, 3, 4, 7, 10, 20, 50)] + [numbers(rng.random(n) ** 4) for n in (5, 20, 60)]
p_sets += [numbers(np.round(rng.random(n), 1)) for n in (5, 10, 30, 50)] + [numbers(np.sort(rng.random(n))[::-1]) for n in (3, 12, 25)]
p_sets += [numbers(np.concatenate([rng.random(n) * 1e-6, rng.random(3 * n)])) for n in (1, 3, 8)]

# --- a million rows -------------------------------------------------------------------------------------------------

i = np.arange(MILLION, dtype=np.uint64)
weyl = lambda factor, start: (i * np.uint64(factor) + np.uint64(start)) & np.uint64(0xFFFFFFFF)
u, w = weyl(2654435761, 1) / 2**32, weyl(2246822519, 7) / 2**32
reference, current = u * u * 100 - 20, np.floor(w * w * 105_000) / 1000 - 20
current[i % 97 == 0] = np.nan
codes, codes_now = np.floor(u * u * 300).astype(int), np.floor(w * w * 310).astype(int)
a, b = np.sort(reference), finite(current)
edges = edges_of(a)
counts = [integers(bins_of(values, edges)) for values in (a, b)]
level_counts = {f"v{code}": int(count) for code, count in enumerate(np.bincount(codes))}
levels = sorted(level_counts, key=lambda value: (-level_counts[value], value))
slot_of = {value: min(slot, 50) for slot, value in enumerate(levels)}
slots = np.bincount([slot_of.get(f"v{code}", 51) for code in codes_now], minlength=52)
slots_before = [level_counts[value] for value in levels[:50]] + [sum(level_counts[value] for value in levels[50:]), 0]
high, low = weyl(3266489917, 11), weyl(668265263, 13)
kept = np.lexsort((i, low, high))[:50_000]
qs = stats.false_discovery_control(u * u * u * u)
million = {
    "quantiles": [float(np.quantile(a, q)) for q in (0, 0.005, 0.1, 1 / 3, 0.5, 0.77, 1)],
    "edges": numbers(edges), "counts": counts, "nan": int(np.isnan(current).sum()), "moments": [moments_of(a), moments_of(b)],
    "levels": levels[:50], "slots": integers(slots), "bottom": [int(kept[0]), int(kept[-1]), int(kept.sum())],
    "qs": [*numbers(qs[[0, 1, 2, 1000, 999_999]]), float(qs.sum())],
    **{f"sample_{key}": value for key, value in on_samples(a, b).items()}, **on_counts(*counts), "slotted": on_counts(slots_before, integers(slots)),
}

found = {
    "pairs": [pair_case(name, *sides) for name, sides in pairs.items()],
    "tables": [{"reference": a, "current": b, **on_counts(a, b)} for a, b in tables],
    "levels": level_cases,
    "bottom": bottom_cases,
    "wilson": wilson,
    "two": two,
    "kolmogorov": [[x, float(special.kolmogorov(x))] for x in xs],
    "benjamini": [[ps, numbers(stats.false_discovery_control(ps)) if ps else []] for ps in p_sets],
    "million": million,
}


def in_json(value):
    """NaN and infinities are no JSON: they become text."""
    if isinstance(value, dict):
        return {key: in_json(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [in_json(one) for one in value]
    return str(value) if isinstance(value, float) and not np.isfinite(value) else value


lines = [f"{json.dumps(key)}: {json.dumps(in_json(value), allow_nan=False)}" for key, value in found.items()]
(Path(__file__).parent / "drift.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
