import { z } from 'zod'

const sql = z.string().trim().min(1)
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

const where = sql
  .optional()
  .describe('DuckDB SQL over one row’s columns: rows for which it is not true are left out; $batch is bound')

const sourceSchema = z.union([
  z.strictObject({
    parquet: z.string().min(1).describe('Path or glob; {yyyy} {MM} {dd} {HH} {batch} come from the batch'),
    where,
  }),
  z.strictObject({ arrow: z.string().min(1).describe('Arrow IPC file or glob; staged as Parquet'), where }),
  z.strictObject({
    csv: z.union([
      z.string().min(1),
      z.strictObject({
        path: z.string().min(1),
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
        z.string().min(1),
        z.strictObject({
          path: z.string().min(1),
          compression: z.enum(['zstd', 'snappy']).default('zstd'),
          version: z.enum(['v1', 'v2']).default('v2'),
        }),
      ])
      .optional()
      .describe('A folder: batch=KEY in it holds the published files'),
  })
  .refine((sink) => sink.postgres !== undefined || sink.parquet !== undefined, 'postgres, parquet or both')

const labelsSchema = z.strictObject({
  parquet: z.string().optional(),
  csv: z.string().optional(),
  postgres: z.strictObject({ connection: connectionName.optional(), query: sql }).optional(),
  key: columnNames.min(1).optional().describe('Default: the job’s key'),
  column: z.string().min(1),
  maturity: z
    .string()
    .regex(/^\d+[mhd]$/, 'a number and m, h or d, such as 1d')
    .default('1d'),
})

/** The job file: a scoring job as its user writes it. Paths are relative to the file's folder. */
export const jobFileSchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, 'lower-case letters, digits and . _ - only, at most 63'),
    description: z.string().optional(),
    model: z
      .string()
      .regex(
        /^[a-z0-9][a-z0-9._-]*@([1-9][0-9]*|[a-z][a-z0-9_-]*)$/,
        'name@version or name@alias, such as flights-late@champion',
      ),
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
    shards: z
      .strictObject({
        rows: z.number().int().min(1).max(10_000_000).default(200_000),
        inFlight: z.number().int().min(1).max(1_000).default(16),
      })
      .default({ rows: 200_000, inFlight: 16 }),
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
    labels: labelsSchema.optional(),
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
