import type { Comparison, Measured, Rounds } from './compare-rounds'
import type { ThreadTimes } from './cpu-profile'
import type { Machine } from './machine'
import { median } from './median'
import type { ProductMeasured } from './run-product'
import { measuredAs, peerTitles, peers, postgresAlone, type Work } from './works'

/** All that a run of the benchmark found. */
export interface Results {
  /** ISO 8601. */
  readonly at: string
  readonly machine: Machine
  readonly rowCount: number
  readonly roundCount: number
  readonly works: readonly Work[]
  readonly rounds: Rounds
  readonly comparisons: readonly Comparison[]
  /** By work's name, its rounds. */
  readonly ours: ReadonlyMap<string, readonly ProductMeasured[]>
  /** By work's name. */
  readonly profiles: ReadonlyMap<string, readonly ThreadTimes[]>
  /** What the benchmark of drift printed; null where it was not run. */
  readonly drift: string | null
  /** Why Ray Data was left out; null where it was not. */
  readonly withoutRay: string | null
}

const count = (value: number): string => Math.round(value).toLocaleString('en')
const fixed = (value: number | null, digits: number): string => (value === null ? '?' : value.toFixed(digits))
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

/** Markdown. Every number in it is from the run. */
export function resultsPage(results: Results): string {
  const { rowCount, roundCount, machine, drift, withoutRay } = results
  const versions = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`)
  return [
    '# Results',
    `Written by \`npm run bench\` on ${results.at.slice(0, 10)} at commit ${machine.commit}: ${count(rowCount)} rows x 16 float32 features ` +
      `and an int64 key, ${roundCount} ${roundCount === 1 ? 'round' : 'rounds'} in turn. What is measured and how: [README](README.md).`,
    `Machine: ${machine.cpu}, ${machine.memory}, ${machine.system}; load before the first measurement ${machine.loadBefore.toFixed(2)}. ` +
      `Postgres and Temporal on the same cores.`,
    `Versions: ${versions.join(', ')}.`,
    '## Ratios',
    'How many times as fast a whole run of ours is: the median of the rounds, and their range. Every output was checked first. By CPU time: the ratio of what it cost, all processes together.',
    ratios(results),
    ...limitOfPostgres(results),
    ...(withoutRay === null ? [] : [`Ray Data was left out: ${withoutRay}`]),
    '## Seconds and memory',
    'Median and range of the rounds. CPU: all processes, Postgres and Temporal too. Peak: the most that was resident in the worker or the peer, of Ray in all its processes.',
    seconds(results),
    '## Where the time of our runs goes',
    'Threads: seconds of the scoring threads, together. Phases: seconds by the clock.',
    stages(results),
    ...profileSection(results),
    ...(drift === null ? [] : ['## Drift', 'Against Evidently, by `npm run bench:drift`:', fenced(drift)]),
    '',
  ].join('\n\n')
}

const fenced = (text: string): string => `\`\`\`\n${text.trim()}\n\`\`\``

function ratios({ comparisons }: Results): string {
  if (comparisons.length === 0) return 'No peer was measured.'
  return table(
    ['work', 'against', 'ours, rows/s', 'theirs, rows/s', 'ratio', 'range', 'target', '', 'by CPU time'],
    comparisons.map(({ work, peer, ours, theirs, ratio, least, most, cpuRatio, target, met }) => [
      work.title,
      peerTitles[peer],
      count(ours),
      count(theirs),
      ratio.toFixed(2),
      `${least.toFixed(2)} to ${most.toFixed(2)}`,
      target.toString(),
      met ? 'met' : '**not met**',
      cpuRatio === null ? '?' : cpuRatio.toFixed(2),
    ]),
  )
}

/** How far any run into Postgres could come, against those whose targets are missed. */
function limitOfPostgres({ comparisons, rounds }: Results): string[] {
  const alone = rounds.get(postgresAlone) ?? []
  const missed = comparisons.filter(({ work, met }) => work.sink === 'postgres' && !met)
  if (alone.length === 0 || missed.length === 0) return []
  const least = median(alone.map((one) => one.seconds))
  const items = missed.map(({ work, peer, target, theirs }) => {
    const measured = rounds.get(measuredAs(work, peer)) ?? []
    const peerSeconds = median(measured.map((one) => one.seconds))
    return (
      `- ${work.title}, ${peerTitles[peer]}: ${target} x would be ${(peerSeconds / target).toFixed(2)} s for everything; ` +
      `Postgres alone allows ${(peerSeconds / least).toFixed(2)} x (${count(theirs)} rows/s theirs)`
    )
  })
  return [
    `Targets that are missed, beside what Postgres alone takes of a run, ${least.toFixed(2)} s: finished predictions from memory into ` +
      `the product's own table by two connections, its columns, key and count. Nothing is read, checked, scored or profiled in that time:`,
    items.join('\n'),
  ]
}

function seconds({ works, rounds }: Results): string {
  const titled = new Map([[postgresAlone, 'Postgres alone: load, key and count']])
  for (const work of works) {
    titled.set(measuredAs(work, 'ours'), `${work.title}: ours`)
    for (const peer of peers) {
      const whole = peer === 'expert' ? work.title : work.title.replace(/,.*/, '')
      titled.set(measuredAs(work, peer), `${whole}: ${peerTitles[peer]}`)
    }
  }
  const lines = [...titled].flatMap(([id, title]) => {
    const measured = rounds.get(id)
    return measured === undefined || measured.length === 0 ? [] : [line(title, measured)]
  })
  return table(['', 'seconds', 'range', 'CPU s', 'peak MB', 'how'], lines)
}

function line(title: string, measured: readonly Measured[]): string[] {
  const all = measured.map((one) => one.seconds)
  const middle = (values: readonly (number | null)[]): number | null =>
    values.includes(null) ? null : median(values as readonly number[])
  return [
    title,
    median(all).toFixed(2),
    `${Math.min(...all).toFixed(2)} to ${Math.max(...all).toFixed(2)}`,
    fixed(middle(measured.map(({ cpuSeconds }) => cpuSeconds)), 1),
    fixed(middle(measured.map(({ peakMb }) => peakMb)), 0),
    [...new Set(measured.flatMap(({ note }) => note ?? []))].join('; '),
  ]
}

function stages({ works, ours }: Results): string {
  const measured = works.flatMap((work) => {
    const runs = ours.get(work.name) ?? []
    // the run with the median time: medians of stages need not add up
    const middle = [...runs].sort((a, b) => a.seconds - b.seconds)[runs.length >> 1]
    return middle === undefined ? [] : [{ work, middle }]
  })
  const first = measured[0]?.middle
  if (first === undefined) return 'Not measured.'
  const [stageNames, phaseNames] = [Object.keys(first.stages), Object.keys(first.phases)]
  return table(
    [
      'work',
      'shards',
      ...stageNames.map((name) => `${name}, thread s`),
      ...phaseNames.map((name) => `${name}, s`),
      'all, s',
    ],
    measured.map(({ work, middle }) => [
      work.title,
      String(middle.shards),
      ...stageNames.map((name) => fixed(middle.stages[name] ?? null, 2)),
      ...phaseNames.map((name) => fixed(middle.phases[name] ?? null, 2)),
      middle.seconds.toFixed(2),
    ]),
  )
}

function profileSection({ works, profiles }: Results): string[] {
  if (profiles.size === 0) return []
  return [
    '## Profile',
    'One more run of each, its worker under `node --cpu-prof` (start and warm-up are in it): the functions with the most time in themselves, thread by thread. What is native has no file.',
    ...works.flatMap((work) =>
      (profiles.get(work.name) ?? []).flatMap(({ thread, busySeconds, top }) => [
        `### ${work.title}: ${thread}, busy ${busySeconds.toFixed(1)} s`,
        table(
          ['function', 'seconds', 'share'],
          top.map(({ where, seconds: spent, share }) => [
            `\`${where}\``,
            spent.toFixed(2),
            `${(100 * share).toFixed(1)} %`,
          ]),
        ),
      ]),
    ),
  ]
}
