import fastify, { type FastifyInstance } from 'fastify'
import type { Pool } from 'pg'
import { loadReport } from '../../activities/evaluation/store/load-report'
import { NightscoreError } from '../../schemas/errors'
import { batchesPage, type ListedBatch } from './batches-page'

/** Batches on the first page. */
const batchesAtMost = 200
/** Reports hold no script and load nothing; a page that slipped something in could not either. */
const headers = {
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
}
const notFound = ['RUN_NOT_FOUND', 'NOT_PUBLISHED_YET', 'REPORT_NOT_FOUND']

/**
 * The HTTP service: reports in the browser. It only reads, and asks nobody who they are: put a proxy that does in front of it where
 * others can reach it.
 * - `GET /` the newest batches; `/?job=JOB` of one job.
 * - `GET /reports/RUN`, `/reports/JOB/BATCH`: a report's page; with `?format=json` its JSON.
 * - `GET /health`: 200 where the control database answers, else 503.
 */
export function createService(control: Pool): FastifyInstance {
  const service = fastify({ logger: false })
  service.addHook('onRequest', async (_, reply) => void reply.headers(headers))
  service.get<{ Querystring: { job?: string } }>('/', async ({ query }, reply) => {
    const job = query.job ?? null
    return reply.type('text/html; charset=utf-8').send(batchesPage(await newestBatches(control, job), job))
  })
  service.get<{ Params: { '*': string }; Querystring: { format?: string } }>(
    '/reports/*',
    async ({ params, query }, reply) => {
      const { page, document } = await loadReport(control, params['*'])
      return query.format === 'json'
        ? reply.send(document)
        : reply.type('text/html; charset=utf-8').send(page)
    },
  )
  service.get('/health', async (_, reply) => {
    const up = await control.query('SELECT 1').then(
      () => true,
      () => false,
    )
    return reply.code(up ? 200 : 503).send({ database: up ? 'ok' : 'unreachable' })
  })
  service.setErrorHandler((error, _, reply) => {
    const known = error instanceof NightscoreError
    // what is not in the catalogue may name hosts and users: it is for the log alone
    if (!known) process.stderr.write(`${error instanceof Error ? (error.stack ?? '') : String(error)}\n`)
    const status = known ? (notFound.includes(error.code) ? 404 : 500) : 500
    return reply
      .code(status)
      .type('text/plain; charset=utf-8')
      .send(known ? error.message : 'The page cannot be made; the service’s log says why.')
  })
  return service
}

async function newestBatches(control: Pool, job: string | null): Promise<ListedBatch[]> {
  const { rows } = await control.query<ListedBatch>(
    `SELECT run_id AS "runId", job, batch, revision, model || '@' || model_version AS model, state, coalesce(p.verdict, r.verdict) AS verdict,
            p.headline, rows_scored::float8 AS "rowsScored", error_code AS "errorCode"
     FROM (SELECT DISTINCT ON (job, batch) * FROM nightscore.run WHERE publish AND ($1::text IS NULL OR job = $1)
           ORDER BY job, batch, state = 'superseded', revision DESC) r LEFT JOIN nightscore.report p USING (run_id)
     ORDER BY opened_at DESC LIMIT $2`,
    [job, batchesAtMost],
  )
  return rows
}
