import { readFileSync } from 'node:fs'
import type { EvaluationSummary, RunSummary } from '../../../../schemas/run'
import type { Challenge } from '../../../../workers/cli/demo-versions'
import { freshDatabase, freshTaskQueue, queryRows, runCli, temporaryFolder } from '../../../stack'

/** Flights of the nights of July 4 to 10, 2013. */
const flights = [737, 822, 805, 934, 1_004, 1_001, 1_004]

test('demo scores June and seven nights of July from nothing, and evaluates them; a second one scores July anew', async () => {
  const env = {
    DATABASE_URL: await freshDatabase({ migrated: false }),
    NIGHTSCORE_TASK_QUEUE: freshTaskQueue(),
    NIGHTSCORE_STORE: temporaryFolder(),
  }
  // between the two: a trial of each night for the comparison, and v2's revision of July 10
  for (const revisions of [flights.map(() => 1), [3, 3, 3, 3, 3, 3, 4]]) {
    const { code, stdout, stderr } = await runCli(['demo', '--json'], { env, timeoutMs: 400_000 })
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringContaining('Model flights-late@1') as string,
    })
    const { runs, evaluations, sample, reports, challenge } = JSON.parse(stdout) as {
      runs: RunSummary[]
      evaluations: EvaluationSummary[]
      sample: { rows: object[] }
      reports: string[]
      challenge: Challenge
    }
    expect(runs.map(({ rows }) => rows.scored)).toEqual(flights)
    expect(runs.map((run) => [run.state, run.revision, run.model])).toEqual(
      revisions.map((revision) => ['published', revision, 'flights-late@1']),
    )
    expect(sample.rows).toHaveLength(5)
    // no night fails before its labels arrive; with them the storms of July 7 to 10 are told from July 4 to 6
    expect(runs.map(({ verdict }) => verdict)).not.toContain('fail')
    expect(evaluations.map(({ verdict }) => verdict === 'fail')).toEqual([
      false,
      false,
      false,
      true,
      true,
      true,
      true,
    ])
    const rows = flights.reduce((sum, one) => sum + one)
    expect(challenge).toMatchObject({
      comparison: {
        champion: 'flights-late@1',
        challenger: 'flights-late@2',
        rowsBoth: rows,
        nonInferiority: 'ok',
      },
      promotion: { version: 2, formerVersion: 1, forced: false },
      run: { batch: '2013-07-10', model: 'flights-late@2', state: 'published' },
      rollback: {
        from: { model: 'flights-late@2' },
        to: { revision: revisions[6], model: 'flights-late@1' },
      },
    })
    const pages = reports.map((file) => readFileSync(file, 'utf8'))
    expect(pages.every((page) => page.startsWith('<!doctype html>') && page.length < 1 << 20)).toBe(true)
  }
  const found = await queryRows(
    env.DATABASE_URL,
    `SELECT (SELECT count(*)::int FROM nightscore.model_version) AS versions, (SELECT count(*)::int FROM nightscore.job) AS jobs,
            (SELECT count(*)::int FROM predictions.flights_late WHERE batch >= '2013-07-01') AS predictions,
            (SELECT count(DISTINCT batch)::int FROM predictions.flights_late) AS nights`,
  )
  expect(found).toEqual([
    { versions: 2, jobs: 1, predictions: flights.reduce((sum, one) => sum + one), nights: 37 },
  ])
}, 900_000)
