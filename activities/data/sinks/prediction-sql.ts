import type { Column } from '../../../schemas/column'
import { quoteIdentifier, quoteLiteral } from '../quote-identifier'
import { leadingColumns, predictionColumns, trailingColumns } from './prediction-columns'
import type { PredictionNames } from './prediction-names'
import type { SinkRun } from './sink'

/** SQL text of the predictions' tables. Pure: every name is quoted, every value of the run a literal. */

/** batch compares by bytes, so that partition bounds mean the same under every locale. */
const collation = (column: Column) => (column.name === 'batch' ? ' COLLATE "C"' : '')

function columnList(columns: readonly { readonly name: string }[]): string {
  return columns.map((column) => quoteIdentifier(column.name)).join(', ')
}

function keyList(run: SinkRun): string {
  return columnList([...leadingColumns, ...run.keys])
}

export function createAllTable(names: PredictionNames, run: SinkRun): string {
  const required = new Set<Column>([...leadingColumns, ...run.keys, ...trailingColumns])
  const columns = predictionColumns(run).map(
    (column) =>
      `${quoteIdentifier(column.name)} ${column.type}${collation(column)}${required.has(column) ? ' NOT NULL' : ''}`,
  )
  return `CREATE TABLE ${names.all} (${columns.join(', ')}, PRIMARY KEY (${keyList(run)})) PARTITION BY RANGE (batch, revision)`
}

export function createLiveTable(names: PredictionNames): string {
  return (
    `CREATE TABLE ${names.live} (batch text COLLATE "C" PRIMARY KEY, revision integer NOT NULL, ` +
    'run_id uuid NOT NULL, published_at timestamptz NOT NULL DEFAULT now())'
  )
}

/** The tables' meaning, for people who meet them in a catalogue. */
export function commentTables(names: PredictionNames): readonly string[] {
  return [
    `COMMENT ON TABLE ${names.all} IS 'Every kept revision of every batch of predictions, one partition a run'`,
    `COMMENT ON COLUMN ${names.all}.batch IS 'The batch key'`,
    `COMMENT ON COLUMN ${names.all}.revision IS 'Which attempt of the batch: 1, 2, 3 ...'`,
    `COMMENT ON COLUMN ${names.all}.model_version IS 'The version of the model that made the prediction'`,
    `COMMENT ON COLUMN ${names.all}.run_id IS 'The run; nightscore.run in the control database'`,
    `COMMENT ON TABLE ${names.live} IS 'The visible revision of each batch'`,
    `COMMENT ON VIEW ${names.view} IS 'Predictions: the visible revision of each batch'`,
  ]
}

export function addColumns(
  table: string,
  columns: readonly { readonly name: string; readonly type: string }[],
): string {
  return `ALTER TABLE ${table} ${columns.map(({ name, type }) => `ADD COLUMN ${quoteIdentifier(name)} ${type}`).join(', ')}`
}

/** @param columns the view's columns; Postgres can replace a view only by one that starts with the same columns */
export function createView(names: PredictionNames, columns: readonly string[]): string {
  return (
    `CREATE OR REPLACE VIEW ${names.view} AS SELECT ${columns.map((name) => `a.${quoteIdentifier(name)}`).join(', ')} ` +
    `FROM ${names.live} l JOIN ${names.all} a ON a.batch = l.batch AND a.revision = l.revision`
  )
}

/**
 * The run's own table: no key yet, so that COPY is fast; constants as defaults, so that COPY sends keys, carried columns
 * and predictions only; and the CHECK that spares ATTACH the scan.
 */
export function createRunTable(names: PredictionNames, run: SinkRun): readonly string[] {
  const batch = quoteLiteral(run.batch)
  return [
    `CREATE TABLE ${names.run} (LIKE ${names.all}, CONSTRAINT ${names.runCheck} CHECK (batch = ${batch} AND revision = ${run.revision}))`,
    `ALTER TABLE ${names.run} ALTER COLUMN batch SET DEFAULT ${batch}, ALTER COLUMN revision SET DEFAULT ${run.revision}, ` +
      `ALTER COLUMN model_version SET DEFAULT ${run.modelVersion}, ALTER COLUMN run_id SET DEFAULT ${quoteLiteral(run.runId)}`,
  ]
}

export function copyIntoRun(names: PredictionNames, run: SinkRun): string {
  return `COPY ${names.run} (${columnList([...run.keys, ...run.carry, ...run.predictions])}) FROM STDIN (FORMAT binary)`
}

export function addRunKey(names: PredictionNames, run: SinkRun): string {
  return `ALTER TABLE ${names.run} ADD CONSTRAINT ${names.runKey} PRIMARY KEY (${keyList(run)})`
}

export function dropRunKey(names: PredictionNames): string {
  return `ALTER TABLE ${names.run} DROP CONSTRAINT IF EXISTS ${names.runKey}`
}

/** Ten keys with the most rows, and how many keys and rows are too many: key columns as text, then count, keys, rows. */
export function findDuplicates(names: PredictionNames, run: SinkRun): string {
  const keys = columnList(run.keys)
  return (
    `SELECT jsonb_build_array(${run.keys.map((key) => `${quoteIdentifier(key.name)}::text`).join(', ')}) AS key, count(*) AS rows, ` +
    `count(*) OVER () AS duplicate_keys, sum(count(*)) OVER () AS duplicate_rows ` +
    `FROM ${names.run} GROUP BY ${keys} HAVING count(*) > 1 ORDER BY count(*) DESC, ${keys} LIMIT 10`
  )
}

export function attachRun(names: PredictionNames, run: SinkRun): string {
  const batch = quoteLiteral(run.batch)
  return `ALTER TABLE ${names.all} ATTACH PARTITION ${names.run} FOR VALUES FROM (${batch}, ${run.revision}) TO (${batch}, ${run.revision + 1})`
}

/** Points the batch at a run: $1 batch, $2 revision, $3 run id. A higher revision that is visible already stays. */
export function pointBatch(names: PredictionNames): string {
  return (
    `INSERT INTO ${names.live} AS live (batch, revision, run_id) VALUES ($1, $2, $3) ON CONFLICT (batch) DO UPDATE ` +
    'SET revision = excluded.revision, run_id = excluded.run_id, published_at = now() ' +
    'WHERE live.revision < excluded.revision OR live.run_id = excluded.run_id'
  )
}
