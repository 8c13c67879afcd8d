import { detailsTable } from './details-table'
import type { RowCounts, RunState } from '../../schemas/run'

/** How far a run is: the answer of the query `progress`. */
export interface RunProgress {
  readonly runId: string | null
  readonly batch: string | null
  readonly model: string | null
  readonly state: RunState
  readonly shards: number
  /** Above 150 shards child workflows score them: then this grows by whole children. */
  readonly shardsDone: number
  readonly rows: RowCounts
  readonly rowsPerSecond: number
  /** Until the last shard; null before it can be told. */
  readonly secondsLeft: number | null
  /** The report's first line and where it is, once there is one. */
  readonly headline?: string | null
  readonly report?: string | null
}

/** The speed of scoring, and when it ends if it goes on so. @param scoringMs since the first shard could start */
export function progressSpeed(
  { shards, shardsDone, rows }: Pick<RunProgress, 'shards' | 'shardsDone' | 'rows'>,
  scoringMs: number,
): Pick<RunProgress, 'rowsPerSecond' | 'secondsLeft'> {
  return {
    rowsPerSecond: scoringMs > 0 ? Math.round(rows.read / (scoringMs / 1_000)) : 0,
    secondsLeft:
      shardsDone === 0 ? null : Math.round((scoringMs / shardsDone / 1_000) * (shards - shardsDone)),
  }
}

/** A run's current details in the Temporal UI: Markdown, under 1 KB. */
export function progressDetails(progress: RunProgress): string {
  const { state, batch, model, shards, shardsDone, rows, rowsPerSecond, secondsLeft } = progress
  const heading = [`**${state}**`, ...(batch === null ? [] : [batch]), ...(model === null ? [] : [model])]
  if (shards === 0) return heading.join(' · ')
  const cells: readonly (readonly [string, string])[] = [
    ['shards', `${count(shardsDone)} of ${count(shards)}`],
    ['rows scored', count(rows.scored)],
    ['quarantined', count(rows.quarantined)],
    ['filtered', count(rows.filtered)],
    ['rows/s', count(rowsPerSecond)],
    ['left', state === 'scoring' ? durationText(secondsLeft) : '–'],
  ]
  return [
    heading.join(' · '),
    '',
    ...detailsTable(cells),
    ...(progress.report ? ['', reportLine(progress.report, progress.headline ?? '')] : []),
  ].join('\n')
}

function reportLine(report: string, headline: string): string {
  // a column or value with brackets of its own must not end the link
  const text = headline.replace(/[[\]()\\*_`<>|]/g, '\\$&')
  return /^https?:/.test(report) ? `[${text}](${report})` : `${text}: \`${report}\``
}

/** @example durationText(3_725) // '1 h 2 min' */
function durationText(seconds: number | null): string {
  if (seconds === null) return '?'
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

// not toLocaleString: a replay on a machine with other locales must come to the same text
const count = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ',')
