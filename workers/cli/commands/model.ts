import path from 'node:path'
import { readModelKeys } from '../../../activities/scoring/model-keys'
import { listModels, registerModel, rotateModelKeys, showModel } from '../../../activities/scoring/registry'
import type { CliIo } from '../cli-io'
import { modelLines } from '../model-lines'
import { count, printOutcome } from '../output'
import { operator, withSession } from '../session'
import { textTable } from '../text-table'

interface Json {
  readonly json?: true
}

/** `model register FOLDER`: checks the package and stores it as the model's next version. */
export function registerPackage(io: CliIo, folder: string, { json }: Json): Promise<void> {
  return withSession(io, async ({ connections, config }) => {
    const keys = readModelKeys(config.environment)
    const registered = await registerModel(connections.control, path.resolve(io.folder, folder), {
      keys,
      by: operator(),
    })
    const { model, version, created, golden } = registered
    printOutcome(io, json, registered, [
      `${model}@${version}: ${created ? 'registered' : 'registered already, nothing changed'}.`,
      golden === null
        ? '  no golden rows: nobody has compared its scores with those of the training framework'
        : `  ${count(golden.rows)} golden rows agree, largest difference ${golden.maxAbsDifference.toPrecision(2)}`,
    ])
  })
}

/** `model list` */
export function printModels(io: CliIo, { json }: Json): Promise<void> {
  return withSession(io, async ({ connections }) => {
    const models = await listModels(connections.control)
    const table = textTable(
      [{ title: 'MODEL' }, { title: 'TASK' }, { title: 'VERSIONS', align: 'right' }, { title: 'ALIASES' }],
      models.map(({ name, task, versions, aliases }) => [name, task, String(versions), aliasText(aliases)]),
    )
    printOutcome(io, json, models, models.length === 0 ? ['No models.'] : table)
  })
}

function aliasText(aliases: Readonly<Record<string, number>>): string {
  return Object.entries(aliases)
    .map(([alias, version]) => `${alias} @${version}`)
    .join(', ')
}

/** `model show NAME`: versions with features, tensors and golden check, and every move of its aliases. */
export function printModel(io: CliIo, name: string, { json }: Json): Promise<void> {
  return withSession(io, async ({ connections }) => {
    const model = await showModel(connections.control, name)
    printOutcome(io, json, model, modelLines(model))
  })
}

/** `model rotate-keys`: all stored models under NIGHTSCORE_MODEL_KEY. */
export function rotateKeys(io: CliIo, { json }: Json): Promise<void> {
  return withSession(io, async ({ connections, config }) => {
    const outcome = await rotateModelKeys(connections.control, readModelKeys(config.environment))
    printOutcome(io, json, outcome, [
      `${outcome.rotated} files encrypted anew, ${outcome.current} had the current key already.`,
    ])
  })
}
