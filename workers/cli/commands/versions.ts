import { promoteVersion } from '../../../activities/promotion/promote-version'
import { readModelKeys } from '../../../activities/scoring/model-keys'
import { rollbackModel } from '../../../activities/scoring/registry'
import type { PromotionGate } from '../../../schemas/promotion'
import type { CliIo } from '../cli-io'
import { printOutcome } from '../output'
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

/** `model rollback NAME`: the alias names again what it named before. */
export function rollback(io: CliIo, model: string, options: RollbackModelOptions): Promise<void> {
  const { alias, why, json } = options
  return withSession(io, async ({ connections }) => {
    const moved = await rollbackModel(connections.control, { model, alias, by: operator(), why })
    printOutcome(io, json, moved, [
      `${model}@${alias} is ${model}@${moved.version} again (was @${moved.formerVersion}).`,
    ])
  })
}
