import fs from 'node:fs'
import path from 'node:path'
import type { BenchStack } from '../bench-stack'
import { benchFolder, type BenchData } from './bench-data'
import type { BenchOptions } from './bench-options'
import type { Expected } from './check-output'
import type { Measured } from './compare-rounds'
import type { ThreadTimes } from './cpu-profile'
import { processTree } from './process-tree'
import { readCpuProfiles } from './read-cpu-profiles'
import { runLoad } from './run-load'
import { runPeer } from './run-peer'
import { runProduct, type ProductMeasured, type ProductTask } from './run-product'
import { measuredAs, postgresAlone, roundPlan, type Entrant, type ModelName, type Work } from './works'

export interface AllMeasured {
  readonly rounds: Map<string, Measured[]>
  readonly ours: Map<string, ProductMeasured[]>
  readonly profiles: Map<string, ThreadTimes[]>
}

/** What a worker scores before it is measured, enough for both threads; and what peers choose their ways by. */
const fewCount = 500_000
const sourceTable = 'bench_rows'

/** Takes turns, round by round; each output is checked before its figure is told. */
export async function measureAll(
  stack: BenchStack,
  data: BenchData,
  { works, rowCount, roundCount, against, profile }: BenchOptions,
  say: (line: string) => void,
): Promise<AllMeasured> {
  const all: AllMeasured = { rounds: new Map(), ours: new Map(), profiles: new Map() }
  const rows = await data.rows(rowCount)
  const fewRows = await data.rows(Math.min(fewCount, rowCount))
  const source = `SELECT * FROM ${sourceTable}`
  const sources = { rows, fewRows, source, fewSource: `${source} WHERE id < ${fewCount}` }
  const models = new Map<ModelName, { readonly name: string; readonly expected: Expected }>()
  for (const model of new Set(works.map((work) => work.model))) {
    const name = await stack.register(data.packageFolder(model))
    say(`${name}: what raw ONNX Runtime makes of ${rowCount.toLocaleString('en')} rows`)
    models.set(model, { name, expected: await data.expected(model, rowCount) })
  }
  if (works.some(({ source }) => source === 'postgres')) {
    say('loading the rows into Postgres')
    await data.call('peers.py', 'load', JSON.stringify({ rows, url: stack.databaseUrl, table: sourceTable }))
    await stack.connections.control.query(`VACUUM ANALYZE ${sourceTable}`)
  }
  const [postgresPid, temporalPid] = await serverPids(stack)
  const productTask = (work: Work, batch: string): ProductTask => {
    const { name, expected } = models.get(work.model)!
    const pids = [postgresPid, temporalPid].filter((pid) => pid !== null)
    return { work, model: name, ...sources, expected, batch, serverPids: pids }
  }
  const told = (what: string, { seconds, cpuSeconds, peakMb }: Measured): void => {
    const rate = `${Math.round(rowCount / seconds).toLocaleString('en')} rows/s`
    say(
      `${what}: ${seconds.toFixed(2)} s, ${rate}, CPU ${cpuSeconds?.toFixed(1) ?? '?'} s, peak ${peakMb?.toFixed(0) ?? '?'} MB`,
    )
  }
  const takesPart = (entrant: Entrant): boolean =>
    entrant === 'ours' || (against.includes(entrant) && (entrant !== 'ray' || data.ray.python !== null))

  for (let round = 0; round < roundCount; round += 1) {
    for (const { work, entrant } of roundPlan(works, round, takesPart)) {
      const id = measuredAs(work, entrant)
      const what = `round ${round + 1} of ${roundCount}, ${id}`
      let measured: Measured
      if (entrant === 'ours') {
        const run = await runProduct(stack, productTask(work, `round-${round}`))
        add(all.ours, work.name, run)
        measured = run
      } else {
        const { expected } = models.get(work.model)!
        measured = await runPeer(data, stack, { work, peer: entrant, ...sources, expected, postgresPid })
      }
      add(all.rounds, id, measured)
      told(what, measured)
    }
    if (works.some(({ sink }) => sink === 'postgres')) {
      const measured = await runLoad(stack, rowCount, postgresPid)
      add(all.rounds, postgresAlone, measured)
      told(`round ${round + 1} of ${roundCount}, ${postgresAlone}`, measured)
    }
  }

  if (profile)
    for (const work of works) {
      const folder = path.join(benchFolder, 'profiles', work.name)
      fs.rmSync(folder, { recursive: true, force: true })
      const nodeArguments = ['--cpu-prof', `--cpu-prof-dir=${folder}`]
      const run = await runProduct(stack, { ...productTask(work, 'profile'), nodeArguments })
      told(`profile of ours/${work.name}`, run)
      all.profiles.set(work.name, readCpuProfiles(folder))
    }
  return all
}

function add<T>(map: Map<string, T[]>, key: string, value: T): void {
  map.set(key, [...(map.get(key) ?? []), value])
}

/** Of servers on this machine, else null. */
async function serverPids({ connections: { control } }: BenchStack): Promise<[number | null, number | null]> {
  const { rows } = await control.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
  const postgres = processTree.parentOf(rows[0]?.pid ?? 0)
  try {
    const file = path.join(benchFolder, '.nightscore', 'stack.json')
    const state = JSON.parse(fs.readFileSync(file, 'utf8')) as {
      readonly temporal?: { readonly process: { readonly pid: number } }
    }
    return [postgres, state.temporal?.process.pid ?? null]
  } catch {
    return [postgres, null]
  }
}
