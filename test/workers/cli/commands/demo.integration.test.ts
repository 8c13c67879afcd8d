import type { RunSummary } from '../../../../schemas/run'
import { freshDatabase, freshTaskQueue, queryRows, runCli, temporaryFolder } from '../../../stack'

/** Flights of the nights of July 4 to 10, 2013. */
const flights = [737, 822, 805, 934, 1_004, 1_001, 1_004]

test('demo scores seven nights from nothing; a second one finds model and job and scores them anew', async () => {
  const env = {
    DATABASE_URL: await freshDatabase({ migrated: false }),
    NIGHTSCORE_TASK_QUEUE: freshTaskQueue(),
    NIGHTSCORE_STORE: temporaryFolder(),
  }
  for (const revision of [1, 2]) {
    const { code, stdout, stderr } = await runCli(['demo', '--json'], { env })
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringContaining('Model flights-late@1') as string,
    })
    const { runs, sample } = JSON.parse(stdout) as { runs: RunSummary[]; sample: { rows: object[] } }
    expect(runs.map(({ rows }) => rows.scored)).toEqual(flights)
    expect(runs.map((run) => [run.state, run.revision, run.model])).toEqual(
      flights.map(() => ['published', revision, 'flights-late@1']),
    )
    expect(sample.rows).toHaveLength(5)
  }
  const found = await queryRows(
    env.DATABASE_URL,
    `SELECT (SELECT count(*)::int FROM nightscore.model_version) AS versions, (SELECT count(*)::int FROM nightscore.job) AS jobs,
            (SELECT count(*)::int FROM predictions.flights_late) AS predictions`,
  )
  expect(found).toEqual([{ versions: 1, jobs: 1, predictions: flights.reduce((sum, one) => sum + one) }])
})
