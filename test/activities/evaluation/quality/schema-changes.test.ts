import { schemaChanges } from '../../../../activities/evaluation/quality/schema-changes'

const source = (columns: Readonly<Record<string, string>>) => ({
  columns: Object.entries(columns).map(([name, type]) => ({ name, type })),
})
const former = source({ id: 'BIGINT', temp: 'FLOAT', carrier: 'VARCHAR' })

test('columns that are new, gone or of another type are counted and named', () => {
  const now = source({ id: 'BIGINT', temp: 'VARCHAR', wind: 'DOUBLE' })
  expect(schemaChanges(now, former, 10)).toMatchObject({
    scope: 'quality',
    metric: 'schema_changes',
    value: 3,
    nCurrent: 10,
    warnAt: 0,
    verdict: 'warn',
    reason: 'temp is VARCHAR, was FLOAT; wind is new (DOUBLE); carrier is gone',
  })
})

test('another order is no change', () => {
  const now = { columns: [...former.columns].reverse() }
  expect(schemaChanges(now, former, 10)).toMatchObject({ value: 0, verdict: 'ok', reason: null })
})

test('without a former batch there is nothing to say', () => {
  expect(schemaChanges(former, null, 10)).toMatchObject({
    value: null,
    verdict: 'skipped',
    reason: 'no former published batch',
  })
})

test('of many the first ten are named', () => {
  const many = source(Object.fromEntries(Array.from({ length: 13 }, (_, i) => [`c${i}`, 'INTEGER'])))
  const { value, reason } = schemaChanges(many, source({}), 10)
  expect(value).toBe(13)
  expect(reason).toMatch(/^c0 is new \(INTEGER\); .*c9 is new \(INTEGER\); and 3 more$/)
})
