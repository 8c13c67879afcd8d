import { z } from 'zod'

/** A batch key: the name of one batch, as in 2013-07-04. It becomes part of paths and partition bounds, hence the narrow alphabet. */
export const batchKeySchema = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._:+-]{0,63}$/,
    'letters, digits and . _ : + - only, at most 64, starting with a letter or digit',
  )
  .refine((key) => !key.includes('..'), 'no ".."')
