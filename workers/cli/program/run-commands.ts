import type { Command } from 'commander'
import type { CliIo } from '../cli-io'
import type { RollbackBatchOptions } from '../commands/rollback-batch'
import { batch, json, wholeNumber, type Run } from './options'

/** `run` and what is done with runs. */
export function addRunCommands(program: Command, io: CliIo, run: Run): void {
  const runs = program
    .command('run')
    .argument('<job>', 'name of an applied job')
    .usage('JOB --batch <key> [options]')
    .enablePositionalOptions()
    .summary('score one batch, follow it to its end')
    .addOption(batch())
    .option('--model <model>', 'name@version or name@alias instead of the job’s')
    .option('--shadow <model>', 'scored in the same pass and compared, instead of the job’s')
    .option('--no-publish', 'score and check, leave the batch as it is')
    .option('--detach', 'start it and come back at once')
    .addOption(json())
  runs.action(async (job: string, { batch, ...options }: RunOptions) => {
    // not a mandatory option of commander's: it would demand it of `run list` too
    if (batch === undefined) return runs.error("error: required option '--batch <key>' not specified")
    return run((await import('../commands/run-batch.js')).runBatch(io, job, { batch, ...options }))
  })
  const commands = () => import('../commands/runs.js')
  runs
    .command('list')
    .summary('the newest runs')
    .option('--job <job>', 'of this job only')
    .addOption(batch())
    .option('--limit <count>', 'at most so many', wholeNumber(1, 10_000), 20)
    .addOption(json())
    .action(async (options: { job?: string; batch?: string; limit: number; json?: true }) =>
      run((await commands()).printRuns(io, options)),
    )
  runs
    .command('show')
    .argument('<run>', 'run id, or its beginning')
    .summary('one run: counts, times, speed, quarantine, error')
    .addOption(json())
    .action(async (id: string, options: { json?: true }) => run((await commands()).printRun(io, id, options)))
  runs
    .command('resume')
    .argument('<run>', 'run id, or its beginning')
    .summary('go on with a failed or cancelled run: only missing shards are scored')
    .option('--detach', 'start it and come back at once')
    .addOption(json())
    .action(async (id: string, options: { detach?: true; json?: true }) =>
      run((await import('../commands/run-batch.js')).resumeRun(io, id, options)),
    )
  runs
    .command('cancel')
    .argument('<run>', 'run id, or its beginning')
    .summary('stop a run; the batch’s former predictions stay')
    .addOption(json())
    .action(async (id: string, options: { json?: true }) =>
      run((await commands()).cancelRun(io, id, options)),
    )
  runs
    .command('rollback')
    .argument('<job>', 'name of an applied job')
    .summary('swap a batch back to what was visible before')
    .addOption(batch().makeOptionMandatory())
    .option('--to <revision>', 'revision or run that was published before; default: the one before')
    .requiredOption('--why <text>', 'kept, with who asked for it')
    .addOption(json())
    .action(async (job: string, options: RollbackBatchOptions) =>
      run((await import('../commands/rollback-batch.js')).rollbackBatch(io, job, options)),
    )
  for (const [decision, summary] of [
    ['approve', 'publish a run that a gate holds'],
    ['reject', 'close a run that a gate holds; the batch’s former predictions stay'],
  ] as const)
    runs
      .command(decision)
      .argument('<run>', 'run id, or its beginning')
      .summary(summary)
      .requiredOption('--why <text>', 'kept with the run, with who decided')
      .addOption(json())
      .action(async (id: string, options: { why: string; json?: true }) =>
        run((await import('../commands/decide.js')).decide(io, decision, id, options)),
      )
}

interface RunOptions {
  readonly batch?: string
  readonly model?: string
  readonly shadow?: string
  readonly publish: boolean
  readonly detach?: true
  readonly json?: true
}
