import { errorCatalogue, quarantineReasons } from '../../schemas/errors'

/** docs/errors.md as the catalogue says it. */
export function errorsPage(): string {
  const errors = Object.entries(errorCatalogue).map(
    ([code, { what, fix, retryable }]) => `| \`${code}\` | ${what} | ${fix} | ${retryable ? 'yes' : 'no'} |`,
  )
  const reasons = Object.entries(quarantineReasons).map(([reason, text]) => `| \`${reason}\` | ${text} |`)
  return `# Errors

Every error tells its code, what was found, what was expected and what to do:

    No file matches the source path: found no file for data/2013-07-04/*.parquet; expected at least one. Check ... [SOURCE_NO_FILES]

In Temporal the code is the failure's type. In \`nightscore.run\` it is \`error_code\`. A workflow repeats an activity by
itself where the last column says yes; all other errors fail the run at once, since no retry would mend them. An error
outside of this list has the type \`UNEXPECTED\` and fails the run at the fifth attempt. A failed run leaves the batch's
former predictions as they were.

\`error_code\` can also be \`CANCELLED\`, \`TIMEOUT\` (no worker finished an activity in its time) and \`RUN_ABANDONED\` (the
workflow was terminated or reset; the batch's next run took over).

| code | what is wrong | what to do | repeated by itself |
|---|---|---|---|
${errors.join('\n')}

## Quarantine reasons

A row that cannot be scored goes to \`nightscore.quarantine\` with one of these, and the run goes on. More of them than
\`quality.maxQuarantinedShare\` allows fail the run with \`RUN_QUARANTINE_LIMIT\`.

| reason_code | meaning |
|---|---|
${reasons.join('\n')}
`
}
