import { z } from 'zod'

/** A batch key: the name of one batch, as in 2013-07-04. It becomes part of paths and partition bounds, hence the narrow alphabet. */
export const batchKeySchema = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._:+-]{0,63}$/,
    'letters, digits and . _ : + - only, at most 64, starting with a letter or digit',
  )
  .refine((key) => !key.includes('..'), 'no ".."')

/**
 * A key that names a day, 2013-07-04, or an hour, 2013-07-04T13, 2013-07-04T13:00, or, of an hour that the clocks show twice, the
 * second: 2013-11-03T01-0500. Its parts: year, month, day, hour, offset.
 */
export const dateKey = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2})(?::00)?([+-]\d{4})?)?$/
