import fs from 'node:fs'
import path from 'node:path'
import type { Pool } from 'pg'
import type { BenchStack } from './bench-stack'
import { benchFolder, type BenchData } from './peers/bench-data'
import { median } from './peers/median'

/** Runs of each kind, in turn: what else the machine does falls on both. */
const rounds = 3

/** Scores the rows with LightGBM with and without the same model once more in the shadow, and prints what the second one costs. */
export async function shadowCost(
  stack: BenchStack,
  data: BenchData,
  rowCount: number,
  say: (line: string) => void,
): Promise<void> {
  const source = { parquet: path.basename(await data.rows(rowCount)) }
  const packageFolder = data.packageFolder('lightgbm')
  const copy = path.join(benchFolder, 'challenger')
  fs.cpSync(packageFolder, copy, { recursive: true })
  fs.appendFileSync(path.join(copy, 'model.yaml'), 'description: the same once more\n')
  const [model, challenger] = [await stack.register(packageFolder), await stack.register(copy)]
  const job = { name: 'shadow', model, source, key: ['id'], sink: { postgres: 'bench_shadow.rows' } }
  await stack.apply(benchFolder, job)
  const worker = await stack.startWorker()
  const run = (input: { readonly batch: string; readonly shadow?: string }) =>
    stack.run({ job: 'shadow', ...input })
  await run({ batch: 'warm-up', shadow: challenger })
  const seconds: Record<'plain' | 'shadow', number[]> = { plain: [], shadow: [] }
  for (let round = 0; round < rounds; round += 1)
    for (const kind of ['plain', 'shadow'] as const) {
      say(`round ${round + 1} of ${rounds}, ${kind === 'plain' ? 'without' : 'with'} a shadow`)
      const started = performance.now()
      await run({ batch: `${kind}-${round}`, ...(kind === 'shadow' ? { shadow: challenger } : {}) })
      seconds[kind].push((performance.now() - started) / 1_000)
    }
  await worker.stop()
  const { control } = stack.connections
  const [plain, shadow] = [await threadSeconds(control, 'plain'), await threadSeconds(control, 'shadow')]
  say(`\nwith the same model in the shadow (median of ${rounds} runs; thread time of all shards)`)
  say(
    `  without   ${plain.total.toFixed(2).padStart(8)} s, of which encoding and inference ${plain.model.toFixed(2)} s`,
  )
  say(
    `  with      ${shadow.total.toFixed(2).padStart(8)} s, of which the shadow ${shadow.shadow.toFixed(2)} s`,
  )
  say(`  ratio     ${(shadow.total / plain.total).toFixed(2).padStart(8)} by thread time`)
  say(
    `  ratio     ${(median(seconds.shadow) / median(seconds.plain)).toFixed(2).padStart(8)} by the clock, end to end`,
  )
  const bytes = `${(shadow.pairBytes / shadow.pairs).toFixed(1)} bytes a row`
  say(`  pairs     ${shadow.pairs.toLocaleString('en')} rows, ${bytes}`)
}

interface Spent {
  readonly total: number
  readonly model: number
  readonly shadow: number
  readonly pairs: number
  readonly pairBytes: number
}

/** Of the run with the median of thread time. */
async function threadSeconds(control: Pool, kind: string): Promise<Spent> {
  const { rows } = await control.query<Spent>(
    `SELECT sum((t->>'totalMs')::float8) / 1000 AS total, sum((t->>'encodeMs')::float8 + (t->>'inferMs')::float8) / 1000 AS model,
            sum((t->>'shadowMs')::float8) / 1000 AS shadow, sum((result->'pairs'->>'rows')::float8) AS pairs,
            sum((result->'pairs'->>'sizeBytes')::float8) AS "pairBytes"
     FROM nightscore.run JOIN nightscore.shard USING (run_id), LATERAL (SELECT result->'timings' AS t)
     WHERE batch LIKE $1 || '-%' GROUP BY run_id ORDER BY 1`,
    [kind],
  )
  return rows[Math.floor(rows.length / 2)]!
}
