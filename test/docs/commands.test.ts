import type { Command } from 'commander'
import { createProgram } from '../../workers/cli/program'
import { memoryIo } from '../workers/cli/memory-io'
import { commandLines, pages } from './pages'
import { errorCatalogue } from '../../schemas/errors'

const program = createProgram(memoryIo(), () => undefined)
const lines = pages().flatMap(({ name, text }) => commandLines(text).map((line) => ({ name, line })))

/** What is wrong with a command line: a command or option that there is not; undefined where nothing is. */
function fault(line: string): string | undefined {
  let command: Command = program
  for (const word of line.split(' ').slice(1)) {
    const next = command.commands.find((one) => one.name() === word)
    if (next) command = next
    else if (word.startsWith('--') && word !== '--help') {
      if (!command.options.some((option) => option.long === word)) return `${command.name()} has no ${word}`
    } else if (command.registeredArguments.length === 0 && command.commands.length > 0 && word !== '--help')
      return `${command.name()} has no command ${word}`
  }
  return undefined
}

test.each(lines)('$name: $line', ({ line }) => {
  expect(fault(line)).toBeUndefined()
})

test('a command that there is not would be found', () => {
  expect(fault('nightscore modle register x')).toBe('nightscore has no command modle')
  expect(fault('nightscore apply x --force')).toBe('apply has no --force')
})

test('the fixes of the error catalogue name commands that there are', () => {
  const named = Object.values(errorCatalogue).flatMap(({ fix }) => fix.match(/nightscore( [a-z-]+)+/g) ?? [])
  expect(named.length).toBeGreaterThan(5)
  expect(named.filter((line) => program.commands.every((one) => one.name() !== line.split(' ')[1]))).toEqual(
    [],
  )
})
