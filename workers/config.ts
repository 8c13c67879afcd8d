import { availableParallelism } from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import { splitRoots } from '../activities/data/s3/s3-roots'
import { isS3Url } from '../activities/data/s3/s3-url'
import { NightscoreError } from '../schemas/errors'
import { isPathOrS3 } from '../schemas/s3-url'

/** What the environment says; every program of workers/ starts from it. */
export interface Config {
  /** The control database, postgres://…; undefined: a program that needs it says so. */
  readonly databaseUrl: string | undefined
  /** Folder for staged source files, absolute, or s3://bucket/prefix. Shared by all workers. */
  readonly storeFolder: string
  /** Absolute folders and s3:// places that jobs may read and write instead of the job file's own; empty: the job file's folder. */
  readonly dataRoots: readonly string[]
  readonly taskQueue: string
  /** Scoring threads: one ONNX session each. */
  readonly threads: number
  /** Activities that a worker takes at once, at most: of shards fewer where they take long, see shardsHeld. */
  readonly activitySlots: number
  /** How long a stopping worker lets its shards finish before it hands them back, in milliseconds. */
  readonly shutdownGraceMs: number
  /** Where `nightscore serve` listens. */
  readonly service: { readonly host: string; readonly port: number }
  /** Under which address people reach the reports, without a slash at its end; undefined: nothing links to them. */
  readonly serviceUrl: string | undefined
  /** Written anew every 10 s by a worker that lives; undefined: none. */
  readonly healthFile: string | undefined
  readonly logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error'
  /** The environment itself: named connections and model keys are looked up when they are needed. */
  readonly environment: NodeJS.ProcessEnv
}

const wholeNumber = (least: number, most: number) =>
  z.coerce.number(`a whole number from ${least} to ${most}`).int().min(least).max(most)

const environmentSchema = z.object({
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'a URL that starts with postgres://')
    .optional(),
  NIGHTSCORE_STORE: z
    .string()
    .refine(isPathOrS3, 'a folder, or s3://bucket/prefix')
    .default(path.join('.nightscore', 'store')),
  NIGHTSCORE_CACHE: z.string().optional(),
  NIGHTSCORE_CACHE_MB: wholeNumber(1, 1_000_000_000).optional(),
  NIGHTSCORE_DATA_ROOTS: z.string().default(''),
  NIGHTSCORE_TASK_QUEUE: z.string().default('nightscore'),
  NIGHTSCORE_THREADS: wholeNumber(1, 256).default(() => availableParallelism()),
  NIGHTSCORE_ACTIVITY_SLOTS: wholeNumber(1, 1_000).optional(),
  NIGHTSCORE_SHUTDOWN_GRACE_SECONDS: wholeNumber(0, 3_600).default(20),
  NIGHTSCORE_SERVICE_HOST: z.string().default('127.0.0.1'),
  NIGHTSCORE_SERVICE_PORT: wholeNumber(0, 65_535).default(8088),
  NIGHTSCORE_SERVICE_URL: z
    .string()
    .regex(/^https?:\/\/[^\s/]+/, 'a URL that starts with http:// or https://')
    .optional(),
  NIGHTSCORE_HEALTH_FILE: z.string().optional(),
  NIGHTSCORE_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error']).default('info'),
})

/** @throws NightscoreError CONFIG_INVALID naming each wrong variable; never its value, which may hold a password. */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  const parsed = environmentSchema.safeParse(set)
  if (!parsed.success) {
    const issues = parsed.error.issues.map((issue) => ({
      name: issue.path.join('.'),
      expected: issue.message,
    }))
    throw new NightscoreError('CONFIG_INVALID', {
      found: `another value in ${issues.map((issue) => issue.name).join(', ')}`,
      expected: issues.map((issue) => `${issue.name}: ${issue.expected}`).join('; '),
    })
  }
  const values = parsed.data
  return {
    databaseUrl: values.DATABASE_URL,
    storeFolder: absolute(values.NIGHTSCORE_STORE),
    dataRoots: splitRoots(values.NIGHTSCORE_DATA_ROOTS).map(absolute),
    taskQueue: values.NIGHTSCORE_TASK_QUEUE,
    threads: values.NIGHTSCORE_THREADS,
    // a thread without a slot would stand still
    activitySlots: values.NIGHTSCORE_ACTIVITY_SLOTS ?? Math.max(16, values.NIGHTSCORE_THREADS + 2),
    shutdownGraceMs: values.NIGHTSCORE_SHUTDOWN_GRACE_SECONDS * 1_000,
    service: { host: values.NIGHTSCORE_SERVICE_HOST, port: values.NIGHTSCORE_SERVICE_PORT },
    serviceUrl: values.NIGHTSCORE_SERVICE_URL?.replace(/\/+$/, ''),
    healthFile: values.NIGHTSCORE_HEALTH_FILE,
    logLevel: values.NIGHTSCORE_LOG_LEVEL,
    environment,
  }
}

/** A place of S3 without a slash at its end, or an absolute path. */
function absolute(place: string): string {
  return isS3Url(place) ? place.replace(/\/+$/, '') : path.resolve(place)
}

/** The control database's URL. @throws NightscoreError CONNECTION_NOT_SET */
export function requireDatabaseUrl(config: Config): string {
  if (config.databaseUrl !== undefined) return config.databaseUrl
  throw new NightscoreError('CONNECTION_NOT_SET', {
    found: 'no DATABASE_URL',
    expected: 'the control database’s URL in DATABASE_URL',
    fix: 'Set DATABASE_URL=postgres://user:password@host:5432/database, or start a local stack with nightscore up.',
  })
}
