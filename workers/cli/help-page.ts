import type { Command } from 'commander'

/** All commands on one page: `nightscore --help`. */
export function helpPage(program: Command): string {
  const commands = leafCommands(program).map(({ words, command }) => [words, command.summary()] as const)
  return `Usage: nightscore COMMAND [OPTIONS]

Batch scoring: ONNX models over Parquet or Postgres data, by Temporal workflows, into Postgres and Parquet, exactly once.

Commands:
${entries(commands)}

Options:
${entries([
  ['--json', 'print one JSON document on stdout; progress and errors go to stderr'],
  ['-h, --help', 'this page; after a command: its arguments and options'],
  ['-V, --version', 'print the version'],
])}

Environment (a local stack started by "nightscore up" in this folder or above it fills in the first two):
${entries(environmentVariables)}

Examples:
  nightscore demo
  nightscore model register examples/flights/models/v1
  nightscore model promote flights-late@1 --alias champion
  nightscore apply examples/flights/job.yaml
  nightscore run flights-late --batch 2013-07-04
  nightscore backfill flights-late --from 2013-02-01 --to 2013-04-30 --in-flight 2
  nightscore evaluate flights-late --batch 2013-07-04
  nightscore report flights-late/2013-07-04 --html report.html

Exit code: 0 done, 1 failed, 2 wrong usage, 3 the batch breaks a rule of the job (quality, gates, accuracy), 130 interrupted.
`
}

/** The variables that the help page names; docs/operations.md has all of them. */
export const environmentVariables: readonly (readonly [string, string])[] = [
  ['DATABASE_URL', 'control database: postgres://user:password@host:5432/database'],
  ['TEMPORAL_ADDRESS', 'host:port of Temporal; also TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, TEMPORAL_TLS_*'],
  ['NIGHTSCORE_CONNECTION_<NAME>', 'URL of the connection that a job names'],
  ['NIGHTSCORE_DATA_ROOTS', 'folders that jobs may use, split like PATH; default: the job file’s folder'],
  ['NIGHTSCORE_STORE', 'folder for staged sources, shared by all workers; default: .nightscore/store'],
  ['NIGHTSCORE_TASK_QUEUE', 'Temporal task queue; default: nightscore'],
  ['NIGHTSCORE_THREADS', 'scoring threads of a worker; default: the cores'],
  ['NIGHTSCORE_MODEL_KEY', 'encrypts models at rest: 32 bytes as base64 or hex'],
  ['NIGHTSCORE_DEBUG', '1: print stack traces'],
]

interface Leaf {
  readonly words: string
  readonly command: Command
}

/** Commands that do something, in the order of the program, each with its arguments and the options that it demands. */
export function leafCommands(parent: Command, before = ''): Leaf[] {
  return parent.commands.flatMap((command) => {
    const name = `${before}${command.name()}`
    const inside = leafCommands(command, `${name} `)
    if (inside.length > 0 && command.registeredArguments.length === 0) return inside
    return [{ words: `${name} ${demands(command)}`.trimEnd(), command }, ...inside]
  })
}

function demands(command: Command): string {
  if (command.commands.length > 0) return command.usage().replace(' [options]', '') // it says so itself
  return [
    ...command.registeredArguments.map((argument) => argument.name().toUpperCase()),
    ...command.options.filter((option) => option.mandatory).map((option) => option.flags),
  ].join(' ')
}

function entries(pairs: readonly (readonly [string, string])[]): string {
  const width = Math.max(...pairs.map(([name]) => name.length))
  return pairs.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`).join('\n')
}
