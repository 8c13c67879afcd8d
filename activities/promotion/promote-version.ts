import type { Pool } from 'pg'
import { NightscoreError } from '../../schemas/errors'
import type { PromotionGate } from '../../schemas/promotion'
import { listJobs, loadJob } from '../runs/job-store'
import type { ModelKeys } from '../scoring/model-keys'
import { promoteModel, resolveModel, type Promotion } from '../scoring/registry'
import { checkAlias } from '../scoring/registry/promote-model'
import { promotionGates } from './promotion-gates'

export interface PromoteVersionRequest {
  /** name@version, or name@alias to copy where that alias points. */
  readonly reference: string
  readonly alias: string
  /** What this job asks for counts too, where its model is not the alias. */
  readonly job?: string | undefined
  readonly by: string
  readonly why: string | null
  /** Promote it though a gate refuses it. */
  readonly force: boolean
}

/** The move of an alias, and what its gates found; none where nothing moved. */
export interface GatedMove extends Promotion {
  readonly gates: readonly PromotionGate[]
  /** true: a gate refused it, and it was forced. */
  readonly forced: boolean
}

/**
 * Points an alias at a version that passes what the jobs which name the alias ask for (`promotion` in the job file).
 * @throws NightscoreError PROMOTION_REFUSED naming each gate that fails, what it found and how to get it; INPUT_INVALID, also for
 *   force without a reason; MODEL_NOT_FOUND, JOB_NOT_FOUND
 */
export async function promoteVersion(
  db: Pool,
  keys: ModelKeys,
  { reference, alias, job, by, why, force }: PromoteVersionRequest,
): Promise<GatedMove> {
  checkAlias(alias)
  if (force && !why?.trim())
    throw new NightscoreError('INPUT_INVALID', {
      found: '--force without --why',
      expected: 'the reason, which the alias’s history keeps',
      fix: 'Add --why TEXT.',
    })
  const { model, version } = await resolveModel(db, reference)
  const formerVersion = await aliasVersion(db, model, alias)
  const move = { reference: `${model}@${version}`, alias, by, why }
  if (formerVersion === version) return { ...(await promoteModel(db, move)), gates: [], forced: false }
  const named = (await listJobs(db)).filter((one) => one.model === `${model}@${alias}` && one.name !== job)
  const jobs = job === undefined ? named : [await loadJob(db, job), ...named]
  const gates = await promotionGates(db, keys, { model, version, formerVersion }, jobs)
  const refusing = gates.filter(({ verdict }) => verdict === 'fail')
  if (refusing.length > 0 && !force) throw refusal(`${model}@${version}`, alias, refusing)
  const forced = refusing.length > 0
  const promotion = await promoteModel(db, { ...move, gated: { gates, forced, formerVersion } })
  return { ...promotion, gates, forced }
}

async function aliasVersion(db: Pool, model: string, alias: string): Promise<number | null> {
  const { rows } = await db.query<{ version: number }>(
    'SELECT version FROM nightscore.model_alias WHERE model = $1 AND alias = $2',
    [model, alias],
  )
  return rows[0]?.version ?? null
}

function refusal(version: string, alias: string, refusing: readonly PromotionGate[]): NightscoreError {
  const of = ({ gate, job }: PromotionGate): string => (job === null ? gate : `${gate} (job ${job})`)
  return new NightscoreError('PROMOTION_REFUSED', {
    found: refusing.map((gate) => `${of(gate)}: ${gate.found}`).join('; '),
    expected: `all gates of ${version} as ${alias} to be ok`,
    fix: `To get there: ${refusing.map(({ fix }) => fix).join('; ')}. To promote it all the same: --force --why TEXT, which its history tells.`,
  })
}
