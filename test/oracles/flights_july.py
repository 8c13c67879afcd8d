"""Write test/golden/flights-july.parquet: v1's scores of the nights July 4 to 10 by Python's ONNX Runtime.

    python flights_july.py

Reads examples/flights as committed. The features come twice, from pandas and from DuckDB with the SQL of job.yaml, and
must be equal.
"""

from pathlib import Path

import duckdb
import numpy as np
import onnxruntime as ort
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import yaml

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / 'examples/flights'
NIGHTS = pd.date_range('2013-07-04', '2013-07-10').strftime('%Y-%m-%d')
OUT = ROOT / 'test/golden/flights-july.parquet'


def by_pandas(manifest: dict) -> tuple[pd.DataFrame, np.ndarray]:
    rows = pq.read_table(EXAMPLE / 'data/flights/month=07/flights.parquet').to_pandas()
    rows['batch'] = rows.flight_date.astype(str)
    rows = rows[rows.batch.isin(NIGHTS)].sort_values('flight_id').reset_index(drop=True)
    at = rows.scheduled_at.dt
    features = rows.assign(month=at.month, day_of_week=at.day_of_week + 1, hour=at.hour)
    return rows, packed(features, manifest)


def by_job_sql(manifest: dict) -> np.ndarray:
    job = yaml.safe_load((EXAMPLE / 'job.yaml').read_text(encoding='utf-8'))
    names = [feature['name'] for feature in manifest['features']]
    columns = ', '.join(f'({job["features"].get(name, name)}) as "{name}"' for name in names)
    source = EXAMPLE / job['source']['parquet'].replace('{MM}', '07')
    where = job['source']['where'].replace('$batch', '$night')
    sql = f"select flight_id, {columns} from read_parquet('{source}', hive_partitioning = true) where {where}"
    connection = duckdb.connect()
    nights = [connection.execute(sql, {'night': night}).df() for night in NIGHTS]
    return packed(pd.concat(nights).sort_values('flight_id'), manifest)


def packed(features: pd.DataFrame, manifest: dict) -> np.ndarray:
    """float32 [N, F] in the manifest's order; a missing number is NaN, an unknown category -1."""
    columns = []
    for feature in manifest['features']:
        column = features[feature['name']]
        if feature['type'] == 'category':
            column = pd.Index(feature['categories']).get_indexer(column)
        elif feature.get('missing') != 'nan' and column.isna().any():
            raise SystemExit(f"{feature['name']} is missing in some rows: they would be quarantined")
        columns.append(np.asarray(column, dtype='float32'))
    return np.column_stack(columns)


def main() -> None:
    manifest = yaml.safe_load((EXAMPLE / 'models/v1/model.yaml').read_text(encoding='utf-8'))
    rows, matrix = by_pandas(manifest)
    if not np.array_equal(matrix, by_job_sql(manifest), equal_nan=True):
        raise SystemExit("pandas' features are not those of job.yaml")
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    session = ort.InferenceSession((EXAMPLE / 'models/v1/model.onnx').read_bytes(), options)
    score = session.run(['probabilities'], {'input': matrix})[0][:, 1]
    columns = {
        'flight_id': pa.array(rows.flight_id, pa.int64()),
        'batch': pa.array(rows.batch, pa.string()),
        'carrier': pa.array(rows.carrier, pa.string()),
        'origin': pa.array(rows.origin, pa.string()),
        'score': pa.array(score, pa.float32()),
        'label': pa.array(score >= manifest['output']['threshold'], pa.bool_()),
    }
    pq.write_table(pa.table(columns), OUT, compression='zstd')
    nights = rows.assign(score=score.astype('float64')).groupby('batch').score.agg(['count', 'sum'])
    print(nights.to_string())
    print(f'{len(rows)} rows, {np.isnan(matrix).any(axis=1).sum()} with a missing number, none quarantined, {OUT.stat().st_size} bytes')


if __name__ == '__main__':
    main()
