import type { Pool } from 'pg'
import { Connections } from '../../../activities/data/postgres/connections'
import { reportRun } from '../../../activities/runs/report-run'
import { createService } from '../../../workers/service/create-service'
import { flights, nightParts } from '../../activities/evaluation/reports/flights-night'
import { poolOf, storeJob, storeRun } from '../../activities/evaluation/reports/store-parts'
import { freshDatabase } from '../../stack'
import { whenFileEnds } from '../../stack/clean-up'

/** What a browser gets: the list of batches, reports, and plain words where there is none. */
let pool: Pool
let address: string
let reported: string
let unreported: string

beforeAll(async () => {
  const databaseUrl = await freshDatabase()
  pool = poolOf(databaseUrl)
  const connections = new Connections({ controlUrl: databaseUrl, environment: {} })
  address = await listen(pool)
  whenFileEnds(() => connections.close())
  const night = nightParts(flights(943, 2))
  await storeJob(pool, night)
  reported = await storeRun(pool, night, { batch: '2013-07-04' })
  await reportRun({ connections, serviceUrl: undefined }, reported)
  unreported = await storeRun(pool, night, { batch: '2013-07-05' })
})

function listen(control: Pool): Promise<string> {
  const service = createService(control)
  whenFileEnds(() => service.close())
  return service.listen({ host: '127.0.0.1', port: 0 })
}

/** As a browser asks: over a socket. */
async function get(url: string, of = address) {
  const response = await fetch(`${of}${url}`)
  return {
    statusCode: response.status,
    headers: Object.fromEntries(response.headers),
    body: await response.text(),
  }
}

test('the first page lists each batch with its verdict and a link to its report', async () => {
  const { statusCode, headers, body } = await get('/')
  expect(statusCode).toBe(200)
  expect(headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': expect.stringMatching(/^default-src 'none'/),
    'x-content-type-options': 'nosniff',
  })
  expect(body).toContain(`href="/reports/${reported}"`)
  expect(body).toContain('no report yet')
  expect(body).not.toContain(`href="/reports/${unreported}"`)
  expect(body).not.toMatch(/<script/i)
})

test('one job’s batches only; what is asked for is shown as text', async () => {
  expect((await get('/?job=flights-late')).body).toContain(reported)
  const { body } = await get(`/?job=${encodeURIComponent('<script>alert(1)</script>')}`)
  expect(body).toContain('&lt;script&gt;alert(1)')
  expect(body).not.toContain('<script>')
})

test('a report is its stored page, by run id, its beginning, or job and batch', async () => {
  const { rows } = await pool.query<{ html: string }>('SELECT html FROM nightscore.report')
  for (const id of [reported, reported.slice(0, 12)]) {
    const { statusCode, body } = await get(`/reports/${id}`)
    expect({ statusCode, body }).toEqual({ statusCode: 200, body: rows[0]?.html })
  }
  expect((await get(`/reports/flights-late/2013-07-04`)).body).toBe(rows[0]?.html)
  const { headers, body } = await get(`/reports/${reported}?format=json`)
  expect(headers['content-type']).toMatch(/^application\/json/)
  expect(JSON.parse(body)).toMatchObject({ run: { runId: reported, batch: '2013-07-04' } })
})

test.each([
  ['/reports/00000000-0000-4000-8000-000000000000', /No such run: found no run/],
  ['/reports/flights-late/2099-01-01', /no published run of job flights-late/],
])('%s is not found, in words', async (url, message) => {
  const { statusCode, headers, body } = await get(url)
  expect(statusCode).toBe(404)
  expect(headers['content-type']).toMatch(/^text\/plain/)
  expect(body).toMatch(message)
})

test('a run without a report says so', async () => {
  const { statusCode, body } = await get(`/reports/${unreported}`)
  expect({ statusCode, body }).toEqual({ statusCode: 404, body: expect.stringContaining('REPORT_NOT_FOUND') })
})

test('health is that of the database', async () => {
  expect(await get('/health').then(({ statusCode, body }) => [statusCode, body])).toEqual([
    200,
    '{"database":"ok"}',
  ])
  const nowhere = await listen(poolOf('postgres://nobody@127.0.0.1:1/none'))
  expect((await get('/health', nowhere)).statusCode).toBe(503)
})
