import fs from 'node:fs'
import path from 'node:path'
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker'
import { readHistories, type RecordedHistory } from './history-file'
import { plays } from './plays'

/**
 * Runs that began under older code go on under this one after a deploy: the workflows as they are built now must take the recorded
 * histories, command by command. docs/operations.md, "Deploys", has the rule.
 */
const project = path.resolve(__dirname, '..', '..')
const codePath = path.join(project, 'dist', 'workflow-bundle.js')
const histories = readHistories()

const whatToDo = (play: string): string =>
  `A run that is under way when this code is deployed would stop here. Keep the order of events for runs that have begun: ` +
  `if (patched('what-changed')) new else old. Only where no such run can be alive: npm run histories -- -t '^${play}$'`

/** @returns what a replay says against a history; undefined where it goes through. */
async function objection({
  file,
  history,
}: Pick<RecordedHistory, 'file' | 'history'>): Promise<string | undefined> {
  // children are named after the workflow that starts them
  const workflowId = history.events?.[0]?.workflowExecutionStartedEventAttributes?.workflowId ?? ''
  const results = Worker.runReplayHistories({ workflowBundle: { codePath } }, [{ workflowId, history }])
  for await (const { error } of results)
    return /\[TMPRL1100\][^"]*/.exec(error?.message ?? '')?.[0] ?? error?.message // the rest is Rust's view of it
  throw new Error(`${file} was not replayed`)
}

beforeAll(() => {
  if (!fs.existsSync(codePath)) throw new Error(`found no ${codePath}; run \`npm run build\` first`)
  Runtime.install({ logger: new DefaultLogger('ERROR', () => undefined) }) // what it has to say is in the results
})

test.each(histories)('$file replays', async (recorded) => {
  const found = await objection(recorded)
  if (found !== undefined)
    throw new Error(`${recorded.file} does not replay: ${found}\n${whatToDo(recorded.play)}`)
})

test('every workflow has a recorded history', () => {
  const index = fs.readFileSync(path.join(project, 'workflows', 'index.ts'), 'utf8')
  const types = [...index.matchAll(/export \{ (\w+) \}/g)].map(([, type]) => type!)
  expect(types).toContain('scoreBatch')
  const recorded = new Set(histories.map(({ workflowType }) => workflowType))
  expect(types.filter((type) => !recorded.has(type))).toEqual([]) // add a play to plays.ts, then npm run histories -- PLAY
})

test('every play is recorded, and nothing that is no play any more', () => {
  expect([...new Set(histories.map(({ play }) => play))].sort()).toEqual(Object.keys(plays).sort())
})

test('a history that the code would not write is refused', async () => {
  const published = histories.find(({ file }) => file === 'published.scoreBatch.completed.json')!
  const history = structuredClone(published.history)
  const check = history.events!.find(
    (event) => event.activityTaskScheduledEventAttributes?.activityType?.name === 'checkRun',
  )
  check!.activityTaskScheduledEventAttributes!.activityType!.name = 'checkRunInAnotherWay'
  expect(await objection({ file: 'changed.json', history })).toMatch(/checkRunInAnotherWay/)
})
