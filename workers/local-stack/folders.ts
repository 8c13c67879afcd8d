import path from 'node:path'

/** Where the local stack keeps what it needs, all of it under `<root>/.nightscore`. */
export interface StackFolders {
  readonly home: string
  readonly stateFile: string
  readonly lockFile: string
  readonly passwordFile: string
  /** Postgres's data, or a symlink to it where Postgres's user cannot reach this folder. */
  readonly postgresData: string
  readonly temporalDatabase: string
  readonly logs: string
  readonly bin: string
}

export function stackFolders(root: string, binFolder?: string): StackFolders {
  const home = path.join(path.resolve(root), '.nightscore')
  return {
    home,
    stateFile: path.join(home, 'stack.json'),
    lockFile: path.join(home, 'stack.lock'),
    passwordFile: path.join(home, 'postgres.password'),
    postgresData: path.join(home, 'postgres'),
    temporalDatabase: path.join(home, 'temporal.db'),
    logs: path.join(home, 'logs'),
    bin: binFolder ?? path.join(home, 'bin'),
  }
}
