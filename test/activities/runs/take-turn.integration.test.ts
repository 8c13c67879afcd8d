import { type NightscoreError } from '../../../schemas/errors'
import type { Deps } from '../../../activities/deps'
import { openRun } from '../../../activities/runs/open-run'
import { takeTurn } from '../../../activities/runs/take-turn'
import { eventually, goldenModel, type Scenario, startScenario } from '../../stack/scenario'

let scenario: Scenario
/** Workflows that have ended without closing their run. */
const gone = new Set<string>()
let deps: Deps
let jobs = 0
let job = ''

const apply = (maxConcurrentRuns: number) =>
  scenario.apply({
    name: job,
    model: 'quality-rules@champion',
    source: { parquet: 'x.parquet' },
    key: ['id'],
    sink: { postgres: `predictions.${job}` },
    maxConcurrentRuns,
  })

beforeAll(async () => {
  scenario = await startScenario()
  await scenario.register(goldenModel('quality-rules'))
  const { connections } = scenario
  deps = { connections, workflowIsOpen: (id: string) => Promise.resolve(!gone.has(id)) } as never
}, 60_000)
beforeEach(async () => {
  job = `turns${++jobs}`
  await apply(2)
})

/** Opens a run of a batch; those opened later are younger. */
async function open(batch: string): Promise<string> {
  const workflow = { workflowId: `${job}/${batch}`, firstRunId: `first-${batch}` }
  const { runId } = await openRun(deps, { input: { job, batch }, ...workflow, due: '2013-07-04T00:00:00Z' })
  return runId
}
const openAll = async (...batches: string[]) => {
  const runs: string[] = []
  for (const batch of batches) runs.push(await open(batch))
  return runs
}
/** Which of them get their turn. */
const ask = (runs: readonly string[]) =>
  Promise.all(
    runs.map((runId) =>
      takeTurn(deps, runId).then(
        () => true,
        (error: unknown) => {
          expect((error as NightscoreError).code).toBe('RUN_WAITS')
          return false
        },
      ),
    ),
  )
const set = (runId: string | undefined, change: string) =>
  scenario.rows(`UPDATE nightscore.run SET ${change} WHERE run_id = $1`, [runId])

test('of twenty that ask at once, as many get a turn as may', async () => {
  const runs = await openAll(...Array.from({ length: 20 }, (_, i) => `b${i}`))
  const turns = await ask(runs)
  expect(turns.filter(Boolean)).toHaveLength(2)
  expect(await ask(runs)).toEqual(turns) // whoever has its turn keeps it, however often it asks
})

test('the place of one that ended goes to the oldest that waits', async () => {
  const [a, b, c, d] = (await openAll('a', 'b', 'c', 'd')) as [string, string, string, string]
  expect([await ask([a]), await ask([b]), await ask([c]), await ask([d])].flat()).toEqual([
    true,
    true,
    false,
    false,
  ])
  await set(a, `state = 'published'`)
  expect([await ask([d]), await ask([c]), await ask([d])].flat()).toEqual([false, true, false])
})

test('the error says how many are before it and what to do', async () => {
  const [a, b, c] = (await openAll('a', 'b', 'c')) as [string, string, string]
  await ask([a, b])
  await expect(takeTurn(deps, c)).rejects.toMatchObject({
    code: 'RUN_WAITS',
    retryable: true,
    message: expect.stringMatching(
      /2 runs of turns\d+ at work.*fewer than maxConcurrentRuns \(2\).*Raise maxConcurrentRuns/,
    ),
  })
})

test('one that stopped asking blocks nobody', async () => {
  const [a, b, c, d] = (await openAll('a', 'b', 'c', 'd')) as [string, string, string, string]
  expect([await ask([a]), await ask([b]), await ask([c])].flat()).toEqual([true, true, false])
  await set(a, `state = 'failed'`)
  await set(c, `turn_asked_at = now() - interval '3 minutes'`)
  expect(await ask([d])).toEqual([true])
})

test('a held run takes no place', async () => {
  const [a, b, c] = (await openAll('a', 'b', 'c')) as [string, string, string]
  expect([await ask([a]), await ask([b])].flat()).toEqual([true, true])
  await set(a, `state = 'held'`)
  expect(await ask([c])).toEqual([true])
})

test('a run whose workflow was terminated gives its place back, and is marked failed', async () => {
  const [a, b, c] = (await openAll('a', 'b', 'c')) as [string, string, string]
  await ask([a, b])
  gone.add(`${job}/a`)
  expect(await ask([c])).toEqual([true])
  const [run] = await scenario.rows('SELECT state, error_code FROM nightscore.run WHERE run_id = $1', [a])
  expect(run).toEqual({ state: 'failed', error_code: 'RUN_ABANDONED' })
})

test('a number that is raised counts at once, for runs that wait already', async () => {
  const [a, b, c] = (await openAll('a', 'b', 'c')) as [string, string, string]
  await ask([a, b])
  expect(await ask([c])).toEqual([false])
  await apply(3)
  expect(await ask([c])).toEqual([true])
})

test('jobs do not wait for each other', async () => {
  await ask(await openAll('a', 'b'))
  job = `turns${++jobs}`
  await apply(1)
  expect(await ask(await openAll('a'))).toEqual([true])
})

test('a run that was closed meanwhile is told so', async () => {
  const run = await open('a')
  await set(run, `state = 'cancelled'`)
  await expect(takeTurn(deps, run)).rejects.toMatchObject({ code: 'RUN_STATE' })
})

test('a turn is on record as taken after the end of the run whose place it got, however long it waited for the lock', async () => {
  await apply(1)
  const [a, b] = (await openAll('a', 'b')) as [string, string]
  expect(await ask([a])).toEqual([true])
  const { control } = scenario.connections
  const holder = await control.connect()
  await holder.query('BEGIN')
  await holder.query(`SELECT pg_advisory_xact_lock(hashtextextended('nightscore turns ' || $1, 0))`, [job])
  const asked = ask([b])
  await eventually(async () => {
    const waiting = await scenario.rows(
      `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory'`,
    )
    return waiting.length > 0 || undefined
  })
  await set(a, `state = 'published', ended_at = now()`)
  await holder.query('COMMIT')
  holder.release()
  expect(await asked).toEqual([true])
  expect(
    await scenario.rows(
      `SELECT mine.turn_at > other.ended_at AS after FROM nightscore.run mine, nightscore.run other
       WHERE mine.run_id = $1 AND other.run_id = $2`,
      [b, a],
    ),
  ).toEqual([{ after: true }])
})
