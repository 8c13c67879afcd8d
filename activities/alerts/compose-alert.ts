import type { AlertPayload, AlertRun } from '../../schemas/alert'
import { errorCatalogue, type ErrorCode } from '../../schemas/errors'

/** Errors whose message tells of settings, counts and aggregates; that of any other may quote a row's values and stays here. */
const tellable: ReadonlySet<string> = new Set<ErrorCode | 'TIMEOUT' | 'RUN_ABANDONED'>([
  'GATE_FAILED',
  'RUN_QUARANTINE_LIMIT',
  'SOURCE_NO_FILES',
  'SOURCE_SCHEMAS_DIFFER',
  'SOURCE_ROWS_TOO_FEW',
  'COLUMN_MISSING',
  'COLUMN_TYPE_UNSUPPORTED',
  'CONNECTION_NOT_SET',
  'DATABASE_PERMISSION',
  'MODEL_NOT_FOUND',
  'MODEL_KEY_MISSING',
  'RUN_SHARD_MISSING',
  'RUN_ACCOUNTING',
  'REFERENCE_INVALID',
  'SINK_BUSY',
  'TIMEOUT',
  'RUN_ABANDONED',
])

/** An error as it may leave the house. */
export function tellableError(code: string, message: string): NonNullable<AlertRun['error']> {
  if (tellable.has(code)) return { code, message }
  const known = (errorCatalogue as Readonly<Record<string, { what: string; fix: string }>>)[code]
  return { code, message: known === undefined ? 'See the run.' : `${known.what}. ${known.fix}` }
}

type Facts = Omit<AlertPayload, 'text' | 'fix'>

/** The message about a cause: what happened, and what to do. */
export function composeAlert(facts: Facts): AlertPayload {
  const fix = fixOf(facts)
  return { text: escapeForSlack(`${whatOf(facts)}\n${fix}`), ...facts, fix }
}

function whatOf({ event, job, batch, run, due, error }: Facts): string {
  const of = `Nightscore: ${job}${batch === null ? '' : ` ${batch}`}`
  if (event === 'test') return `${of}: a test. Alerts of this job arrive here.`
  const found = [run?.headline, run?.error?.message, error?.message].filter(
    (line) => line !== null && line !== undefined,
  )
  const about = run === null ? '' : ` (revision ${run.revision}, ${run.model}, run ${run.runId.slice(0, 8)})`
  if (event === 'fail') return [`${of} failed${about}.`, ...found].join('\n')
  if (event === 'hold')
    return [`${of} is held until ${run?.hold?.until}${about}.`, run?.hold?.why, run?.headline]
      .filter((line) => line !== null && line !== undefined)
      .join('\n')
  const state =
    run === null
      ? 'There is no run of it: its schedule did not start one.'
      : `Its newest run is ${run.state}${about}.`
  return [`${of} is late: not published at ${due}.`, state, ...(run?.error ? found : [])].join('\n')
}

function fixOf({ event, job, batch, run }: Facts): string {
  const id = run?.runId.slice(0, 8)
  const read = run?.report === null || run === null ? '' : `Report: ${run.report}. `
  if (event === 'hold')
    return `${read}Decide: nightscore run approve ${id} --why TEXT, or nightscore run reject ${id} --why TEXT. Readers see the batch’s former predictions until then.`
  if (event === 'fail' && run === null)
    return `No run was opened. When that is mended, score it with nightscore run ${job} --batch ${batch}. Readers see the batch’s former predictions until a run publishes.`
  if (event === 'fail')
    return `${read}See nightscore run show ${id}; go on with nightscore run resume ${id}. Readers see the batch’s former predictions until a run publishes.`
  if (event === 'test') return 'Nothing.'
  return run === null
    ? `See nightscore schedule list and nightscore doctor; score it with nightscore run ${job} --batch ${batch}.`
    : `${read}See nightscore run show ${id}.`
}

/** Slack's own rule: & < > begin links and mentions. */
function escapeForSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
