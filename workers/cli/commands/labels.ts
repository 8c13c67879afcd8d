import path from 'node:path'
import { loadLabelFile } from '../../../activities/evaluation/labels/load-label-file'
import { loadJob } from '../../../activities/runs/job-store'
import { jobTask } from '../../../activities/runs/job-task'
import { batchKeySchema } from '../../../schemas/batch-key'
import { strictParse } from '../../../schemas/strict-parse'
import type { CliIo } from '../cli-io'
import { count, printOutcome } from '../output'
import { operator, withSession } from '../session'

export interface LoadLabelsOptions {
  readonly file: string
  readonly batch?: string
  readonly column?: string
  readonly json?: true
}

/** `labels load JOB --file F`: keeps a file of labels; the next evaluation of each batch that has the keys takes them. */
export function loadLabels(io: CliIo, name: string, options: LoadLabelsOptions): Promise<void> {
  return withSession(io, async ({ connections, config }) => {
    const { batch: key, column, json } = options
    const batch =
      key === undefined ? undefined : strictParse(batchKeySchema, key, 'BATCH_KEY_INVALID', 'batch')
    const job = await loadJob(connections.control, name)
    const stop = new AbortController()
    const release = io.onInterrupt(() => stop.abort())
    try {
      const arrived = await loadLabelFile(
        { connections, storeFolder: config.storeFolder },
        {
          job,
          task: await jobTask(connections.control, job),
          file: path.resolve(io.folder, options.file),
          batch,
          column,
          by: operator(),
          signal: stop.signal,
        },
      )
      const whose = batch === undefined ? name : `${name} ${batch}`
      printOutcome(io, json, arrived, [
        arrived.isNew
          ? `${whose}: ${count(arrived.rows)} labels loaded, arrival ${arrived.loadId}.`
          : `${whose}: nothing new, these ${count(arrived.rows)} labels came as arrival ${arrived.loadId}.`,
        ...(arrived.isNew ? [`Evaluate: nightscore evaluate ${name} --batch ${batch ?? 'KEY'}`] : []),
      ])
    } finally {
      release()
    }
  })
}
