"""Models and rows of `npm run bench`, made from the flights of examples/flights.

    python make_data.py models FOLDER        FOLDER/{lightgbm,logistic,mlp}: model packages that `nightscore model register` takes
    python make_data.py rows ROWS FILE       Parquet: int64 `id` 0, 1, 2 ..., and 16 float32 features; zstd, row groups of 122,880

The features are those of the example's v2, categories as their codes; missing weather is filled (a gust by the wind's speed, else
the median), so that all three models can read every row. Rows are flights drawn again with a little noise on what is continuous.
"""

import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "examples" / "flights"))
import lightgbm as lgb  # noqa: E402
import prepare  # noqa: E402
from prepare import CATEGORIES, NUMBER_RULES, VERSIONS, WEATHER, encode, features_of, read_flights  # noqa: E402

warnings.filterwarnings("ignore")  # five passes are what the network gets

FEATURES = VERSIONS["v2"]["features"]
NOISY = ["distance", *WEATHER]
NOISE = 0.02  # of a column's standard deviation
GROUP_ROWS = 122_880
DRAWN_ROWS = 8 * GROUP_ROWS
REFERENCE_ROWS, GOLDEN_ROWS = 20_000, 500


def flights():
    """-> float32 [N, 16] without missing values, label (1.0, 0.0, NaN where unknown), month."""
    table = read_flights()
    features = features_of(table)
    features["wind_gust"] = features.wind_gust.fillna(features.wind_speed)
    features[WEATHER] = features[WEATHER].fillna(features[WEATHER].median())
    categories = {name: sorted(features[name].unique()) for name in CATEGORIES}
    return encode(features, FEATURES, categories), table.late.astype("float64").to_numpy(), table.month.to_numpy()


def ranges(name, matrix):
    """What model.yaml says of a feature: the example's limits; those of codes and flags are the data's."""
    rules = NUMBER_RULES.get(name)
    column = matrix[:, FEATURES.index(name)]
    return (rules["min"], rules["max"]) if rules else (int(column.min()), int(column.max()))


def trained(matrix, label):
    """-> name, what was fitted, its ONNX model: [N, 16] float32 in, `probabilities` float32 [N, 2] out, no ZipMap."""
    trees = lgb.LGBMClassifier(
        n_estimators=100, num_leaves=31, learning_rate=0.1, min_child_samples=50, random_state=7,
        n_jobs=2, deterministic=True, force_row_wise=True, verbosity=-1,
    )  # fmt: skip
    yield "lightgbm", trees.fit(matrix, label), prepare.to_onnx(trees, len(FEATURES), "bench-lightgbm")
    fitted = {
        "logistic": LogisticRegression(max_iter=1_000),
        "mlp": MLPClassifier((64, 32), max_iter=5, batch_size=1_000, random_state=7),
    }
    for name, model in fitted.items():
        model = make_pipeline(StandardScaler(), model).fit(matrix, label)
        inputs = [("input", FloatTensorType([None, len(FEATURES)]))]
        yield name, model, to_onnx(model, initial_types=inputs, options={"zipmap": False}, target_opset=15)


def write_models(folder):
    matrix, label, month = flights()
    known = np.isin(month, [1, 2, 3, 4, 5]) & ~np.isnan(label)
    held_out = known & (np.arange(len(label)) % 5 == 0)
    train = known & ~held_out
    rng = np.random.default_rng(7)
    some = np.sort(rng.choice(np.flatnonzero(held_out), REFERENCE_ROWS, replace=False))
    golden = rng.choice(some, GOLDEN_ROWS, replace=False)
    by_name = lambda rows: {name: pa.array(matrix[rows, i]) for i, name in enumerate(FEATURES)}  # noqa: E731
    for name, model, proto in trained(matrix[train].astype("float64"), label[train]):
        package = Path(folder) / name
        package.mkdir(parents=True, exist_ok=True)
        (package / "model.onnx").write_bytes(proto.SerializeToString())
        limits = {feature: ranges(feature, matrix) for feature in FEATURES}
        lines = [f"  - {{ name: {n}, type: number, min: {least}, max: {most} }}" for n, (least, most) in limits.items()]
        (package / "model.yaml").write_text(
            "\n".join([
                f"name: bench-{name}", "task: binary", "input: { tensor: input }", "features:", *lines,
                "output: { tensor: probabilities, positive: 1, threshold: 0.5 }",
                "",
            ])
        )  # fmt: skip
        pq.write_table(pa.table(by_name(some) | {"label": pa.array(label[some] == 1)}), package / "reference.parquet")
        score = model.predict_proba(matrix[golden].astype("float64"))[:, 1]
        pq.write_table(pa.table(by_name(golden) | {"score": pa.array(score)}), package / "golden.parquet")
        print(f"{name}: mean score of golden rows {score.mean():.4f}", flush=True)


def write_rows(file, count):
    matrix, _, _ = flights()
    schema = pa.schema([("id", pa.int64()), *((name, pa.float32()) for name in FEATURES)])
    rng = np.random.default_rng(20130704)
    noise = [(FEATURES.index(name), NOISE * matrix[:, FEATURES.index(name)].std(), *ranges(name, matrix)) for name in NOISY]
    part = f"{file}.part"
    with pq.ParquetWriter(part, schema, compression="zstd") as writer:
        for start in range(0, count, DRAWN_ROWS):
            rows = min(DRAWN_ROWS, count - start)
            drawn = matrix[rng.integers(0, len(matrix), rows)]
            for column, sd, least, most in noise:
                moved = drawn[:, column] + rng.normal(0, sd, rows)
                drawn[:, column] = np.clip(moved, least, most)
            arrays = [pa.array(np.arange(start, start + rows)), *(pa.array(np.ascontiguousarray(c)) for c in drawn.T)]
            writer.write_table(pa.table(arrays, schema=schema), row_group_size=GROUP_ROWS)
    Path(part).rename(file)


if __name__ == "__main__":
    command, *rest, where = sys.argv[1:]
    if command == "models":
        write_models(where)
    else:
        write_rows(where, int(rest[0]))
