import { randomUUID } from 'node:crypto'
import { Connections } from '../../../activities/data/postgres/connections'
import { dropReferences, dropRows, dropUnusedReferences } from '../../../activities/retention/drop-rows'
import { Tally, type RetentionTask } from '../../../activities/retention/retention-task'
import { jobFileSchema } from '../../../schemas/job-file'
import { whenFileEnds } from '../../stack/clean-up'
import { freshDatabase, queryRows } from '../../stack'

/** Which rows of the control database are too old, and which stay since later runs are compared with them. */
let url: string
let connections: Connections

const job = {
  ...jobFileSchema.parse({
    name: 'j',
    model: 'm@1',
    source: { parquet: 'x' },
    key: ['id'],
    sink: { postgres: 'p' },
    monitor: { reference: { trailing: 30 } },
  }),
  folder: '/',
  revision: 1,
}
const rows = <Row extends object>(sql: string, values: readonly unknown[] = []) =>
  queryRows<Row & Record<string, unknown>>(url, sql, values)

beforeEach(async () => {
  url = await freshDatabase()
  connections = new Connections({ controlUrl: url, environment: {} })
  await rows(`INSERT INTO nightscore.model (name, task) VALUES ('m', 'binary')`)
  await rows(
    `INSERT INTO nightscore.model_version (model, version, package_sha256, manifest, signature, files, runtime_version, created_by)
     VALUES ('m', 1, 's', '{}', '{}', '{}', '1', 'test')`,
  )
  for (const name of ['j', 'other'])
    await rows(
      `INSERT INTO nightscore.job (name, revision, folder, definition, source_text, sha256, created_by) VALUES ($1, 1, '', '{}', '', '', 'test')`,
      [name],
    )
  const opened = connections
  whenFileEnds(() => opened.close())
})

const newReference = async (kind: string, days = 100): Promise<string> => {
  const [made] = await rows<{ id: string }>(
    `INSERT INTO nightscore.reference_profile (identity, kind, source, model, model_version, rows, sampled, profile, segments, created_at)
     VALUES ($1, $2, '{}', 'm', 1, 1, false, 'ppp', 'ss', now() - $3 * interval '1 day') RETURNING reference_id AS id`,
    [randomUUID(), kind, days],
  )
  return made!.id
}

interface Run {
  readonly batch: string
  readonly days: number
  readonly job?: string
  readonly state?: string
  readonly reference?: string
  readonly dropped?: boolean
}
async function newRun({ batch, days, job: of = 'j', state = 'published', reference, dropped = false }: Run) {
  const runId = randomUUID()
  await rows(
    `INSERT INTO nightscore.run (run_id, job, job_revision, batch, revision, model, model_version, state, workflow_id, first_run_id,
       ended_at, published_at, reference_id, dropped_bytes)
     VALUES ($1, $2, 1, $3, 1, 'm', 1, $4, 'w', 'f', now() - $5 * interval '1 day', now() - $5 * interval '1 day', $6, $7)`,
    [runId, of, batch, state, days, reference ?? null, dropped ? 1 : null],
  )
  await rows(`INSERT INTO nightscore.run_profile VALUES ($1, 1, 'ppppp', 'sssss')`, [runId])
  await rows(
    `INSERT INTO nightscore.quarantine (run_id, shard_no, row_number, key, reason_code, detail) VALUES ($1, 0, 0, '{}', 'MISSING', '')`,
    [runId],
  )
  return runId
}

function taskOf(dryRun: boolean): RetentionTask {
  const heartbeat = { detail: () => undefined, signal: new AbortController().signal }
  // of a worker's dependencies only the connections are used here
  const deps = { connections } as RetentionTask['deps']
  return { deps, job, days: 50, dryRun, heartbeat, tally: new Tally() }
}

const countsOf = ({ tally }: RetentionTask) => tally.result().dropped.map(({ kind, count }) => [kind, count])

const batchesWith = async (table: string) =>
  (
    await rows<{ batch: string }>(
      `SELECT r.job || ' ' || batch AS batch FROM nightscore.${table} JOIN nightscore.run r USING (run_id) ORDER BY 1`,
    )
  ).map(({ batch }) => batch)

test('old quarantine goes; old profiles too, but for those of the batches that the next runs are compared with', async () => {
  for (let i = 10; i < 45; i += 1) await newRun({ batch: `b${i}`, days: 60 })
  await newRun({ batch: 'a-young', days: 40 })
  await newRun({ batch: 'z-dropped', days: 1, state: 'superseded', dropped: true })
  await newRun({ batch: 'b10', days: 60, job: 'other' })
  const dry = taskOf(true)
  await dropRows(dry)
  expect(await batchesWith('quarantine')).toHaveLength(38)
  const task = taskOf(false)
  await dropRows(task)
  expect(countsOf(task)).toEqual(countsOf(dry))
  expect(task.tally.result().dropped).toContainEqual({ kind: 'profiles', count: 6, bytes: 60 })
  expect(await batchesWith('quarantine')).toEqual(['j a-young', 'j z-dropped', 'other b10'])
  // 30 of the last batches (trailing), one that is young, the other job's
  const profiles = await batchesWith('run_profile')
  expect(profiles).toHaveLength(32)
  expect(profiles).toEqual(expect.arrayContaining(['j a-young', 'j b15', 'j b44', 'other b10']))
  expect(profiles).not.toContain('j b14')
})

test('a reference goes with the last run that is judged by it; those of packages, and of others’ runs, stay', async () => {
  const [old, shared, ofPackage, ofDropped, ofVisible, young] = [
    await newReference('trailing'),
    await newReference('parquet'),
    await newReference('model'),
    await newReference('trailing'),
    await newReference('trailing'),
    await newReference('trailing', 0),
  ]
  for (let i = 10; i < 40; i += 1) await newRun({ batch: `b${i}`, days: 60 })
  await newRun({ batch: 'a1', days: 60, reference: old, state: 'failed' })
  await newRun({ batch: 'a2', days: 60, reference: shared, state: 'failed' })
  await newRun({ batch: 'a2', days: 60, reference: shared, job: 'other' })
  // late labels would make the report of this one anew
  await newRun({ batch: 'a5', days: 60, reference: ofVisible })
  await newRun({ batch: 'a3', days: 60, reference: ofPackage })
  await newRun({ batch: 'a4', days: 1, reference: ofDropped, state: 'superseded', dropped: true })
  const dry = taskOf(true)
  await dropReferences(dry)
  expect(dry.tally.result().dropped).toEqual([{ kind: 'references', count: 2, bytes: 10 }])
  const task = taskOf(false)
  await dropReferences(task)
  await dropUnusedReferences(task)
  expect(task.tally.result().dropped).toEqual([{ kind: 'references', count: 2, bytes: 10 }])
  const left = await rows<{ id: string }>('SELECT reference_id AS id FROM nightscore.reference_profile')
  expect(left.map(({ id }) => id).sort()).toEqual([shared, ofPackage, ofVisible, young].sort())
  expect(await rows('SELECT FROM nightscore.run WHERE reference_id IS NOT NULL')).toHaveLength(3)
})
