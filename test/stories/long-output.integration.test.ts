import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { cliFile } from '../stack/run-cli'
import { goldenModel, startScenario } from '../stack/scenario'

test('an answer longer than a pipe takes at once is whole', async () => {
  const scenario = await startScenario()
  await scenario.register(goldenModel('quality-rules'))
  await scenario.apply({
    name: 'j',
    model: 'quality-rules@champion',
    source: { parquet: '{batch}.parquet' },
    key: ['id'],
    sink: { postgres: 'predictions.j' },
  })
  await scenario.rows(
    `INSERT INTO nightscore.run (run_id, job, job_revision, batch, revision, model, model_version, state, publish, workflow_id, first_run_id)
     SELECT gen_random_uuid(), 'j', 1, 'b' || i, 1, 'quality-rules', 1, 'failed', true, 'w' || i, 'f' || i FROM generate_series(1, 500) i`,
  )
  // a reader that takes its time: a pipe holds 64 KB until then
  const { stdout } = await promisify(execFile)(
    'sh',
    ['-c', `"${process.execPath}" "${cliFile}" run list --limit 500 --json | { sleep 2; cat; }`],
    { env: { ...process.env, DATABASE_URL: scenario.databaseUrl }, maxBuffer: 10_000_000 },
  )
  expect(stdout.length).toBeGreaterThan(200_000)
  expect(JSON.parse(stdout)).toHaveLength(500)
})
