/** The parts that we read of what `node --cpu-prof` writes: https://chromedevtools.github.io/devtools-protocol/tot/Profiler */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
  }[]
  /** A node's id for each sample. */
  readonly samples: readonly number[]
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[]
}

export interface SelfTime {
  /** `function (file:line)`; without a file where it is native. */
  readonly where: string
  readonly seconds: number
  /** Of the thread's busy time, 0 to 1. */
  readonly share: number
}

export interface ThreadTimes {
  readonly thread: string
  readonly busySeconds: number
  /** Those with the most time in themselves, not in what they call. */
  readonly top: readonly SelfTime[]
}

/** A thread of Piscina waits for its next task in atomicsWaitLoop. */
const waiting = new Set(['(idle)', '(root)', 'atomicsWaitLoop'])

/** Where a thread was busy. @param count how many functions */
export function threadTimes(thread: string, profile: CpuProfile, count: number): ThreadTimes {
  const nodes = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]))
  const spent = new Map<string, number>()
  let busySeconds = 0
  profile.samples.forEach((id, at) => {
    const frame = nodes.get(id)
    const seconds = (profile.timeDeltas[at] ?? 0) / 1e6
    if (frame === undefined || waiting.has(frame.functionName)) return
    busySeconds += seconds
    const where = place(frame)
    spent.set(where, (spent.get(where) ?? 0) + seconds)
  })
  const top = [...spent]
    .sort(([, a], [, b]) => b - a)
    .slice(0, count)
    .map(([where, seconds]) => ({ where, seconds, share: seconds / busySeconds }))
  return { thread, busySeconds, top }
}

/** What the thread is for, by the file that it runs. */
export function threadRole(profile: CpuProfile, threadNo: number): string {
  if (threadNo === 0) return 'main thread'
  const runs = (file: string) => profile.nodes.some(({ callFrame }) => callFrame.url.includes(file))
  if (runs('score-shard-thread')) return `scoring thread ${threadNo}`
  return runs('/workflow-bundle') || runs('workflow-worker-thread')
    ? `workflow thread ${threadNo}`
    : `thread ${threadNo}`
}

function place({ functionName, url, lineNumber }: CpuProfile['nodes'][number]['callFrame']): string {
  const name = functionName === '' ? '(anonymous)' : functionName
  const file = url
    .replace(/^file:\/\//, '')
    .replace(/^.*\/node_modules\//, '')
    .replace(/^\/.*?\/dist\//, '')
  return file === '' ? name : `${name} (${file}:${lineNumber + 1})`
}
