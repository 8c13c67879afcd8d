import { randomBytes } from 'node:crypto'
import { readModelKeys } from '../../../activities/scoring/model-keys'

const key = Buffer.alloc(32, 7)
const read = (current?: string, old?: string) =>
  readModelKeys({ NIGHTSCORE_MODEL_KEY: current, NIGHTSCORE_MODEL_KEYS_OLD: old })

test('no key set: models are stored as they are', () => {
  expect(read()).toEqual({ current: null, byId: new Map() })
  expect(read('  ', '')).toEqual({ current: null, byId: new Map() })
})

test('a key is the same in base64, base64url and hex, and has the same id', () => {
  const random = randomBytes(32)
  const ids = (['base64', 'base64url', 'hex'] as const).map(
    (encoding) => read(random.toString(encoding)).current?.id,
  )
  expect(new Set(ids).size).toBe(1)
  expect(Buffer.from(read(random.toString('hex')).current!.bytes)).toEqual(random)
})

test('its id is the start of its SHA-256, which does not give it away', () => {
  expect(read(key.toString('hex')).current?.id).toBe('4bb06f8e4e3a7715')
})

test('former keys decrypt beside the current one', () => {
  const former = [randomBytes(32), randomBytes(32)].map((one) => one.toString('base64'))
  const { current, byId } = read(key.toString('base64'), former.join(' , '))
  expect(byId.size).toBe(3)
  expect(byId.get(current!.id)).toBe(current)
})

test.each([
  ['too short', key.subarray(1).toString('base64')],
  ['too long', Buffer.alloc(33).toString('base64')],
  ['a password', 'correct horse battery staple'],
  ['hex of 31 bytes', key.toString('hex').slice(2)],
])('%s: refused, and never shown', (_, text) => {
  expect(() => read(text)).toThrow(`NIGHTSCORE_MODEL_KEY of ${text.length} characters`)
  expect(() => read(key.toString('hex'), `${key.toString('hex')},${text}`)).toThrow(
    'NIGHTSCORE_MODEL_KEYS_OLD, key 2',
  )
  expect(() => read(text)).not.toThrow(text)
})
