import { NightscoreError } from '../../schemas/errors'
import type { Deps } from '../deps'
import type { RunRecord } from './run-store'

/**
 * A comparison never stops the night: where the job's own shadow cannot be scored the reason is kept and the run goes on
 * without. One that was asked for with the run ends it.
 * @throws NightscoreError SHADOW_INVALID where it was asked for, or `why` itself where a retry may help
 */
export async function giveUpShadow(
  { connections }: Deps,
  { runId, shadow, shadowAsked }: Pick<RunRecord, 'runId' | 'shadow' | 'shadowAsked'>,
  why: Error,
): Promise<void> {
  const name = shadow ? `${shadow.model}@${shadow.version}` : 'the shadow'
  if (shadowAsked) throw shadowInvalid(name, why)
  await connections.control.query(
    'UPDATE nightscore.run SET shadow_error = coalesce(shadow_error, $2) WHERE run_id = $1',
    [runId, `${name}: ${why.message}`],
  )
}

function shadowInvalid(name: string, why: Error): Error {
  if (!(why instanceof NightscoreError) || why.retryable) return why
  const { found, expected, fix } = why.facts
  return new NightscoreError('SHADOW_INVALID', {
    found: `${name}: ${found} [${why.code}]`,
    expected,
    ...(fix !== undefined && { fix }),
    cause: why,
  })
}
