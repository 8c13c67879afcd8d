import { compareRounds, type Measured } from '../../../bench/peers/compare-rounds'
import { resultsPage, type Results } from '../../../bench/peers/results-page'
import { works } from '../../../bench/peers/works'

const [lightgbm] = works
const run = (seconds: number) => ({
  seconds,
  cpuSeconds: 2 * seconds,
  peakMb: 512,
  shards: 25,
  stages: { read: 1, total: seconds },
  phases: { plan: 0.25 },
})
const rounds = new Map<string, Measured[]>([
  ['ours/lightgbm', [run(10), run(12), run(11)]],
  [
    'expert/lightgbm',
    [15, 15, 11].map((seconds) => ({ seconds, cpuSeconds: null, peakMb: 300, note: 'two threads' })),
  ],
])
const results: Results = {
  at: '2026-11-22T01:02:03Z',
  machine: {
    cpu: '2 x Some CPU',
    memory: '24 GB',
    system: 'Some Linux',
    loadBefore: 0.1,
    commit: 'abc1234',
    versions: { 'Node.js': '20.3.0', Ray: '2.60.0' },
  },
  rowCount: 5_500_000,
  roundCount: 3,
  works: [lightgbm!],
  rounds,
  comparisons: compareRounds([lightgbm!], rounds, 5_500_000),
  ours: new Map([['lightgbm', [run(10), run(12), run(11)]]]),
  profiles: new Map([
    [
      'lightgbm',
      [{ thread: 'scoring thread 2', busySeconds: 9, top: [{ where: 'run', seconds: 6, share: 2 / 3 }] }],
    ],
  ]),
  drift: 'psi 55 x',
  withoutRay: 'pip must reach a package index',
}
const page = resultsPage(results)

test.each([
  ['the machine', 'Machine: 2 x Some CPU, 24 GB, Some Linux; load before the first measurement 0.10.'],
  ['versions', 'Versions: Node.js 20.3.0, Ray 2.60.0.'],
  ['what was measured', 'on 2026-11-22 at commit abc1234: 5,500,000 rows x 16 float32 features'],
  [
    'a ratio with its verdict',
    '| LightGBM, Parquet to Postgres | expert Python | 500,000 | 366,667 | 1.25 | 1.00 to 1.50 | 1.2 | met | ? |',
  ],
  ['our seconds', '| LightGBM, Parquet to Postgres: ours | 11.00 | 10.00 to 12.00 | 22.0 | 512 |  |'],
  [
    'a peer’s',
    '| LightGBM, Parquet to Postgres: expert Python | 15.00 | 11.00 to 15.00 | ? | 300 | two threads |',
  ],
  ['stages of the run in the middle', '| LightGBM, Parquet to Postgres | 25 | 1.00 | 11.00 | 0.25 | 11.00 |'],
  ['the profile', '### LightGBM, Parquet to Postgres: scoring thread 2, busy 9.0 s'],
  ['its functions', '| `run` | 6.00 | 66.7 % |'],
  ['drift', '```\npsi 55 x\n```'],
  ['who was left out', 'Ray Data was left out: pip must reach a package index'],
])('the page has %s', (_, text) => {
  expect(page).toContain(text)
})

test('a target that is missed is told so', () => {
  const slower = new Map([...rounds, ['expert/lightgbm', rounds.get('ours/lightgbm')!]])
  const comparisons = compareRounds([lightgbm!], slower, 5_500_000)
  expect(resultsPage({ ...results, comparisons })).toContain(
    '| 1.00 | 1.00 to 1.00 | 1.2 | **not met** | 1.00 |',
  )
})

test('what was not run has no section', () => {
  const without = resultsPage({ ...results, profiles: new Map(), drift: null, withoutRay: null })
  expect(without).not.toMatch(/## Profile|## Drift|left out/)
  expect(resultsPage({ ...results, comparisons: [] })).toContain('No peer was measured.')
})

test('a target into Postgres that is missed stands beside what Postgres alone takes', () => {
  const slow = new Map(rounds).set(
    'expert/lightgbm',
    [4, 4, 4].map((seconds) => ({ ...run(seconds) })),
  )
  const alone = new Map(slow).set(
    'postgres alone',
    [3, 2, 2.5].map((seconds) => ({ ...run(seconds) })),
  )
  const pageOf = (measured: ReadonlyMap<string, Measured[]>): string =>
    resultsPage({
      ...results,
      rounds: measured,
      comparisons: compareRounds([lightgbm!], measured, 5_000_000),
    })
  expect(pageOf(alone)).toContain(
    'expert Python: 1.2 x would be 3.33 s for everything; Postgres alone allows 1.60 x (1,250,000 rows/s theirs)',
  )
  expect(pageOf(slow)).not.toContain('would be')
  expect(pageOf(rounds)).not.toContain('would be')
})
