import type { PlainValue } from '../../../activities/scoring/value-at'
import { batchKeySchema } from '../../../schemas/batch-key'
import { strictParse } from '../../../schemas/strict-parse'
import type { CliIo } from '../cli-io'
import { loadJobModel } from '../job-model'
import { count, printOutcome, tell } from '../output'
import { previewBatch, type PreviewedRow } from '../preview-batch'
import { withSession } from '../session'
import { textTable } from '../text-table'

export interface PreviewOptions {
  readonly batch: string
  readonly rows: number
  readonly model?: string
  readonly json?: true
}

/** `preview JOB`: the first rows of a batch, scored and shown; nothing is written. @returns 130 after Ctrl-C */
export function preview(io: CliIo, nameOrFile: string, options: PreviewOptions): Promise<number> {
  return withSession(io, async (session) => {
    const batch = strictParse(batchKeySchema, options.batch, 'BATCH_KEY_INVALID', 'batch')
    const { job, reference, model } = await loadJobModel(io, session, nameOrFile, options.model)
    const stopping = new AbortController()
    const release = io.onInterrupt(() => stopping.abort())
    try {
      const rows = await previewBatch({
        connections: session.connections,
        dataRoots: session.config.dataRoots,
        job,
        batch,
        model,
        rows: options.rows,
        onProgress: (staged) => staged > 0 && tell(io, `${count(staged)} rows staged ...`),
        signal: stopping.signal,
      })
      printOutcome(io, options.json, { job: job.name, batch, model: reference, rows }, [
        `${job.name} ${batch}, model ${reference}: ${rows.length} rows, nothing written.`,
        ...(rows.length === 0 ? ['The batch has no rows for which where is true.'] : ['', ...table(rows)]),
      ])
      return 0
    } catch (error) {
      if (stopping.signal.aborted) return 130
      throw error
    } finally {
      release()
    }
  })
}

function table(rows: readonly PreviewedRow[]): string[] {
  const titles = (part: 'key' | 'carry' | 'features') => Object.keys(rows[0]?.[part] ?? {})
  const predicted = Object.keys(rows.find((row) => row.prediction)?.prediction ?? {})
  const anyQuarantined = rows.some((row) => row.quarantined)
  const names = [
    ...titles('key'),
    ...predicted,
    ...(anyQuarantined ? ['QUARANTINED'] : []),
    ...titles('carry'),
    ...titles('features'),
  ]
  return textTable(
    names.map((title) => ({ title })),
    rows.map(({ key, prediction, quarantined, carry, features }) => [
      ...Object.values(key).map(shown),
      ...predicted.map((name) => shown(prediction?.[name])),
      ...(anyQuarantined ? [quarantined ? `${quarantined.reason} ${quarantined.column}` : ''] : []),
      ...[...Object.values(carry), ...Object.values(features)].map(shown),
    ]),
  )
}

/** A cell: floats to six digits, long texts and lists shortened. */
function shown(value: PlainValue | undefined): string {
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'number')
    return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)))
  if (typeof value === 'string') return value.length > 30 ? `${value.slice(0, 29)}…` : value
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value)
  return `[${value.slice(0, 4).map(shown).join(', ')}${value.length > 4 ? ', …' : ''}]`
}
