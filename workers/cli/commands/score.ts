import { text as readText } from 'node:stream/consumers'
import { z } from 'zod'
import { scoreRows } from '../../../activities/scoring/score-rows'
import { batchKeySchema } from '../../../schemas/batch-key'
import { NightscoreError } from '../../../schemas/errors'
import { strictParse } from '../../../schemas/strict-parse'
import { batchOfTime } from '../../../workflows/plan/batch-of-time'
import { answerTable } from '../answer-table'
import type { CliIo } from '../cli-io'
import { loadJobModel } from '../job-model'
import { printOutcome } from '../output'
import { withSession } from '../session'

export interface ScoreOptions {
  readonly row?: string
  readonly batch?: string
  readonly model?: string
  readonly json?: true
}

const rowSchema = z.record(z.string(), z.unknown())

/** `score JOB`: one row of source columns as JSON, through the job's features, the model's rules and the model. */
export function score(io: CliIo, nameOrFile: string, options: ScoreOptions): Promise<void> {
  return withSession(io, async (session) => {
    const row = parseRow(options.row ?? (await readText(io.stdin)))
    const { job, reference, model } = await loadJobModel(io, session, nameOrFile, options.model)
    const wanted = options.batch ?? batchOfTime(job.batch, new Date().toISOString())
    const batch = strictParse(batchKeySchema, wanted, 'BATCH_KEY_INVALID', 'batch')
    const [answer] = await scoreRows({ model, job, batch, rows: [row] })
    if (answer === undefined) throw new Error('a row without an answer')
    printOutcome(
      io,
      options.json,
      { model: reference, ...answer },
      answerTable([{ columns: {}, features: {}, answer }]),
    )
  })
}

function parseRow(text: string): Record<string, unknown> {
  const expected = 'a JSON object of the source’s columns, such as {"carrier": "AA", "distance": 733}'
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    const found =
      text.trim() === '' ? 'no row, neither in --row nor on standard input' : (cause as Error).message
    throw new NightscoreError('INPUT_INVALID', { found, expected, cause })
  }
  return strictParse(rowSchema, value, 'INPUT_INVALID', 'row')
}
