import fs from 'node:fs'
import path from 'node:path'
import { giveSignOfLife } from '../../workers/sign-of-life'
import { temporaryFolder } from '../stack'

const file = path.join(temporaryFolder(), 'sign')

afterEach(() => {
  jest.useRealTimers()
})

test('the file is there at once, is written anew as time goes on, and goes at the end', () => {
  jest.useFakeTimers()
  const end = giveSignOfLife(file)
  expect(fs.readFileSync(file, 'utf8')).toBe(`${process.pid}\n`)
  fs.utimesSync(file, new Date(0), new Date(0))
  jest.advanceTimersByTime(10_000)
  expect(fs.statSync(file).mtimeMs).toBeGreaterThan(0)
  end()
  expect(fs.existsSync(file)).toBe(false)
  jest.advanceTimersByTime(60_000)
  expect(fs.existsSync(file)).toBe(false)
})

test('a file that cannot be written is told at the start, and ends no worker later', () => {
  expect(() => giveSignOfLife(path.join(file, 'below'))).toThrow(/NIGHTSCORE_HEALTH_FILE=.*ENOENT/)
  jest.useFakeTimers()
  const folder = temporaryFolder()
  const end = giveSignOfLife(path.join(folder, 'sign'))
  fs.rmSync(folder, { recursive: true })
  expect(() => jest.advanceTimersByTime(10_000)).not.toThrow()
  end()
})

test('without a file nothing is written', () => {
  expect(() => giveSignOfLife(undefined)()).not.toThrow()
})
