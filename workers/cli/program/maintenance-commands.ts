import type { Command } from 'commander'
import type { CliIo } from '../cli-io'
import type { MaintainOptions } from '../commands/maintain'
import { json, wholeNumber, type Run } from './options'

/** `maintain`, `alert list|test`. */
export function addMaintenanceCommands(program: Command, io: CliIo, run: Run): void {
  program
    .command('maintain')
    .summary('drop what retention does not keep; by itself once a week')
    .option('--dry-run', 'tell what would be dropped, drop nothing')
    .option('--days <count>', 'instead of retention.days of every job', wholeNumber(1, 36_500))
    .addOption(json())
    .action(async (options: MaintainOptions) =>
      run((await import('../commands/maintain.js')).maintainNow(io, options)),
    )
  const alert = program.command('alert').summary('what jobs’ webhooks were told')
  const commands = () => import('../commands/alerts.js')
  alert
    .command('list')
    .summary('the newest alerts, sent or not')
    .option('--job <job>', 'of this job only')
    .option('--limit <count>', 'at most so many', wholeNumber(1, 10_000), 20)
    .addOption(json())
    .action(async (options: { job?: string; limit: number; json?: true }) =>
      run((await commands()).printAlerts(io, options)),
    )
  alert
    .command('test')
    .argument('<job>', 'name of an applied job')
    .summary('send a test to the job’s webhook, as its workers would')
    .addOption(json())
    .action(async (job: string, options: { json?: true }) =>
      run((await commands()).testAlert(io, job, options)),
    )
}
