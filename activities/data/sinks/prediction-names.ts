import { createHash } from 'node:crypto'
import { quoteIdentifier } from '../quote-identifier'

/** Postgres cuts longer names off without an error; two tables' names could become one. */
const maxNameBytes = 63

/** The tables of one sink and run; each value but `viewName` is quoted and ready for SQL. */
export interface PredictionNames {
  readonly schema: string
  /** The view that readers select from. */
  readonly view: string
  /** The partitioned table that holds every kept revision of every batch. */
  readonly all: string
  /** Every publication: which revision of a batch was visible from when until which publication. */
  readonly published: string
  /** View over it, one row a batch: its visible revision. */
  readonly live: string
  /** Function without arguments: the newest publication that a query's plan knows of. */
  readonly horizon: string
  /** The run's own table: keyless and narrow while it is scored, a partition of `all` once it is published. */
  readonly run: string
  /** Constraints of the run's table, unqualified. */
  readonly runKey: string
  readonly runCheck: string
  /** The same, unquoted, for look-ups in the catalogue. */
  readonly plain: {
    readonly schema: string
    readonly view: string
    readonly all: string
    readonly published: string
    readonly live: string
    readonly run: string
  }
}

/**
 * @param sink schema and table as the job names them, unquoted; a table name over 63 bytes is cut as Postgres cuts it
 * @example predictionNames({ schema: 'predictions', table: 'flights_late' }, runId).all // "predictions"."flights_late_all"
 */
export function predictionNames(
  sink: { readonly schema: string; readonly table: string },
  runId: string,
): PredictionNames {
  const plain = {
    schema: cutName(sink.schema, maxNameBytes),
    view: cutName(sink.table, maxNameBytes),
    all: suffixed(sink.table, '_all'),
    published: suffixed(sink.table, '_published'),
    live: suffixed(sink.table, '_live'),
    run: `nightscore_run_${runId.replaceAll('-', '')}`,
  }
  const qualified = (name: string) => `${quoteIdentifier(plain.schema)}.${quoteIdentifier(name)}`
  return {
    schema: quoteIdentifier(plain.schema),
    view: qualified(plain.view),
    all: qualified(plain.all),
    published: qualified(plain.published),
    live: qualified(plain.live),
    horizon: qualified(suffixed(sink.table, '_horizon')),
    run: qualified(plain.run),
    runKey: quoteIdentifier(`${plain.run}_key`),
    runCheck: quoteIdentifier(`${plain.run}_batch`),
    plain,
  }
}

/** name + suffix; where that is too long, the name is cut and a digest of the whole of it keeps it apart from others. */
function suffixed(name: string, suffix: string): string {
  if (Buffer.byteLength(name + suffix) <= maxNameBytes) return name + suffix
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 8)
  return `${cutName(name, maxNameBytes - suffix.length - digest.length - 1)}_${digest}${suffix}`
}

/** The longest beginning of whole characters within `bytes`. */
function cutName(name: string, bytes: number): string {
  let cut = ''
  for (const character of name) {
    if (Buffer.byteLength(cut + character) > bytes) break
    cut += character
  }
  return cut
}
