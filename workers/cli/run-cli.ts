import { CommanderError } from 'commander'
import { readSecretFiles } from '../secret-files'
import type { CliIo } from './cli-io'
import { errorReport, redactSecrets } from './error-report'
import { createProgram } from './program'

/**
 * Runs one command line (without node and script).
 * @returns the exit code: 0 done, 1 failed, 2 wrong usage, 3 a gate failed or holds, 130 interrupted
 */
export async function runCli(words: readonly string[], io: CliIo): Promise<number> {
  let exitCode = 0
  try {
    const program = createProgram(
      { ...io, environment: readSecretFiles(io.environment) },
      (code) => (exitCode = code),
    )
    await program.parseAsync(words, { from: 'user' })
    return exitCode
  } catch (error) {
    // commander has printed its message; asking for help or the version is no error
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    return printError(io, words, error)
  }
}

function printError(io: CliIo, words: readonly string[], error: unknown): number {
  const { code, message, exitCode } = errorReport(error)
  if (words.includes('--json')) io.stdout.write(`${JSON.stringify({ error: { code, message } }, null, 2)}\n`)
  io.stderr.write(`nightscore: ${message}\n`)
  if (io.environment['NIGHTSCORE_DEBUG'] === '1')
    io.stderr.write(`${redactSecrets(error instanceof Error ? (error.stack ?? '') : String(error))}\n`)
  return exitCode
}
