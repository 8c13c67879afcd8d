import { Option, type Command } from 'commander'
import type { CliIo } from '../cli-io'
import type { BackfillOptions } from '../commands/backfill'
import { json, wholeNumber, type Run } from './options'

const why = () => new Option('--why <text>', 'kept beside the schedule, shown in the Temporal UI')

/** `schedule list|pause|resume|trigger`, `backfill`; what a schedule is stands in the job file. */
export function addScheduleCommands(program: Command, io: CliIo, run: Run): void {
  const schedule = program.command('schedule').summary('when jobs run by themselves')
  const commands = () => import('../commands/schedule.js')
  schedule
    .command('list')
    .summary('next times, last runs, what is paused and why')
    .addOption(json())
    .action(async (options: { json?: true }) => run((await commands()).printSchedules(io, options)))
  schedule
    .command('pause')
    .argument('<job>', 'name of an applied job')
    .summary('start nothing until it is resumed; runs under way go on')
    .addOption(why())
    .addOption(json())
    .action(async (job: string, options: { why?: string; json?: true }) =>
      run((await commands()).pauseSchedule(io, job, options)),
    )
  schedule
    .command('resume')
    .argument('<job>', 'name of an applied job')
    .summary('start at the next time again')
    .addOption(why())
    .addOption(json())
    .action(async (job: string, options: { why?: string; json?: true }) =>
      run((await commands()).resumeSchedule(io, job, options)),
    )
  schedule
    .command('trigger')
    .argument('<job>', 'name of an applied job')
    .summary('start now what the schedule would start now')
    .addOption(json())
    .action(async (job: string, options: { json?: true }) =>
      run((await commands()).triggerSchedule(io, job, options)),
    )
  program
    .command('backfill')
    .argument('<job>', 'name of an applied job')
    .summary('score all batches from one day or hour to another')
    .requiredOption('--from <key>', 'first batch, such as 2013-02-01')
    .requiredOption('--to <key>', 'last batch, included')
    .option('--in-flight <count>', 'batches at a time', wholeNumber(1, 100), 2)
    .option('--redo', 'score published batches again; without it they are skipped')
    .option('--stop-on-failure', 'start no further batch after one that failed or is held')
    .option('--model <model>', 'name@version or name@alias instead of the job’s')
    .option('--detach', 'start it and come back at once')
    .addOption(json())
    .action(async (job: string, options: BackfillOptions) =>
      run((await import('../commands/backfill.js')).backfillJob(io, job, options)),
    )
}
