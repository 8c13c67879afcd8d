import { z } from 'zod'
import { batchKeySchema } from './batch-key'
import { durationSchema } from './duration'
import { isPathOrS3 } from './s3-url'
import {
  alertsSchema,
  holdSchema,
  modelReference,
  promotionSchema,
  retentionSchema,
  scheduleSchema,
} from './job-operations'

const sql = z.string().trim().min(1)
const path = z
  .string()
  .min(1)
  .refine(isPathOrS3, 's3://bucket/key, or a path; keys and endpoint of S3 come from AWS_* variables')
const columnNames = z.array(z.string().min(1))
const connectionName = z
  .string()
  .regex(
    /^[A-Za-z][A-Za-z0-9_-]*$/,
    'a connection’s name, such as warehouse; its URL is in NIGHTSCORE_CONNECTION_WAREHOUSE',
  )
const isTimeZone = (zone: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch {
    return false
  }
}

/** What a gate can be about: features, prediction and label are distances; quality rates and row counts. */
const gateSubjects = ['features', 'prediction', 'label', 'quality', 'skew', 'accuracy', 'speed'] as const

const where = sql
  .optional()
  .describe('DuckDB SQL over one row’s columns: rows for which it is not true are left out; $batch is bound')

const sourceSchema = z.union([
  z.strictObject({
    parquet: path.describe('Path, glob or s3://; {yyyy} {MM} {dd} {HH} {batch} come from the batch'),
    where,
  }),
  z.strictObject({ arrow: path.describe('Arrow IPC file or glob; staged as Parquet'), where }),
  z.strictObject({
    csv: z.union([
      path,
      z.strictObject({
        path,
        columns: z
          .record(z.string(), z.string())
          .optional()
          .describe('DuckDB types of columns; others are inferred from all rows'),
        delimiter: z.string().length(1).optional(),
      }),
    ]),
    where,
  }),
  z.strictObject({
    postgres: z.strictObject({
      connection: connectionName.optional().describe('Default: DATABASE_URL'),
      query: sql.describe('Read once in one REPEATABLE READ READ ONLY transaction; $batch is bound as text'),
    }),
    where,
  }),
])

/** A Postgres name, `schema.table` or `table`; parts with dots or capitals in double quotes. */
const tableName = z
  .string()
  .regex(
    /^("(?:[^"\0]|"")+"|[^".\s\0]+)(\.("(?:[^"\0]|"")+"|[^".\s\0]+))?$/,
    'schema.table, parts with dots, spaces or quotes in "double quotes"',
  )

const sinkSchema = z
  .strictObject({
    postgres: z
      .union([tableName, z.strictObject({ table: tableName, connection: connectionName.optional() })])
      .optional()
      .describe('The view that readers select from, with or without another connection than DATABASE_URL'),
    parquet: z
      .union([
        path,
        z.strictObject({
          path,
          compression: z.enum(['zstd', 'snappy']).default('zstd'),
          version: z.enum(['v1', 'v2']).default('v2'),
        }),
      ])
      .optional()
      .describe(
        'A folder or s3://bucket/prefix: batch=KEY in it holds the published files, in S3 their list _current.json',
      ),
    concurrency: z
      .number()
      .int()
      .min(1)
      .max(1_000)
      .optional()
      .describe(
        'Transactions that write predictions into the Postgres sink at a time, across all workers; default: one a scoring thread',
      ),
  })
  .refine(
    ({ postgres, concurrency }) => postgres !== undefined || concurrency === undefined,
    'concurrency is of the Postgres sink',
  )
  .refine((sink) => sink.postgres !== undefined || sink.parquet !== undefined, 'postgres, parquet or both')

const labelsSchema = z
  .strictObject({
    parquet: path
      .optional()
      .describe('Path, glob or s3://; {yyyy} {MM} {dd} {HH} {batch} come from the batch'),
    csv: path.optional().describe('As parquet; types are inferred from all rows'),
    postgres: z
      .strictObject({ connection: connectionName.optional(), query: sql.describe('$batch is bound as text') })
      .optional(),
    where: sql
      .optional()
      .describe(
        'DuckDB SQL over the labels’ columns: rows for which it is not true are left out; $batch is bound',
      ),
    key: columnNames
      .min(1)
      .optional()
      .describe('Columns that hold the job’s key, in its order; default: of the same names'),
    column: z
      .string()
      .min(1)
      .describe('The label: binary a boolean or 0 and 1, multiclass a class, regression a number'),
    maturity: durationSchema.default('1d').describe('How long after its end a batch’s labels are due'),
  })
  .refine(
    ({ parquet, csv, postgres }) => [parquet, csv, postgres].filter((one) => one !== undefined).length <= 1,
    'at most one of parquet, csv and postgres; with none, labels come by nightscore labels load',
  )

const limit = z.union([z.number(), z.literal('trailing')]).optional()

const gateSchema = z
  .strictObject({
    metric: z
      .string()
      .min(1)
      .describe('Such as psi, missing_rate, row_count_ratio, roc_auc, inference_ms_p99; see docs/metrics.md'),
    of: z.enum(gateSubjects).describe('Which numbers of that name'),
    columns: columnNames.min(1).optional().describe('Only these; default: all'),
    except: columnNames.default([]).describe('All but these'),
    segments: z.boolean().default(false).describe('The numbers of segments too'),
    warn: limit.describe('A limit, or trailing: median + 3 MAD of the job’s last published batches'),
    hold: limit.describe('As warn, 6 MAD: the run is not published'),
    fail: limit.describe('As hold; the run fails'),
  })
  .refine(({ warn, hold, fail }) => (warn ?? hold ?? fail) !== undefined, 'warn, hold or fail')

const monitorSchema = z.strictObject({
  reference: z
    .union([
      z.literal('model'),
      z.strictObject({ trailing: z.number().int().min(1).max(400) }),
      z.strictObject({ batches: z.tuple([batchKeySchema, batchKeySchema]) }),
      z.strictObject({ parquet: path }),
    ])
    .default({ trailing: 28 })
    .describe(
      'What batches are compared with: the last published ones, model (the package’s reference.parquet), a range of batches, or a file with the source’s columns',
    ),
  segments: columnNames
    .refine((names) => new Set(names).size === names.length, 'each column once')
    .max(10)
    .default([])
    .describe('Source columns: each of their values is compared and evaluated by itself'),
  thresholds: z
    .enum(['fixed', 'trailing'])
    .default('fixed')
    .describe(
      'Of distances and rates: those of docs/metrics.md, or median + 3 (warn) and + 6 (fail) MAD of the last published batches',
    ),
  except: columnNames.default([]).describe('Features whose distances are shown and not judged'),
  gates: z.array(gateSchema).max(100).default([]),
})

/** The job file: a scoring job as its user writes it. Paths are relative to the file's folder. */
export const jobFileSchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, 'lower-case letters, digits and . _ - only, at most 63'),
    description: z.string().optional(),
    model: modelReference,
    source: sourceSchema,
    features: z
      .record(z.string(), sql)
      .default({})
      .describe('A model feature -> DuckDB SQL over source columns; default: the column of that name'),
    key: columnNames.min(1).describe('The columns that name a row within its batch'),
    carry: columnNames.default([]).describe('Source columns copied beside the predictions'),
    sink: sinkSchema,
    batch: z
      .strictObject({
        every: z.enum(['day', 'hour']).default('day'),
        timezone: z.string().refine(isTimeZone, 'an IANA time zone, such as America/New_York').default('UTC'),
        lag: z
          .number()
          .int()
          .min(0)
          .default(1)
          .describe('A run without a batch scores the day (or hour) `lag` before its scheduled time'),
      })
      .default({ every: 'day', timezone: 'UTC', lag: 1 }),
    schedule: scheduleSchema.optional(),
    maxConcurrentRuns: z
      .number()
      .int()
      .min(1)
      .max(1_000)
      .default(2)
      .describe('Runs of this job at a time; further ones wait. A held run does not count'),
    shards: z
      .strictObject({
        rows: z.number().int().min(1).max(10_000_000).default(250_000),
        inFlight: z.number().int().min(1).max(1_000).default(16),
      })
      .default({ rows: 250_000, inFlight: 16 }),
    quality: z
      .strictObject({
        maxQuarantinedShare: z
          .number()
          .min(0)
          .max(1)
          .default(0.01)
          .describe('Share of the rows read after `where`, 0 to 1'),
        minRows: z.number().int().min(0).default(1).describe('Rows after `where` that a batch must have'),
      })
      .default({ maxQuarantinedShare: 0.01, minRows: 1 }),
    shadow: modelReference
      .optional()
      .describe('Scored in the same pass and compared, never published; such as flights-late@challenger'),
    labels: labelsSchema.optional(),
    monitor: monitorSchema.default({
      reference: { trailing: 28 },
      segments: [],
      thresholds: 'fixed',
      except: [],
      gates: [],
    }),
    hold: holdSchema.prefault({}),
    promotion: promotionSchema.prefault({}),
    retention: retentionSchema.prefault({}),
    alerts: alertsSchema.optional(),
  })
  .superRefine((job, context) => {
    const taken = new Set<string>()
    for (const [field, names] of [
      ['key', job.key],
      ['carry', job.carry],
    ] as const)
      names.forEach((name, i) => {
        if (taken.has(name))
          context.addIssue({
            code: 'custom',
            path: [field, i],
            message: 'each column once among key and carry',
            input: name,
          })
        taken.add(name)
      })
  })

export type JobFile = z.infer<typeof jobFileSchema>

/** A job as stored: the file's content and the absolute folder that its relative paths start at. */
export interface JobSnapshot extends JobFile {
  readonly folder: string
  readonly revision: number
}

/** The source columns that stand beside the predictions: those named by carry, and the segments that are not there already. */
export function carriedColumns({
  key,
  carry,
  monitor,
}: Pick<JobFile, 'key' | 'carry' | 'monitor'>): string[] {
  return [...carry, ...monitor.segments.filter((name) => !key.includes(name) && !carry.includes(name))]
}

export type JobGate = JobFile['monitor']['gates'][number]
