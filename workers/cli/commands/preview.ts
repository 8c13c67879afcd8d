import { batchKeySchema } from '../../../schemas/batch-key'
import { strictParse } from '../../../schemas/strict-parse'
import { answerTable } from '../answer-table'
import type { CliIo } from '../cli-io'
import { loadJobModel } from '../job-model'
import { count, printOutcome, tell } from '../output'
import { previewBatch } from '../preview-batch'
import { withSession } from '../session'

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
        ...(rows.length === 0
          ? ['The batch has no rows for which where is true.']
          : ['', ...answerTable(rows)]),
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
