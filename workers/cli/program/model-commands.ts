import type { Command } from 'commander'
import type { CliIo } from '../cli-io'
import type { CompareOptions } from '../commands/compare'
import type { PromoteOptions, RollbackModelOptions } from '../commands/versions'
import { json, wholeNumber, type Run } from './options'

/** `model` and what is done with models. */
export function addModelCommands(program: Command, io: CliIo, run: Run): void {
  const model = program.command('model').summary('register and promote models')
  const commands = () => import('../commands/model.js')
  const versions = () => import('../commands/versions.js')
  model
    .command('register')
    .argument('<folder>', 'folder with model.yaml and model.onnx')
    .summary('check a model package and store it as the next version')
    .addOption(json())
    .action(async (folder: string, options: { json?: true }) =>
      run((await commands()).registerPackage(io, folder, options)),
    )
  model
    .command('list')
    .summary('models, their versions and aliases')
    .addOption(json())
    .action(async (options: { json?: true }) => run((await commands()).printModels(io, options)))
  model
    .command('show')
    .argument('<name>', 'as in model.yaml')
    .summary('one model: features, tensors, golden check, history of aliases')
    .addOption(json())
    .action(async (name: string, options: { json?: true }) =>
      run((await commands()).printModel(io, name, options)),
    )
  model
    .command('promote')
    .argument('<name@version>', 'as in flights-late@2')
    .summary('point an alias at a version that passes what its jobs ask for')
    .requiredOption('--alias <alias>', 'such as champion')
    .option('--job <job>', 'what this job asks for too, where it does not name the alias')
    .option('--force', 'also where it is refused; with --why')
    .option('--why <text>', 'kept in the alias’s history')
    .addOption(json())
    .action(async (version: string, options: PromoteOptions) =>
      run((await versions()).promote(io, version, options)),
    )
  model
    .command('rollback')
    .argument('<name>', 'as in model.yaml')
    .summary('point an alias at the version that it named before')
    .option('--alias <alias>', 'the alias', 'champion')
    .requiredOption('--why <text>', 'kept in the alias’s history')
    .option('--rescore <range>', 'FROM..TO: score these published batches again, with that version')
    .option('--job <job>', 'whose batches; repeatable; default: all jobs that name the alias', collect)
    .addOption(json())
    .action(async (name: string, options: RollbackModelOptions) =>
      run((await versions()).rollback(io, name, options)),
    )
  model
    .command('compare')
    .argument('<champion>', 'name@version or name@alias')
    .argument('<challenger>', 'the same, of the other model')
    .summary('score past batches by both and compare them; nothing is published')
    .requiredOption('--job <job>', 'name of an applied job')
    .option('--from <key>', 'first batch; default: the last 7 published ones')
    .option('--to <key>', 'last batch, included; default: the first')
    .option('--in-flight <count>', 'batches at a time', wholeNumber(1, 20), 2)
    .option('--detach', 'start it and come back at once')
    .addOption(json())
    .action(async (champion: string, challenger: string, options: CompareOptions) =>
      run((await import('../commands/compare.js')).compareVersions(io, champion, challenger, options)),
    )
  model
    .command('rotate-keys')
    .summary('encrypt all stored models anew with NIGHTSCORE_MODEL_KEY')
    .addOption(json())
    .action(async (options: { json?: true }) => run((await commands()).rotateKeys(io, options)))
}

const collect = (value: string, former: readonly string[] = []): string[] => [...former, value]
