import type { Pool } from 'pg'
import { promoteVersion } from '../../../activities/promotion/promote-version'
import { listJobs, loadJob } from '../../../activities/runs/job-store'
import { readModelKeys } from '../../../activities/scoring/model-keys'
import { rollbackModel } from '../../../activities/scoring/registry'
import type { BackfillInput, BackfillSummary } from '../../../schemas/backfill'
import { batchKeySchema } from '../../../schemas/batch-key'
import { NightscoreError } from '../../../schemas/errors'
import type { PromotionGate } from '../../../schemas/promotion'
import { strictParse } from '../../../schemas/strict-parse'
import { batchRange } from '../../../workflows/plan/batches-between'
import type { CliIo } from '../cli-io'
import {
  backfillExitCode,
  backfillLines,
  followBackfill,
  refuseBackfillUnderWay,
  startBackfill,
} from '../follow-backfill'
import { printOutcome, tell } from '../output'
import { operator, withSession } from '../session'

export interface PromoteOptions {
  readonly alias: string
  readonly job?: string
  readonly force?: true
  readonly why?: string
  readonly json?: true
}

/** `model promote NAME@V --alias A`: where the gates pass, or by force. */
export function promote(io: CliIo, reference: string, options: PromoteOptions): Promise<void> {
  const { alias, job, force, why, json } = options
  return withSession(io, async ({ connections, config }) => {
    const moved = await promoteVersion(connections.control, readModelKeys(config.environment), {
      reference,
      alias,
      job,
      by: operator(),
      why: why ?? null,
      force: force === true,
    })
    const { model, version, formerVersion, gates, forced } = moved
    const before =
      formerVersion === null ? 'new' : formerVersion === version ? 'unchanged' : `was @${formerVersion}`
    printOutcome(io, json, moved, [
      `${model}@${alias} is ${model}@${version} (${before}${forced ? ', forced' : ''}).`,
      ...gates.filter(({ gate }) => gate !== 'registered').map(gateLine),
    ])
  })
}

function gateLine({ gate, job, verdict, found }: PromotionGate): string {
  return `  ${verdict.padEnd(7)} ${gate}${job === null ? '' : ` (job ${job})`}: ${found}`
}

export interface RollbackModelOptions {
  readonly alias: string
  readonly why: string
  readonly rescore?: string
  readonly job?: readonly string[]
  readonly json?: true
}

/**
 * `model rollback NAME`: the alias names again what it named before. With --rescore batches are scored again with that version, the
 * jobs one after the other.
 * @returns 1 where a batch failed, 3 where one is held, 130 after Ctrl-C
 */
export function rollback(io: CliIo, model: string, options: RollbackModelOptions): Promise<number> {
  const { alias, why, json } = options
  return withSession(io, async (session) => {
    const { control } = session.connections
    // whatever is wrong is told before anything moves
    const rescores = await rescoresOf(control, `${model}@${alias}`, options)
    for (const { job } of rescores) await refuseBackfillUnderWay(session, job)
    const moved = await rollbackModel(control, { model, alias, by: operator(), why })
    const line = `${model}@${alias} is ${model}@${moved.version} again (was @${moved.formerVersion}).`
    if (rescores.length > 0) tell(io, line)
    const summaries: BackfillSummary[] = []
    for (const rescore of rescores) {
      const summary = await followBackfill(io, session, await startBackfill(session, rescore))
      if (summary === undefined) {
        const left = rescores.slice(summaries.length + 1).map(({ job }) => job)
        if (left.length > 0)
          tell(io, `Not started: ${left.join(', ')}; start them with nightscore backfill JOB --redo.`)
        return 130
      }
      summaries.push(summary)
    }
    printOutcome(io, json, { ...moved, rescored: summaries }, [
      ...(rescores.length > 0 ? [] : [line]),
      ...summaries.flatMap(backfillLines),
    ])
    return summaries.map(backfillExitCode).find((code) => code !== 0) ?? 0
  })
}

/** A backfill for each job. @throws NightscoreError INPUT_INVALID, JOB_NOT_FOUND, BATCH_KEY_INVALID */
async function rescoresOf(
  control: Pool,
  reference: string,
  { rescore, job: named }: RollbackModelOptions,
): Promise<BackfillInput[]> {
  if (rescore === undefined) {
    if (named === undefined) return []
    throw new NightscoreError('INPUT_INVALID', {
      found: '--job without --rescore',
      expected: '--rescore FROM..TO with it: the batches to score again',
    })
  }
  const [from, to, ...others] = rescore.split('..').map((key) => key.trim())
  if (!from || !to || others.length > 0)
    throw new NightscoreError('INPUT_INVALID', {
      found: `--rescore ${rescore}`,
      expected: 'FROM..TO, such as 2013-07-01..2013-07-07',
    })
  const jobs =
    named === undefined
      ? (await listJobs(control)).filter(({ model }) => model === reference)
      : await Promise.all(named.map((name) => loadJob(control, name)))
  const stranger = jobs.find(({ model }) => model !== reference)
  if (stranger !== undefined || jobs.length === 0)
    throw new NightscoreError('INPUT_INVALID', {
      found: stranger ? `job "${stranger.name}" with model ${stranger.model}` : 'no job of that model',
      expected: `jobs with model: ${reference}`,
    })
  for (const { name, batch } of jobs) {
    const range = batchRange(batch, from, to)
    if (range === null || range.length === 0)
      throw new NightscoreError('INPUT_INVALID', {
        found: `--rescore ${rescore}`,
        expected: `${batch.every}s of job "${name}" (${batch.timezone}), the last not before the first`,
      })
  }
  const key = (text: string, field: string) => strictParse(batchKeySchema, text, 'BATCH_KEY_INVALID', field)
  return jobs.map(({ name }) => ({ job: name, from: key(from, 'from'), to: key(to, 'to'), redo: true }))
}
