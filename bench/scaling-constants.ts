/** A number that the model of docs/scaling.md rests on. */
export interface ScalingConstant {
  readonly value: number
  readonly unit: string
  /** What it is of. */
  readonly of: string
  /** measured: by the command in `from`; bound: a test or the code holds it; assumed: nobody measured it here. */
  readonly kind: 'measured' | 'bound' | 'assumed'
  readonly from: string
}

const constant = (
  kind: ScalingConstant['kind'],
  value: number,
  unit: string,
  of: string,
  from: string,
): ScalingConstant => ({ kind, value, unit, of, from })

/** On 2 cores (x86-64, Linux), Node 20, Postgres 18, 16 float columns and an int64 key. CPU times, so that a busy machine counts little. */
export const scalingConstants = {
  workerMicros: constant(
    'measured',
    1.17,
    'µs of CPU a row',
    'a worker: reading, checking, a linear model, profile, COPY',
    'bench:memory 20m-16',
  ),
  treesMicros: constant(
    'measured',
    0.5,
    'µs of CPU a row',
    'beside that: LightGBM, 100 trees of 31 leaves, by the tree kernel',
    'bench: 2.4 s more of the threads’ time than a linear model for 5 M rows',
  ),
  copyMicros: constant(
    'measured',
    0.4,
    'µs of CPU a row',
    'Postgres: COPY into the run’s table and COMMIT',
    'bench:postgres 500000',
  ),
  checkMicros: constant(
    'measured',
    0.64,
    'µs of CPU a row',
    'Postgres: the check of a run: key, CHECK, ANALYZE, count',
    'bench:postgres 500000',
  ),
  tableBytes: constant(
    'measured',
    63,
    'bytes a row',
    'the run’s table (a text and an int64 as key, one prediction)',
    'bench:memory -- --quick 5m-16',
  ),
  keyBytes: constant('measured', 32, 'bytes a row', 'its key', 'bench:memory -- --quick 5m-16'),
  logBytes: constant(
    'measured',
    76,
    'bytes a row',
    'written to the log (WAL)',
    'bench:memory -- --quick 5m-16',
  ),
  sourceBytes: constant(
    'measured',
    35,
    'bytes a row',
    'the source, Parquet with zstd',
    'bench:memory 5m-16: size of the file',
  ),
  shardMs: constant(
    'measured',
    24,
    'ms a shard',
    'orchestration, of one run: a worker, Postgres and Temporal on 2 cores',
    'bench:shards -- 1000',
  ),
  childEvents: constant(
    'bound',
    9,
    'events',
    'a child workflow in its parent’s history, at most',
    'workflows/score-batch.ts',
  ),
  runEvents: constant('bound', 60, 'events', 'the rest of a run’s history', 'test/faults/thousand-shards'),
  objectMbPerSecond: constant(
    'assumed',
    100,
    'MB/s',
    'what a worker gets from S3',
    'common for one machine; measure yours',
  ),
} as const satisfies Readonly<Record<string, ScalingConstant>>
