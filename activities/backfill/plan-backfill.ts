import { backfillInputSchema, type BackfillRequest } from '../../schemas/backfill'
import { NightscoreError } from '../../schemas/errors'
import { strictParse } from '../../schemas/strict-parse'
import { backfillPage, type BackfillPage } from '../../workflows/plan/backfill-page'
import { batchRange } from '../../workflows/plan/batches-between'
import type { Deps } from '../deps'
import { loadJob } from '../runs/job-store'

export interface PlanBackfillInput {
  /** The workflow's input as it came, unchecked. */
  readonly input: unknown
  /** Where the page begins: the place of a batch, counted from 0. */
  readonly place: number
}

export interface PlannedBackfill extends BackfillPage {
  readonly request: BackfillRequest
  /** Batches in all. */
  readonly batches: number
}

/** Four years of hours. */
const batchesAtMost = 36_000

/**
 * The next batches of a backfill: which of them are to be scored, and which of its past each may look at.
 * @throws NightscoreError INPUT_INVALID, JOB_NOT_FOUND
 */
export async function planBackfill(
  { connections }: Pick<Deps, 'connections'>,
  { input, place }: PlanBackfillInput,
): Promise<PlannedBackfill> {
  const { control } = connections
  const request = strictParse(backfillInputSchema, input, 'INPUT_INVALID', 'input')
  const { job, from, to, inFlight, redo } = request
  const rule = (await loadJob(control, job)).batch
  const example = rule.every === 'day' ? '2013-07-04' : '2013-07-04T13'
  const batches = batchRange(rule, from, to)
  if (batches === null)
    throw new NightscoreError('INPUT_INVALID', {
      found: `from = "${from}", to = "${to}"`,
      expected: `from and to: ${rule.every === 'day' ? 'days' : `hours that ${rule.timezone} has`}, such as ${example}`,
    })
  if (batches.length === 0 || batches.length > batchesAtMost)
    throw new NightscoreError('INPUT_INVALID', {
      found: `from = "${from}", to = "${to}": ${batches.length} batches`,
      expected: `to: not before from, and at most ${batchesAtMost} batches`,
    })
  const { rows } = await control.query<{ batch: string }>(
    `SELECT batch FROM nightscore.run WHERE job = $1 AND state = 'published' AND batch BETWEEN $2 AND $3`,
    [job, from, to],
  )
  const done = new Set(redo ? [] : rows.map(({ batch }) => batch))
  return { request, batches: batches.length, ...backfillPage(batches, { place, inFlight, done }) }
}
