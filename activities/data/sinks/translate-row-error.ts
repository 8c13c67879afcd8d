import { DatabaseError } from 'pg'
import { NightscoreError } from '../../../schemas/errors'
import { translatePostgresError } from '../postgres/postgres-error'

/** data_exception, integrity violations (a null key), and program limits (an index entry too long): the rows are at fault. */
const rowErrors = /^(22|23|54)/

/** As translatePostgresError; an error of the rows themselves becomes VALUE_NOT_STORABLE, which no retry mends. */
export function translateRowError(error: unknown): unknown {
  if (!(error instanceof DatabaseError) || !rowErrors.test(error.code ?? ''))
    return translatePostgresError(error)
  const where = [error.where, error.detail].filter((text) => text !== undefined).join('; ')
  return new NightscoreError('VALUE_NOT_STORABLE', {
    found: `${error.message}${where === '' ? '' : ` (${where.slice(0, 300)})`}`,
    expected: 'values that the columns of the predictions table take',
    cause: error,
  })
}
