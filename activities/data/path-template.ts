import { dateKey } from '../../schemas/batch-key'
import { NightscoreError } from '../../schemas/errors'

/**
 * Fills {yyyy} {MM} {dd} {HH} {batch} of a source path from a batch key: a day as in 2013-07-04, an hour as in
 * 2013-07-04T13 or 2013-07-04T13:00, the second of a repeated hour as in 2013-11-03T01-0500.
 * @throws BATCH_KEY_INVALID where the path needs a date or hour that the key has not
 * @throws JOB_INVALID for another name in braces
 * @example fillPathTemplate('data/month={MM}/*.parquet', '2013-07-04') // 'data/month=07/*.parquet'
 */
export function fillPathTemplate(template: string, batch: string): string {
  return template.replace(/\{([^{}]*)\}/g, (part, name: string) => {
    if (name === 'batch') return batch
    const at = ['yyyy', 'MM', 'dd', 'HH'].indexOf(name)
    if (at < 0)
      throw new NightscoreError('JOB_INVALID', {
        found: `${part} in the path ${template}`,
        expected: '{yyyy}, {MM}, {dd}, {HH} or {batch}',
      })
    const value = isRealDate(batch) ? dateKey.exec(batch)?.[at + 1] : undefined
    if (value === undefined)
      throw new NightscoreError('BATCH_KEY_INVALID', {
        found: `${batch}, where the path ${template} needs ${part}`,
        expected: name === 'HH' ? 'an hour such as 2013-07-04T13' : 'a date such as 2013-07-04',
        fix: 'Name the batch by its date, or use {batch} in the path.',
      })
    return value
  })
}

function isRealDate(batch: string): boolean {
  const [, year, month, day, hour] = dateKey.exec(batch) ?? []
  const date = new Date(`${year}-${month}-${day}T${hour ?? '00'}:00:00Z`)
  return !Number.isNaN(date.valueOf()) && date.getUTCDate() === Number(day)
}
