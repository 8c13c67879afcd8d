import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { postAlert, retryAfterMs } from '../../../activities/alerts/post-alert'
import { signBody } from '../../../activities/alerts/sign-body'
import { readWebhook } from '../../../activities/alerts/webhook'
import { NightscoreError } from '../../../schemas/errors'

let status = 200
let headers: Record<string, string> = {}
let requests = 0
const server: Server = createServer((_, response) => {
  requests += 1
  response.writeHead(status, headers).end('x'.repeat(100_000))
})
let url: URL
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/secret-path`)
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

const post = () => postAlert({ url, secret: undefined }, 'id', '{}')

test.each([
  [200, undefined],
  [204, undefined],
  [302, 'ALERT_REFUSED'],
  [404, 'ALERT_REFUSED'],
  [408, 'ALERT_FAILED'],
  [429, 'ALERT_FAILED'],
  [503, 'ALERT_FAILED'],
])('status %i comes to %s', async (answer, code) => {
  status = answer
  headers = { location: url.href }
  const before = requests
  const posted = await post()
  expect([posted.status, posted.error?.code, requests - before]).toEqual([answer, code, 1])
})

test('a receiver that asks to wait is waited for', async () => {
  status = 429
  headers = { 'retry-after': '7' }
  expect((await post()).error?.facts.retryAfterMs).toBe(7_000)
})

test('a receiver that is not there is worth another attempt, and its URL stays secret', async () => {
  const gone = new URL('http://127.0.0.1:1/secret-path')
  const { status: none, error } = await postAlert({ url: gone, secret: undefined }, 'id', '{}')
  expect([none, error?.code]).toEqual([null, 'ALERT_FAILED'])
  expect(error?.message).not.toMatch(/secret-path/)
})

test.each([
  ['120', 120_000],
  ['0', 0],
  ['999999', 3_600_000],
  ['Thu, 04 Jul 2013 02:00:30 GMT', 30_000],
  ['Thu, 04 Jul 2013 01:00:00 GMT', 0],
  ['soon', null],
  [null, null],
])('Retry-After: %s is %s ms', (header, ms) => {
  expect(retryAfterMs(header, Date.parse('2013-07-04T02:00:00Z'))).toBe(ms)
})

test('the signature is the HMAC-SHA256 of time and body', () => {
  // printf '1372903200.{"a":"ü"}' | openssl dgst -sha256 -hmac key
  expect(signBody('{"a":"ü"}', 'key', 1_372_903_200_900)).toBe(
    't=1372903200,v1=1998d1a559fd0794b3a5c5560d527859454d10d6dda55941a9677948695e1063',
  )
})

test.each(['ftp://host/x', 'https://user:password@host/x', 'not a url'])(
  'the URL %s is refused without being told',
  (text) => {
    const read = () => readWebhook({ NIGHTSCORE_CONNECTION_A: text }, 'NIGHTSCORE_CONNECTION_A')
    expect(read).toThrow(NightscoreError)
    expect(read).toThrow(/CONFIG_INVALID/)
    expect(read).not.toThrow(text)
  },
)

test('a variable that is not set is named', () => {
  expect(() => readWebhook({}, 'NIGHTSCORE_CONNECTION_A')).toThrow(/no NIGHTSCORE_CONNECTION_A for alerts/)
})
