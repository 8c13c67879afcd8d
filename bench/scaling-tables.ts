import { scalingConstants, type ScalingConstant } from './scaling-constants'
import { inFlightFor, scalingModel } from './scaling-model'

/** The tables of docs/scaling.md, by name, in Markdown. */
export function scalingTables(): Readonly<Record<string, string>> {
  return { constants: constantsTable(), size: sizeTable(), time: timeTable() }
}

function constantsTable(): string {
  const all: readonly ScalingConstant[] = Object.values(scalingConstants)
  return table(
    ['what', 'value', '', 'from'],
    all.map(({ of, value, unit, kind, from }) => [of, `${value} ${unit}`, kind, from]),
  )
}

const sizes = [
  { rows: 5e6, shardRows: 250_000 },
  { rows: 1e9, shardRows: 250_000 },
  { rows: 1e9, shardRows: 1_000_000 },
  { rows: 1e10, shardRows: 250_000 },
  { rows: 1e10, shardRows: 1_000_000 },
]

function sizeTable(): string {
  return table(
    [
      'rows',
      '`shards.rows`',
      'shards',
      'children',
      'events of the largest history',
      'source GB',
      'table GB',
      'key GB',
      'log GB',
    ],
    sizes.map(({ rows, shardRows }) => {
      const one = scalingModel({ rows, shardRows, workerCores: 1, postgresCores: 1, trees: true })
      return [
        count(rows),
        count(shardRows),
        count(one.shards),
        count(one.children),
        count(one.events),
        ...[one.sourceGb, one.tableGb, one.keyGb, one.logGb].map(figure),
      ]
    }),
  )
}

const machines = [
  { workers: 1, threads: 2, postgresCores: 2 },
  { workers: 4, threads: 8, postgresCores: 8 },
  { workers: 16, threads: 16, postgresCores: 32 },
]

function timeTable(): string {
  return table(
    [
      'rows',
      'model',
      'workers x threads',
      'Postgres cores',
      '`inFlight`',
      'score h',
      'COPY h',
      'orchestration h',
      'key h',
      'in all h',
      'bound by',
    ],
    [1e9, 1e10].flatMap((rows) =>
      machines.flatMap(({ workers, threads, postgresCores }) =>
        [true, false].map((trees) => {
          const one = scalingModel({
            rows,
            shardRows: 1_000_000,
            workerCores: workers * threads,
            postgresCores,
            trees,
          })
          return [
            count(rows),
            trees ? 'trees' : 'linear',
            `${workers} x ${threads}`,
            String(postgresCores),
            count(inFlightFor(workers, threads)),
            ...[one.scoreHours, one.copyHours, one.orchestrationHours, one.keyHours, one.hours].map(figure),
            one.bound,
          ]
        }),
      ),
    ),
  )
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')).replaceAll(' ', ''), ...rows.map(line)].join('\n')
}

const count = (value: number): string => value.toLocaleString('en')

/** Two digits that count. */
const figure = (value: number): string =>
  value >= 100 ? count(Math.round(value)) : String(Number(value.toPrecision(2)))
