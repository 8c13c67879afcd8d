import type { Pool } from 'pg'
import type { JobFile } from '../../schemas/job-file'
import type { PromotionGate } from '../../schemas/promotion'
import { findComparison } from '../evaluation/store/comparisons'
import { recheckGolden } from '../scoring/golden'
import type { ModelKeys } from '../scoring/model-keys'
import { runtimeVersion } from '../scoring/open-session'

type AskingJob = Pick<JobFile, 'name' | 'promotion'>

/** A version on its way to an alias. */
export interface PromotionCandidate {
  readonly model: string
  readonly version: number
  /** Where the alias points now; null: it is new. */
  readonly formerVersion: number | null
}

/**
 * What stands between a version and an alias: golden rows, scored anew by the ONNX Runtime of this process; and for each job that
 * asks for it the newest comparison with the present version.
 * @param jobs whose model is the alias
 */
export async function promotionGates(
  db: Pool,
  keys: ModelKeys,
  candidate: PromotionCandidate,
  jobs: readonly AskingJob[],
): Promise<PromotionGate[]> {
  const { model, version } = candidate
  const registered: PromotionGate = {
    gate: 'registered',
    job: null,
    verdict: 'ok',
    found: `${model}@${version}`,
    fix: null,
  }
  const comparing = jobs.filter(({ promotion }) => promotion.requires.includes('comparison'))
  return [
    registered,
    await goldenGate(db, keys, candidate, jobs),
    ...(await Promise.all(comparing.map((job) => comparisonGate(db, candidate, job)))),
  ]
}

async function goldenGate(
  db: Pool,
  keys: ModelKeys,
  { model, version }: PromotionCandidate,
  jobs: readonly AskingJob[],
): Promise<PromotionGate> {
  const golden = await recheckGolden(db, keys, { model, version })
  if (golden) {
    const { rows, agreeingRows, worst, maxAbsDifference } = golden.measure
    const of = `${agreeingRows} of ${rows} golden rows agree under ONNX Runtime ${runtimeVersion}`
    return worst
      ? {
          gate: 'golden',
          job: null,
          verdict: 'fail',
          found: `${of}; row ${worst.row} (from 0): ${worst.column} is ${worst.found}, not ${worst.expected}`,
          fix: 'Register a version that reproduces its golden rows here.',
        }
      : {
          gate: 'golden',
          job: null,
          verdict: 'ok',
          found: `${of}, largest difference ${maxAbsDifference.toPrecision(2)}`,
          fix: null,
        }
  }
  const job = jobs.find(({ promotion }) => promotion.requires.includes('golden'))?.name ?? null
  return {
    gate: 'golden',
    job,
    verdict: job === null ? 'skipped' : 'fail',
    found: 'no golden rows',
    fix: job === null ? null : 'Put golden.parquet into its package and register it.',
  }
}

async function comparisonGate(
  db: Pool,
  { model, version, formerVersion }: PromotionCandidate,
  { name: job, promotion }: AskingJob,
): Promise<PromotionGate> {
  const wanted = promotion.verdict
  const gate = { gate: 'comparison', job } as const
  if (formerVersion === null)
    return {
      ...gate,
      verdict: 'skipped',
      found: 'no version to compare it with: the alias is new',
      fix: null,
    }
  const compare = `nightscore model compare ${model}@${formerVersion} ${model}@${version} --job ${job} --from BATCH --to BATCH`
  const found = await findComparison(db, {
    model,
    champion: formerVersion,
    challenger: version,
    job,
    verdict: wanted,
    judgedBy: promotion,
  })
  if (found === null)
    return {
      ...gate,
      verdict: 'fail',
      found: `no comparison of @${formerVersion} with @${version} by ${job} with its present margin and tolerances`,
      fix: compare,
    }
  const [verdict, reason] =
    wanted === 'numeric'
      ? [found.numeric, found.numericReason]
      : [found.nonInferiority, found.nonInferiorityReason]
  const of = `${wanted} ${verdict} in batches ${found.fromBatch} to ${found.toBatch} (${found.madeAt.toISOString().slice(0, 10)}): ${reason}`
  return {
    ...gate,
    verdict: verdict === 'ok' ? 'ok' : 'fail',
    found: of,
    fix:
      verdict === 'ok' ? null : verdict === 'skipped' ? `${compare}, of batches that have labels` : compare,
  }
}
