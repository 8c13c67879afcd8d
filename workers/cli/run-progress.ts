import { Format, SingleBar } from 'cli-progress'
import type { CliIo } from './cli-io'
import { count, tell } from './output'
import type { RunStatus } from './run-status'

/** Shows how far a run is, on stderr. */
export interface RunProgress {
  update(status: RunStatus): void
  /** A line that must not be lost between the bar's redraws. */
  note(line: string): void
  end(): void
}

/** Between two lines of one state when nothing redraws them, in milliseconds. */
const lineEveryMs = 10_000

/** A bar on a terminal; elsewhere a line at each change of state, and every ten seconds of scoring. */
export function createRunProgress(io: CliIo, label: string, now: () => number = Date.now): RunProgress {
  return io.stderr.isTTY === true ? bar(io, label) : lines(io, label, now)
}

function bar(io: CliIo, label: string): RunProgress {
  const single = new SingleBar({
    stream: io.stderr,
    format: (options, { progress, value, total }, { text }) =>
      `${label}  ${Format.BarFormat(progress, options)}  ${value}/${total} shards  ${String(text)}`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
    gracefulExit: false,
  })
  single.start(1, 0, { text: 'opening' })
  return {
    update(status) {
      single.setTotal(status.shards ?? 1)
      single.update(status.shardsDone, { text: describe(status) })
    },
    note(line) {
      if (io.stderr.isTTY === true) io.stderr.write('\r\x1b[K')
      tell(io, line)
    },
    end: () => single.stop(),
  }
}

function lines(io: CliIo, label: string, now: () => number): RunProgress {
  let shown = ''
  let shownAt = 0
  return {
    update(status) {
      const line = `${label}  ${status.shardsDone}/${status.shards ?? '?'} shards  ${describe(status)}`
      const changed = status.state !== shown
      if (!changed && now() - shownAt < lineEveryMs) return
      shown = status.state
      shownAt = now()
      tell(io, line)
    },
    note: (line) => tell(io, line),
    end: () => undefined,
  }
}

function describe({ state, rows, scoringMs }: RunStatus): string {
  const speed = scoringMs > 0 ? `, ${count(rows.read / (scoringMs / 1_000))} rows read/s` : ''
  return rows.read === 0
    ? state
    : `${state}: ${count(rows.read)} rows read, ${count(rows.quarantined)} quarantined${speed}`
}
