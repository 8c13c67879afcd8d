import { readFileSync } from 'node:fs'
import path from 'node:path'
import { Command } from 'commander'
import type { CliIo } from './cli-io'
import { helpPage } from './help-page'
import { batch, json, wholeNumber, type Outcome, type Run } from './program/options'
import { addMaintenanceCommands } from './program/maintenance-commands'
import { addModelCommands } from './program/model-commands'
import { addRunCommands } from './program/run-commands'
import { addScheduleCommands } from './program/schedule-commands'
import { projectFolder } from './project-folder'

/**
 * The command line: every command with its arguments and options, and nothing of what they do. That is loaded when a
 * command runs: Temporal, DuckDB and ONNX Runtime together take a second to load, help should not wait for them.
 */
export function createProgram(io: CliIo, exitWith: (code: number) => void): Command {
  const program = new Command('nightscore')
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand(false)
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.stdout.write(text), writeErr: (text) => io.stderr.write(text) })
    .showHelpAfterError('nightscore --help tells all commands')
    .configureHelp({ showGlobalOptions: false })
  program.helpInformation = () => helpPage(program)
  const run = async (outcome: Outcome) => {
    const code = await outcome
    if (typeof code === 'number') exitWith(code)
  }
  addStackCommands(program, io, run)
  addModelCommands(program, io, run)
  addJobCommands(program, io, run)
  addRunCommands(program, io, run)
  addScheduleCommands(program, io, run)
  addLabelCommands(program, io, run)
  addReportCommand(program, io, run)
  addMaintenanceCommands(program, io, run)
  return program
}

function addStackCommands(program: Command, io: CliIo, run: Run): void {
  program
    .command('up')
    .summary('start Postgres, Temporal and a worker here; Ctrl-C stops them')
    .action(async () => run((await import('./commands/up.js')).up(io)))
  program
    .command('demo')
    .summary('score and evaluate nights of real flights, from nothing')
    .option('--keep', 'leave everything running until Ctrl-C')
    .addOption(json())
    .action(async (options: { keep?: true; json?: true }) =>
      run((await import('./commands/demo.js')).demo(io, options)),
    )
  program
    .command('worker')
    .summary('take work from the task queue until SIGTERM')
    .action(async () => run((await import('./commands/worker.js')).worker(io)))
  program
    .command('serve')
    .summary('reports in the browser, until SIGTERM')
    .action(async () => run((await import('./commands/serve.js')).serve(io)))
  program
    .command('migrate')
    .summary('make or update Nightscore’s tables in DATABASE_URL, and its search attributes in Temporal')
    .addOption(json())
    .action(async (options: { json?: true }) =>
      run((await import('./commands/migrate-database.js')).migrateDatabase(io, options)),
    )
  program
    .command('doctor')
    .summary('check the installation, the servers and the jobs’ connections')
    .addOption(json())
    .action(async (options: { json?: true }) =>
      run((await import('./commands/doctor.js')).doctor(io, options)),
    )
}

function addJobCommands(program: Command, io: CliIo, run: Run): void {
  program
    .command('apply')
    .argument('<file>', 'job file')
    .summary('check a job file and store it; an unchanged one changes nothing')
    .addOption(json())
    .action(async (file: string, options: { json?: true }) =>
      run((await import('./commands/apply.js')).apply(io, file, options)),
    )
  program
    .command('preview')
    .argument('<job>', 'name of an applied job, or a job file')
    .summary('score the first rows of a batch and show them; writes nothing')
    .addOption(batch().makeOptionMandatory())
    .option('--rows <count>', 'rows to score', wholeNumber(1, 10_000), 10)
    .option('--model <model>', 'name@version or name@alias instead of the job’s')
    .addOption(json())
    .action(async (job: string, options: { batch: string; rows: number; model?: string; json?: true }) =>
      run((await import('./commands/preview.js')).preview(io, job, options)),
    )
  program
    .command('score')
    .argument('<job>', 'name of an applied job, or a job file')
    .summary('score one row, given as JSON here or on standard input')
    .option('--row <json>', 'the source’s columns as a JSON object')
    .addOption(batch())
    .option('--model <model>', 'name@version or name@alias instead of the job’s')
    .addOption(json())
    .action(async (job: string, options: { row?: string; batch?: string; model?: string; json?: true }) =>
      run((await import('./commands/score.js')).score(io, job, options)),
    )
}

function addLabelCommands(program: Command, io: CliIo, run: Run): void {
  program
    .command('evaluate')
    .argument('<job>', 'name of an applied job')
    .summary('accuracy of a batch on the labels that are there by now')
    .addOption(batch().makeOptionMandatory())
    .addOption(json())
    .action(async (job: string, options: { batch: string; json?: true }) =>
      run((await import('./commands/evaluate.js')).evaluate(io, job, options)),
    )
  program
    .command('labels')
    .summary('labels that come as files')
    .command('load')
    .argument('<job>', 'name of an applied job')
    .summary('keep a file of labels; the next evaluation takes them')
    .requiredOption('--file <file>', 'Parquet or CSV with the key columns and the label')
    .option('--batch <key>', 'the batch that they are for; default: whichever has the key')
    .option('--column <column>', 'the label’s column; default: labels.column of the job')
    .addOption(json())
    .action(async (job: string, options: { file: string; batch?: string; column?: string; json?: true }) =>
      run((await import('./commands/labels.js')).loadLabels(io, job, options)),
    )
}

function addReportCommand(program: Command, io: CliIo, run: Run): void {
  program
    .command('report')
    .argument('<run>', 'run id, its beginning, or JOB/BATCH for the published run')
    .summary('what a run’s numbers say: verdict, findings; the whole page with --html')
    .option('--html <file>', 'save the page, one file that needs no network')
    .option('--open', 'show the page in a browser')
    .addOption(json())
    .action(async (id: string, options: { html?: string; open?: true; json?: true }) =>
      run((await import('./commands/report.js')).report(io, id, options)),
    )
}

function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(path.join(projectFolder, 'package.json'), 'utf8')) as {
    version: string
  }
  return version
}
