import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { temporal } from '@temporalio/proto'

export type History = temporal.api.history.v1.IHistory
const { History } = temporal.api.history.v1

/** A recorded history: `<play>.<workflow type>.<status>.json`, Temporal's History message as JSON. */
export interface RecordedHistory {
  readonly file: string
  readonly play: string
  readonly workflowType: string
  readonly history: History
}

/** All that are recorded, by name. */
export function readHistories(): RecordedHistory[] {
  const files = fs.readdirSync(__dirname).filter((file) => file.endsWith('.json'))
  return files.sort().map((file) => {
    const [play = '', workflowType = ''] = file.split('.')
    const history = History.fromObject(
      JSON.parse(fs.readFileSync(path.join(__dirname, file), 'utf8')) as object,
    )
    return { file, play, workflowType, history }
  })
}

/** Replaces what is recorded of a play. @param histories by workflow type and status, as in `scoreBatch.completed` */
export function writeHistories(play: string, histories: ReadonlyMap<string, History>): void {
  for (const file of fs.readdirSync(__dirname))
    if (file.startsWith(`${play}.`) && file.endsWith('.json')) fs.rmSync(path.join(__dirname, file))
  for (const [name, history] of histories)
    fs.writeFileSync(path.join(__dirname, `${play}.${name}.json`), historyText(history))
}

/** One event a line; without what tells of the machine that recorded it: its name, process ids, paths of stack traces. */
function historyText(history: History): string {
  const plain = { bytes: String, enums: String, longs: String } as const
  const { events } = History.toObject(History.fromObject(history), plain) as { events: unknown[] }
  const lines = events.map((event) =>
    JSON.stringify(event, (key, value: unknown) => (key === 'stackTrace' ? '' : value)),
  )
  const text = `{"events":[\n${lines.join(',\n')}\n]}\n`
  return text.replaceAll(os.hostname(), 'host').replaceAll(/\d+@host/g, 'worker@host')
}
