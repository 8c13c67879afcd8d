import fs from 'node:fs'
import { z } from 'zod'
import type { StackFolders } from './folders'

const identity = z.object({ pid: z.number(), started: z.string() })

const serverRecord = z.object({
  /** Who stops it: the process that started it, or took it over from one that was killed. */
  owner: identity,
  process: identity,
  port: z.number(),
  uiPort: z.number().optional(),
})

const stackState = z.object({ postgres: serverRecord.optional(), temporal: serverRecord.optional() })

export type ServerRecord = z.infer<typeof serverRecord>
export type ServerName = keyof z.infer<typeof stackState>

/** @returns what was started last; whether it still runs is for the reader to check. */
export function readRecord(folders: StackFolders, name: ServerName): ServerRecord | undefined {
  return readState(folders)[name]
}

/** Written as soon as the process exists, before it answers: whoever comes after a kill -9 finds it. */
export function writeRecord(folders: StackFolders, name: ServerName, record: ServerRecord | undefined): void {
  const state = { ...readState(folders), [name]: record }
  const temporary = `${folders.stateFile}.${process.pid}`
  fs.writeFileSync(temporary, `${JSON.stringify(state, null, 2)}\n`)
  fs.renameSync(temporary, folders.stateFile)
}

function readState(folders: StackFolders): z.infer<typeof stackState> {
  try {
    return stackState.parse(JSON.parse(fs.readFileSync(folders.stateFile, 'utf8')))
  } catch {
    return {} // none yet, or not ours: then Postgres's own postmaster.pid tells
  }
}
