import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { stringify } from 'yaml'
import { Connections } from '../../../../activities/data/postgres/connections'
import type { Deps } from '../../../../activities/deps'
import type { ProfileColumn, ProfileColumns } from '../../../../activities/evaluation/profiles/profile-column'
import { rowHashes } from '../../../../activities/evaluation/profiles/row-hashes'
import { segmentsCodec } from '../../../../activities/evaluation/profiles/segments-codec'
import { shardCodec } from '../../../../activities/evaluation/profiles/shard-codec'
import { shardProfile } from '../../../../activities/evaluation/profiles/shard-profile'
import { takeColumn } from '../../../../activities/evaluation/columns/take-column'
import { applyJob, readJobFile } from '../../../../activities/runs/job-store'
import { loadRunContext, type RunContext } from '../../../../activities/runs/run-context'
import { readModelKeys } from '../../../../activities/scoring/model-keys'
import { registerModel } from '../../../../activities/scoring/registry'
import { freshDatabase } from '../../../stack/database'
import { temporaryFolder } from '../../../stack/fresh'

/** A database with jobs and runs as a worker would leave them, without one. */
export interface Nights {
  readonly deps: Deps
  /** The jobs' folder. */
  readonly folder: string
  /** Registers a package. @returns name@version */
  register(folder: string): Promise<string>
  apply(name: string, model: string, monitor: object, more?: object): Promise<void>
  /** A run, planned but for its reference. */
  open(job: string, model: string, batch: string): Promise<RunContext>
  /** A run with these rows, published or of another state. @returns its id */
  publish(job: string, model: string, batch: string, rows: ProfileColumns, state?: string): Promise<string>
}

export async function startNights(): Promise<Nights> {
  const connections = new Connections({ controlUrl: await freshDatabase(), environment: {} })
  const folder = temporaryFolder()
  const modelKeys = readModelKeys({})
  // what scores and serves is not needed
  const deps = { connections, modelKeys, dataRoots: [], storeFolder: temporaryFolder() } as unknown as Deps
  const { control } = connections
  const insertRun = async (job: string, model: string, batch: string, state: string): Promise<string> => {
    const runId = randomUUID()
    const [name, version] = model.split('@')
    await control.query(
      `INSERT INTO nightscore.run (run_id, job, job_revision, batch, revision, model, model_version, state, workflow_id, first_run_id)
       SELECT $1, $2, (SELECT max(revision) FROM nightscore.job WHERE name = $2), $3,
         (SELECT count(*) + 1 FROM nightscore.run WHERE job = $2 AND batch = $3), $4, $5, $6, $7, ''`,
      [runId, job, batch, name, version, state, `test/${runId}`],
    )
    return runId
  }
  return {
    deps,
    folder,
    register: async (from) => {
      const { model, version } = await registerModel(control, from, { keys: modelKeys, by: 'test' })
      return `${model}@${version}`
    },
    apply: async (name, model, monitor, more = {}) => {
      const file = path.join(folder, `${name}.yaml`)
      const source = { parquet: 'rows.parquet', where: 'false' }
      const job = { name, model, source, key: ['id'], sink: { parquet: `out/${name}` }, monitor, ...more }
      fs.writeFileSync(file, stringify(job))
      await applyJob(control, await readJobFile(file), 'test')
    },
    open: async (job, model, batch) => {
      await control.query(
        `UPDATE nightscore.run SET state = 'failed' WHERE job = $1 AND state = 'planning'`,
        [job],
      )
      return loadRunContext(deps, await insertRun(job, model, batch, 'planning'))
    },
    publish: async (job, model, batch, rows, state = 'published') => {
      const runId = await insertRun(job, model, batch, state)
      const { profile, segments } = profilesOf(rows)
      await control.query('INSERT INTO nightscore.run_profile VALUES ($1, 0, $2, $3)', [
        runId,
        profile,
        segments,
      ])
      return runId
    },
  }
}

/** Rows of one night: its number decides the values, so that nights differ. */
export function nightRows(night: number, count = 100): Map<string, ProfileColumn> {
  const carriers = ['UA', 'AA', 'B6', 'rare']
  const values = Float64Array.from({ length: count }, (_, i) => ((i * 37 + night * 11) % 997) / 10)
  const codes = Int32Array.from({ length: count }, (_, i) => (i % 50 === 0 ? 3 : (i + night) % 3))
  return new Map<string, ProfileColumn>([
    ['feature/temp', { values }],
    ['feature/carrier', { dictionary: carriers, codes }],
    ['prediction/score', { values: values.map((value) => value / 100) }],
  ])
}

function profilesOf(rows: ProfileColumns): { readonly profile: Uint8Array; readonly segments: Uint8Array } {
  const carrier = rows.get('feature/carrier')
  if (carrier === undefined || !('codes' in carrier)) throw new Error('no carriers')
  const hashes = rowHashes(carrier.codes.length)
  const bytesOf = (at: Int32Array): Uint8Array => {
    const profiler = shardProfile.create(null, { shardNo: 0, batchRows: hashes.length })
    const taken = new Map([...rows].map(([name, column]) => [name, takeColumn(column, at)]))
    shardProfile.add(
      profiler,
      taken,
      BigUint64Array.from(at, (row) => hashes[row]!),
    )
    return shardCodec.encode(shardProfile.extract(profiler))
  }
  const all = Int32Array.from(carrier.codes, (_, row) => row)
  const segments = carrier.dictionary.map(
    (value, code) => [`carrier=${value}`, bytesOf(all.filter((row) => carrier.codes[row] === code))] as const,
  )
  return { profile: bytesOf(all), segments: segmentsCodec.encode(new Map(segments)) }
}
