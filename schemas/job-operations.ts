import { z } from 'zod'
import { durationSchema } from './duration'

/** The keys of a job file that say what happens around its runs: when they start, who may stop them, who hears of it. */
export const modelReference = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._-]*@([1-9][0-9]*|[a-z][a-z0-9_-]*)$/,
    'name@version or name@alias, such as flights-late@champion',
  )

export const scheduleSchema = z.strictObject({
  cron: z
    .string()
    .trim()
    .regex(/^(\S+\s+){4}\S+$/, 'five fields: minute, hour, day of month, month, day of week')
    .describe('Minute, hour, day of month, month, day of week, in the zone of batch.timezone'),
  overlap: z
    .enum(['allow-all', 'skip', 'buffer-one', 'buffer-all', 'cancel-other', 'terminate-other'])
    .default('allow-all')
    .describe('What becomes of a night that is due while the one before still runs'),
  catchUp: durationSchema
    .default('12h')
    .describe('After an outage, nights that were due so long ago are still scored'),
  jitter: durationSchema.default('0s').describe('Each start is put off by a random time up to this'),
  pauseOnFailure: z.boolean().default(false).describe('The schedule stops after a run that failed'),
  due: durationSchema
    .optional()
    .describe('A batch that is not published so long after its scheduled time is late: see alerts'),
  note: z.string().max(1_000).optional().describe('Shown beside the schedule in the Temporal UI'),
})

export const holdSchema = z.strictObject({
  timeout: durationSchema.default('24h').describe('A held run that nobody decided on is rejected after this'),
})

export const promotionSchema = z.strictObject({
  requires: z
    .array(z.enum(['golden', 'comparison']))
    .default(['golden'])
    .describe('What a version must have to become the one that the job’s model names'),
  verdict: z
    .enum(['numeric', 'non-inferiority'])
    .default('non-inferiority')
    .describe('Which verdict of its comparison with the present version must be ok'),
  margin: z
    .number()
    .min(0)
    .max(1)
    .default(0.005)
    .describe('How much worse than the champion a challenger may be, in its main figure'),
  rtol: z.number().min(0).default(1e-4).describe('Numeric: relative tolerance'),
  atol: z.number().min(0).default(1e-5).describe('Numeric: absolute tolerance'),
})

export const retentionSchema = z.strictObject({
  revisions: z
    .number()
    .int()
    .min(1)
    .max(100)
    .default(2)
    .describe('Revisions of a batch that are kept: the visible one and those before it'),
  days: z
    .number()
    .int()
    .min(1)
    .max(36_500)
    .default(400)
    .describe('Days that profiles, quarantined rows and labels are kept'),
})

export const alertEvents = ['fail', 'hold', 'late'] as const
export type AlertEvent = (typeof alertEvents)[number]

export const alertsSchema = z.strictObject({
  webhook: z
    .string()
    .regex(
      /^NIGHTSCORE_CONNECTION_[A-Z0-9_]+$/,
      'the name of an environment variable NIGHTSCORE_CONNECTION_…',
    )
    .describe('The environment variable that holds the URL; <NAME>_SECRET holds the key of its signature'),
  on: z
    .array(z.enum(alertEvents))
    .min(1)
    .default([...alertEvents]),
})
