import fs from 'node:fs'
import path from 'node:path'
import type { Pool } from 'pg'
import { readModelKeys } from '../activities/scoring/model-keys'
import { registerModel } from '../activities/scoring/registry'
import type { ScoreBatchInput } from '../schemas/run'

/** Runs of each kind, in turn: what else the machine does falls on both. */
const rounds = 3

export interface ShadowBench {
  readonly control: Pool
  readonly environment: NodeJS.ProcessEnv
  readonly packageFolder: string
  /** For the copy of the package. */
  readonly folder: string
  /** Scores one batch of the job bench to its end. */
  readonly run: (input: Omit<ScoreBatchInput, 'job'> & { readonly batch: string }) => Promise<unknown>
  readonly say: (line: string) => void
}

/** Scores the rows with and without the same model once more in the shadow, and prints what the second one costs. */
export async function shadowCost({
  control,
  environment,
  packageFolder,
  folder,
  run,
  say,
}: ShadowBench): Promise<void> {
  const copy = path.join(folder, 'challenger')
  fs.cpSync(packageFolder, copy, { recursive: true })
  const manifest = path.join(copy, 'model.yaml')
  const text = fs.readFileSync(manifest, 'utf8')
  fs.writeFileSync(manifest, text.replace(/^description: .*$/m, 'description: the same once more'))
  const keys = readModelKeys(environment)
  const { model, version } = await registerModel(control, copy, { keys, by: 'bench' })
  const seconds: Record<'plain' | 'shadow', number[]> = { plain: [], shadow: [] }
  for (let round = 0; round < rounds; round += 1)
    for (const kind of ['plain', 'shadow'] as const) {
      const started = Date.now()
      const shadow = kind === 'shadow' ? { shadow: `${model}@${version}` } : {}
      await run({ batch: `${kind}-${round}`, ...shadow })
      seconds[kind].push((Date.now() - started) / 1_000)
    }
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

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!
}
