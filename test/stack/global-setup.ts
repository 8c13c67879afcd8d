import { type ChildProcess, fork } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { removeLeftovers } from './remove-stack'

declare global {
  var nightscoreTestStack: ChildProcess | undefined
}

const message = z.union([
  z.object({ line: z.string() }),
  z.object({ failure: z.string() }),
  z.object({ databaseUrl: z.string(), temporalAddress: z.string() }),
])

/** Starts one fresh Postgres and one fresh Temporal for all integration tests; their addresses go into the environment. */
export default async function globalSetup(): Promise<void> {
  const project = path.resolve(__dirname, '..', '..')
  const home = path.join(project, '.nightscore')
  const server = path.join(project, 'dist', 'test', 'stack', 'server.js')
  if (!fs.existsSync(server)) throw new Error(`found no ${server}; run \`npm run build\` first`)
  await removeLeftovers(home)

  const child = fork(server, [path.join(home, `test-${process.pid}`), path.join(home, 'bin')], {
    execArgv: [],
  })
  globalThis.nightscoreTestStack = child
  const addresses = await new Promise<{ databaseUrl: string; temporalAddress: string }>((resolve, reject) => {
    child.on('message', (raw) => {
      const told = message.parse(raw)
      if ('line' in told) process.stderr.write(`${told.line}\n`)
      else if ('failure' in told) reject(new Error(told.failure))
      else resolve(told)
    })
    child.once('exit', (code) => reject(new Error(`the test servers' process ended with code ${code}`)))
  })
  for (const name of Object.keys(process.env))
    if (/^(TEMPORAL_|NIGHTSCORE_|PG)/.test(name)) delete process.env[name]
  process.env['DATABASE_URL'] = addresses.databaseUrl
  process.env['TEMPORAL_ADDRESS'] = addresses.temporalAddress
  process.env['TEMPORAL_CONFIG_FILE'] = path.join(home, 'no-such-file.toml') // a profile of the user's would add its TLS
}
