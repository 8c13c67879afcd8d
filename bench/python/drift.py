"""What `npm run bench:drift` runs in Python: rows, Evidently on them, and numpy and scipy on our bins.

    python drift.py rows FOLDER ROWS            reference.parquet and current.parquet
    python drift.py evidently FOLDER METHOD FORM    one measurement in this process, as JSON
    python drift.py check FOLDER                our edges and samples (check.json) -> the same numbers, as JSON
    python drift.py versions .                  what is installed
"""

import json
import os
import sys
import time
import warnings

os.environ["DO_NOT_TRACK"] = "1"  # Evidently reports its use to a server otherwise
warnings.filterwarnings("ignore")

import numpy as np  # noqa: E402
import pyarrow as pa  # noqa: E402
import pyarrow.parquet as pq  # noqa: E402

WARM_UPS, WARM_UP_ROWS = 3, 24_000


def columns(rng, rows, moved):
    """16 float32 columns: bells, long tails, flat ones, counts, spikes; a third has missing values; five have moved."""
    shift = 1.0 if moved else 0.0
    bell = lambda mean, sd: rng.normal(mean, sd, rows)  # noqa: E731
    made = {
        "bell": bell(0, 1),
        "bell_moved": bell(0.3 * shift, 1),
        "bell_wide": bell(100, 15 * (1 + 0.3 * shift)),
        "two_bells": np.where(rng.random(rows) < 0.3 + 0.1 * shift, bell(-2, 0.5), bell(1, 1)),
        "lognormal": rng.lognormal(0, 1, rows),
        "lognormal_moved": rng.lognormal(0.2 * shift, 1, rows),
        "price": np.round(rng.lognormal(3, 0.8, rows), 2),
        "uniform": rng.random(rows),
        "minute_of_day": rng.integers(0, 1440, rows),
        "count": rng.poisson(30, rows),
        "count_moved": rng.poisson(30 + 3 * shift, rows),
        "days": rng.geometric(0.02, rows),
        "heavy_tail": rng.standard_t(3, rows),
        "exponential": rng.exponential(5, rows),
        "spike_at_zero": np.where(rng.random(rows) < 0.4, 0, rng.gamma(2, 2, rows)),
        "share": rng.beta(2, 5, rows),
    }
    result = {}
    for i, (name, values) in enumerate(made.items()):
        values = values.astype("float32")
        missing = rng.random(rows) < (0.03 if i % 3 == 1 else 0)
        result[name] = pa.array(values, mask=missing)
    return pa.table(result)


def make_rows(folder, rows):
    for seed, name in enumerate(["reference", "current"]):
        table = columns(np.random.default_rng(20130704 + seed), rows, moved=name == "current")
        pq.write_table(table, os.path.join(folder, f"{name}.parquet"), compression="zstd")


def memory(field):
    """Kilobytes of this process as Linux counts them: VmRSS now, VmHWM at its peak; None elsewhere."""
    try:
        with open("/proc/self/status") as file:
            return next(int(line.split()[1]) for line in file if line.startswith(field + ":"))
    except OSError:
        return None


def forget_peak():
    try:
        with open("/proc/self/clear_refs", "w") as file:
            file.write("5")
    except OSError:
        pass


def measure_evidently(folder, method, form):
    from evidently import DataDefinition, Dataset, Report
    from evidently.metrics import ValueDrift
    from evidently.presets import DataDriftPreset

    frames = [pq.read_table(os.path.join(folder, f"{name}.parquet")).to_pandas() for name in ("reference", "current")]
    names = list(frames[0].columns)
    definition = DataDefinition(numerical_columns=names)

    def report():
        if form == "preset":
            return Report([DataDriftPreset(method=method)])
        return Report([ValueDrift(column=name, method=method) for name in names])

    def datasets(rows):
        return [Dataset.from_pandas(frame.head(rows) if rows else frame, data_definition=definition) for frame in frames]

    few_reference, few_current = datasets(WARM_UP_ROWS)
    reference, current = datasets(None)  # part of loading: it copies the frames
    forget_peak()
    before = memory("VmRSS")
    for _ in range(WARM_UPS):
        report().run(few_current, few_reference)
    started, cpu_started = time.perf_counter(), time.process_time()
    snapshot = report().run(current, reference)
    seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - cpu_started
    peak = memory("VmHWM")
    found = {}
    for metric in snapshot.dict()["metrics"]:
        if metric["config"]["type"].endswith("ValueDrift"):
            found[metric["config"]["column"]] = float(metric["value"])
    print(json.dumps({"seconds": seconds, "cpuSeconds": cpu_seconds, "beforeKb": before, "peakKb": peak, "values": found}))


def counts(values, edges):
    return np.bincount(np.searchsorted(edges, values, side="left"), minlength=len(edges) + 1)


def check(folder):
    from scipy.spatial.distance import jensenshannon
    from scipy.stats import wasserstein_distance

    with open(os.path.join(folder, "check.json")) as file:
        ours = json.load(file)
    tables = [pq.read_table(os.path.join(folder, f"{name}.parquet")) for name in ("reference", "current")]
    expected = {}
    for name, edges in ours["edges"].items():
        sides = [table[name].combine_chunks().to_numpy(zero_copy_only=False).astype("float64") for table in tables]
        present = [side[np.isfinite(side)] for side in sides]
        deciles = np.unique(np.quantile(present[0], [k / 10 for k in range(1, 10)], method="linear"))
        assert set(deciles) <= set(edges), (name, deciles, edges)
        p, q = (counts(side, np.array(edges)) / len(side) for side in present)
        some = (p + q) > 0
        p, q = p[some], q[some]
        clipped = [np.clip(side, 1e-4, None) for side in (p, q)]
        sampled = [side[rows] for side, rows in zip(sides, ours["rows"])]
        sampled = [side[np.isfinite(side)] for side in sampled]
        sd = max(np.std(present[0], ddof=1), 0.001)
        expected[name] = {
            "psi": float(np.sum((clipped[1] - clipped[0]) * np.log(clipped[1] / clipped[0]))),
            "jensenshannon": float(jensenshannon(p, q, base=2)),
            "wasserstein": float(wasserstein_distance(*sampled) / sd),
            "wassersteinOfAllRows": float(wasserstein_distance(*present) / sd),
        }
    print(json.dumps(expected))


if __name__ == "__main__":
    command, folder, *rest = sys.argv[1:]
    if command == "rows":
        make_rows(folder, int(rest[0]))
    elif command == "evidently":
        measure_evidently(folder, *rest)
    elif command == "check":
        check(folder)
    else:
        from importlib.metadata import version

        packages = ["evidently", "pandas", "numpy", "scipy", "pyarrow"]
        print(f"Python {sys.version.split()[0]}, " + ", ".join(f"{name} {version(name)}" for name in packages))
