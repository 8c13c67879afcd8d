import type { CliIo } from './cli-io'

/** Prints a command's outcome: one JSON document on stdout with --json, else the lines. */
export function printOutcome(
  io: CliIo,
  json: boolean | undefined,
  document: unknown,
  lines: readonly string[],
): void {
  io.stdout.write(json === true ? `${toJson(document)}\n` : lines.map((line) => `${line}\n`).join(''))
}

/** Tells what is going on: on stderr, so that stdout holds nothing but the outcome. */
export function tell(io: CliIo, line: string): void {
  io.stderr.write(`${line}\n`)
}

/** JSON for programs: bigint as a number where it is exact, else as text; NaN and infinities as text. */
function toJson(document: unknown): string {
  return JSON.stringify(document, (_key, value: unknown) => plainValue(value), 2)
}

function plainValue(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString()
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
  return value
}

/** 1234567 -> 1,234,567 */
export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}
