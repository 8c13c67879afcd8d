import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import { canonicalLabels } from '../activities/evaluation/labels/canonical-labels'
import { evaluateLabels } from '../activities/evaluation/labels/evaluate-labels'
import { peakMemory } from './peak-memory'

/**
 * Accuracy of labelled rows, from Parquet files to numbers: labels in any order brought to their form, predictions read, both
 * joined by key, every metric over all rows and by two segment columns (19 segments). Checks the exact AUC against mid-ranks by
 * DuckDB, then prints seconds and peak memory of this process.
 *
 *     npm run bench:labels [ROWS]
 */
async function main(): Promise<void> {
  const rows = Number(process.argv[2] ?? 5_000_000)
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'nightscore-bench-')))
  try {
    await makeFiles(folder, rows)
    peakMemory.forgetPeak()
    const before = peakMemory.now()
    const [start, cpu] = [performance.now(), process.cpuUsage()]
    const arrival = await canonicalLabels(
      { stagingFolder: folder, signal: new AbortController().signal },
      {
        files: [path.join(folder, 'labels.parquet')],
        readable: [folder],
        names: { keys: ['id'], column: 'late' },
        task: 'binary',
        where: undefined,
        batch: null,
        source: 'labels.parquet',
      },
    )
    const { counts, metrics } = await evaluateLabels({
      task: 'binary',
      classes: [],
      predictions: {
        files: [path.join(folder, 'predictions.parquet')],
        roots: [folder],
        keys: [{ name: 'id', type: 'bigint' }],
      },
      segments: ['carrier', 'origin'],
      arrivals: [{ path: arrival.path, sha256: arrival.sha256 ?? '', loadId: 1, ofThisBatch: true }],
      labelsFolder: path.dirname(arrival.path),
      labelKey: 'label/late',
      reference: null,
      isMature: true,
      thresholds: [],
      ownLabels: null,
      seed: 1,
    })
    const seconds = (performance.now() - start) / 1_000
    const { user, system } = process.cpuUsage(cpu)
    const peak = peakMemory.peak()
    const auc = metrics.find(({ metric, segment }) => metric === 'roc_auc' && segment === null)?.value
    const expected = await aucByRanks(folder)
    if (counts.labelled !== rows || Math.abs((auc ?? 0) - expected) > 1e-9)
      throw new Error(`AUC ${auc} of ${counts.labelled} rows, expected ${expected} of ${rows}`)
    const megabytes = (kilobytes: number | null): string => String(Math.round((kilobytes ?? NaN) / 1_024))
    process.stdout.write(
      `${rows} labelled rows: ${seconds.toFixed(1)} s (CPU ${((user + system) / 1e6).toFixed(1)} s), ${metrics.length} numbers, AUC ${auc}\n` +
        `peak ${megabytes(peak)} MB, ${megabytes(before)} MB of them before it began\n`,
    )
  } finally {
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

/** Scores that are calibrated: a label is true as often as its score says. */
async function makeFiles(folder: string, rows: number): Promise<void> {
  await withDuckDB(async (connection) => {
    const uniform = (seed: number): string => `(hash(i + ${seed}) % 1000003) / 1000003.0`
    await connection.run(
      `COPY (SELECT i::BIGINT AS id, (${uniform(0)})::FLOAT AS score, (${uniform(0)})::FLOAT >= 0.5 AS label,
               'C' || hash(i + 7) % 16 AS carrier, ['EWR', 'JFK', 'LGA'][1 + (hash(i + 9) % 3)::INT] AS origin
             FROM range(${rows}) t(i)) TO '${path.join(folder, 'predictions.parquet')}' (FORMAT parquet, COMPRESSION zstd)`,
    )
    await connection.run(
      `COPY (SELECT i::BIGINT AS id, ${uniform(1e9)} < ${uniform(0)} AS late FROM range(${rows}) t(i) ORDER BY hash(i + 3))
       TO '${path.join(folder, 'labels.parquet')}' (FORMAT parquet, COMPRESSION zstd)`,
    )
  })
}

/** Mann-Whitney's statistic: mean rank of the positive rows, ties in the middle of their ranks. */
async function aucByRanks(folder: string): Promise<number> {
  return withDuckDB(async (connection) => {
    const result = await connection.runAndReadAll(
      `WITH counts AS (SELECT score, count(*) FILTER (late)::DOUBLE AS p, count(*) FILTER (NOT late)::DOUBLE AS n
         FROM '${path.join(folder, 'predictions.parquet')}' JOIN '${path.join(folder, 'labels.parquet')}' USING (id) GROUP BY 1)
       SELECT sum(p * (below + n / 2)) / (sum(p) * sum(n))
       FROM (SELECT p, n, sum(n) OVER (ORDER BY score) - n AS below FROM counts)`,
    )
    return Number(result.getRowsJson()[0]?.[0])
  })
}

async function withDuckDB<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1', memory_limit: '1GB' })
  const connection = await instance.connect()
  try {
    return await work(connection)
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

void main()
