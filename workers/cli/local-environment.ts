import { existsSync } from 'node:fs'
import path from 'node:path'
import { stackFolders } from '../local-stack/folders'
import { postgresUrl } from '../local-stack/postgres'
import { isAlive } from '../local-stack/processes'
import { readRecord } from '../local-stack/state'

/** A local stack as other commands find it: what of it runs at this moment. */
export interface RunningStack {
  /** The folder that holds .nightscore. */
  readonly root: string
  readonly databaseUrl?: string
  readonly temporalAddress?: string
  readonly temporalUiUrl?: string
}

/** The nearest folder, from `folder` upwards, where a local stack was started; undefined where none was. */
export function stackRoot(folder: string): string | undefined {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    if (existsSync(stackFolders(at).stateFile)) return at
    if (at === path.dirname(at)) return undefined
  }
}

/** The local stack of that folder, with the servers whose processes live. */
export function runningStack(root: string): RunningStack {
  const folders = stackFolders(root)
  const postgres = readRecord(folders, 'postgres')
  const temporal = readRecord(folders, 'temporal')
  return {
    root,
    ...(postgres && isAlive(postgres.process) && { databaseUrl: postgresUrl(folders, postgres.port) }),
    ...(temporal && isAlive(temporal.process) && { temporalAddress: `127.0.0.1:${temporal.port}` }),
    ...(temporal?.uiPort !== undefined &&
      isAlive(temporal.process) && { temporalUiUrl: `http://127.0.0.1:${temporal.uiPort}` }),
  }
}

/** The environment with a local stack's servers and store filled in where it names none itself. */
export function withStack(environment: NodeJS.ProcessEnv, stack: RunningStack): NodeJS.ProcessEnv {
  const filled: NodeJS.ProcessEnv = { ...environment }
  if (!filled['DATABASE_URL'] && stack.databaseUrl !== undefined) {
    filled['DATABASE_URL'] = stack.databaseUrl
    filled['NIGHTSCORE_STORE'] ||= path.join(stack.root, '.nightscore', 'store')
  }
  if (!namesTemporal(environment) && stack.temporalAddress !== undefined)
    filled['TEMPORAL_ADDRESS'] = stack.temporalAddress
  return filled
}

/** The environment that commands run with: its own settings first, then those of a local stack that runs here. */
export function localEnvironment(environment: NodeJS.ProcessEnv, folder: string): NodeJS.ProcessEnv {
  const root = stackRoot(folder)
  return root === undefined ? environment : withStack(environment, runningStack(root))
}

/** How to look into the database: a URL of the user's own may hold a password that should not be shown. */
export function sqlCommand(environment: NodeJS.ProcessEnv, databaseUrl: string): string {
  return environment['DATABASE_URL'] ? 'psql "$DATABASE_URL"' : `psql ${databaseUrl}`
}

/** Does the environment say which Temporal? */
export function namesTemporal(environment: NodeJS.ProcessEnv): boolean {
  return ['TEMPORAL_ADDRESS', 'TEMPORAL_PROFILE', 'TEMPORAL_CONFIG_FILE'].some((name) => !!environment[name])
}
