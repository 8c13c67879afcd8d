import type { Pool } from 'pg'
import { compareModelsInputSchema } from '../../schemas/comparison'
import { NightscoreError } from '../../schemas/errors'
import type { JobSnapshot } from '../../schemas/job-file'
import type { ModelManifest } from '../../schemas/model-manifest'
import { strictParse } from '../../schemas/strict-parse'
import { batchesBetween } from '../../workflows/plan/batches-between'
import type { Deps } from '../deps'
import { loadJob } from '../runs/job-store'
import { resolveModel } from '../scoring/registry'

/** A comparison that can be made. */
export interface PlannedComparison {
  readonly job: string
  /** name@version, resolved once. */
  readonly champion: string
  readonly challenger: string
  readonly batches: readonly string[]
  readonly inFlight: number
}

/** A year and a month of nights: the trial runs of one history. */
const batchesAtMost = 400
const batchesByDefault = 7

/**
 * Resolves job, models and batches of a comparison.
 * @param input of the workflow, unchecked
 * @throws NightscoreError INPUT_INVALID, JOB_NOT_FOUND, MODEL_NOT_FOUND
 */
export async function planComparison(
  { connections }: Pick<Deps, 'connections'>,
  { input }: { readonly input: unknown },
): Promise<PlannedComparison> {
  const { control } = connections
  const request = strictParse(compareModelsInputSchema, input, 'INPUT_INVALID', 'input')
  const job = await loadJob(control, request.job)
  const [own = ''] = job.model.split('@')
  const resolve = async (reference: string): Promise<Side> => {
    const named = await resolveModel(control, reference.startsWith('@') ? own + reference : reference)
    const text = `${named.model}@${named.version}`
    return { reference: text, task: await taskOf(control, named) }
  }
  const champion = await resolve(request.champion ?? job.model)
  const challenger = await resolve(request.challenger ?? job.shadow ?? '@challenger')
  refuseOtherTask(champion, challenger)
  return {
    job: job.name,
    champion: champion.reference,
    challenger: challenger.reference,
    batches: await batchesOf(control, job, request.from, request.to),
    inFlight: request.inFlight,
  }
}

interface Side {
  readonly reference: string
  readonly task: ModelManifest['task']
}

async function taskOf(
  pool: Pool,
  { model, version }: { readonly model: string; readonly version: number },
): Promise<ModelManifest['task']> {
  const { rows } = await pool.query<{ task: ModelManifest['task'] }>(
    `SELECT manifest->>'task' AS task FROM nightscore.model_version WHERE model = $1 AND version = $2`,
    [model, version],
  )
  return rows[0]!.task
}

function refuseOtherTask(champion: Side, challenger: Side): void {
  if (champion.reference === challenger.reference)
    throw new NightscoreError('INPUT_INVALID', {
      found: `champion and challenger: both ${champion.reference}`,
      expected: 'champion and challenger: two versions',
    })
  if (champion.task !== challenger.task)
    throw new NightscoreError('INPUT_INVALID', {
      found: `challenger = "${challenger.reference}", a ${challenger.task} model`,
      expected: `challenger: a ${champion.task} model, as ${champion.reference} is`,
    })
}

async function batchesOf(
  pool: Pool,
  job: JobSnapshot,
  from: string | undefined,
  to: string | undefined,
): Promise<readonly string[]> {
  if (from === undefined && to === undefined) return lastPublished(pool, job.name)
  const [first, last] = [from ?? to!, to ?? from!] as const
  const batches = batchesBetween(job.batch, first, last)
  const example = job.batch.every === 'day' ? '2013-07-04' : '2013-07-04T13'
  if (batches === null)
    throw new NightscoreError('INPUT_INVALID', {
      found: `from = "${first}", to = "${last}"`,
      expected: `from and to: ${job.batch.every === 'day' ? 'days' : `hours that ${job.batch.timezone} has`}, such as ${example}`,
    })
  if (batches.length === 0 || batches.length > batchesAtMost)
    throw new NightscoreError('INPUT_INVALID', {
      found: `from = "${first}", to = "${last}": ${batches.length} batches`,
      expected: `to: not before from, and at most ${batchesAtMost} batches`,
    })
  return batches
}

async function lastPublished(pool: Pool, job: string): Promise<readonly string[]> {
  const { rows } = await pool.query<{ batch: string }>(
    `SELECT batch FROM nightscore.run WHERE job = $1 AND state = 'published' ORDER BY batch DESC LIMIT $2`,
    [job, batchesByDefault],
  )
  if (rows.length > 0) return rows.map(({ batch }) => batch).reverse()
  throw new NightscoreError('INPUT_INVALID', {
    found: `neither from nor to, and no published batch of job "${job}"`,
    expected: 'from and to: the first batch and the last one',
  })
}
