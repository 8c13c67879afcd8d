import { leafCommands } from '../../../workers/cli/help-page'
import { createProgram } from '../../../workers/cli/program'
import { runCli } from '../../../workers/cli/run-cli'
import { memoryIo } from './memory-io'

async function run(...words: string[]) {
  const io = memoryIo()
  return { code: await runCli(words, io), out: io.out(), err: io.err() }
}

test('--help is one page with every command, on stdout, and no error', async () => {
  const { code, out, err } = await run('--help')
  expect({ code, err }).toEqual({ code: 0, err: '' })
  for (const { words } of leafCommands(createProgram(memoryIo(), () => undefined)))
    expect(out).toContain(`  ${words} `)
  for (const title of ['Usage:', 'Commands:', 'Options:', 'Environment', 'Examples:', 'Exit code:'])
    expect(out).toContain(title)
  expect(out.split('\n').length).toBeLessThan(70)
})

test('each command says what it does', () => {
  const silent = leafCommands(createProgram(memoryIo(), () => undefined)).filter(
    ({ command }) => command.summary() === '',
  )
  expect(silent.map(({ words }) => words)).toEqual([])
})

test('a command has a page of its own', async () => {
  const { code, out } = await run('run', '--help')
  expect(code).toBe(0)
  expect(out).toContain('--no-publish')
  expect(out).toContain('resume')
})

test('--version prints the version', async () => {
  expect(await run('--version')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string,
  })
})

test.each([
  [['aply', 'x.yaml'], /unknown command 'aply'\n\(Did you mean apply\?\)/],
  [['run', 'flights'], /required option '--batch <key>' not specified/],
  [['apply', 'x', '--jason'], /unknown option '--jason'\n\(Did you mean --json\?\)/],
  [['apply'], /missing required argument 'file'/],
  [['apply', 'a', 'b'], /too many arguments/],
  [['run', 'list', '--limit', 'ten'], /Expected a whole number from 1 to 10000/],
  [['model', 'promote', 'm@1'], /required option '--alias <alias>' not specified/],
])('wrong usage ends with 2 and says what is wrong: %j', async (words, message) => {
  const { code, out, err } = await run(...words)
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(err).toMatch(message)
})

test('a subcommand has its own options: neither those of run nor its demands', async () => {
  expect((await run('run', 'list', '--json')).err).not.toContain('--batch')
  expect(await run('run', 'list', '--detach')).toMatchObject({ code: 2 })
})

test('without a command the page is shown, as wrong usage', async () => {
  const { code, err } = await run()
  expect(code).toBe(2)
  expect(err).toContain('Usage: nightscore')
})
