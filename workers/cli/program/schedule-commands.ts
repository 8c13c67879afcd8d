import { Option, type Command } from 'commander'
import type { CliIo } from '../cli-io'
import { json, type Run } from './options'

const why = () => new Option('--why <text>', 'kept beside the schedule, shown in the Temporal UI')

/** `schedule list|pause|resume|trigger`; what a schedule is stands in the job file. */
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
}
