import type { Finding } from '../../../schemas/report'
import { limitText } from './column-finding'
import type { Flag } from './flags-of'
import { shownText } from './shown-text'

/**
 * What is wrong in one segment: its worst number, and how many more there are.
 * @param flags of the segment, worst first, at least one
 */
export function segmentFinding(segment: string, flags: readonly [Flag, ...Flag[]]): Finding {
  const [worst] = flags
  const { scope, column, verdict, severity } = worst
  const more = new Set(flags.map((flag) => flag.column ?? flag.metric)).size - 1
  const what =
    column === null
      ? limitText(worst)
      : `${shownText(column)}${scope === 'prediction' ? ' (a prediction)' : ''} of ${shownText(segment)}: ${limitText(worst)}`
  const place = column === null ? ` of ${shownText(segment)}` : ''
  const others = more > 0 ? `; and ${more} more of its columns` : ''
  return { scope, column, segment, verdict, severity, sentence: `${what}${place}${others}` }
}
