import type { ProfileColumn, ProfileColumns } from '../../../../activities/evaluation/profiles/profile-column'
import { referenceProfile } from '../../../../activities/evaluation/profiles/reference-profile'
import { rowHashes } from '../../../../activities/evaluation/profiles/row-hashes'
import { shardProfile } from '../../../../activities/evaluation/profiles/shard-profile'
import { constantColumns } from '../../../../activities/evaluation/quality/constant-columns'

const n = 300
const numbers = (valueOf: (row: number) => number): ProfileColumn => ({
  values: Float64Array.from({ length: n }, (_, i) => valueOf(i)),
})
const texts = (dictionary: string[], codeOf: (row: number) => number): ProfileColumn => ({
  dictionary,
  codes: Int32Array.from({ length: n }, (_, i) => codeOf(i)),
})
const various: ProfileColumns = new Map([
  ['feature/number', numbers((i) => i)],
  ['feature/few', numbers((i) => i % 3)],
  ['feature/text', texts(['a', 'b'], (i) => i % 2)],
])
const usual = new Array<number>(7).fill(0)

/** What is told of the column. */
function constant(column: string, current: ProfileColumn, { reference = various, former = usual } = {}) {
  const before = referenceProfile(reference)
  const profiler = shardProfile.create(before, { shardNo: 0, batchRows: n })
  shardProfile.add(profiler, new Map([...various, [`feature/${column}`, current]]), rowHashes(n))
  return constantColumns(before, shardProfile.extract(profiler), () => former).find(
    (one) => one.column === column,
  )
}

test.each([
  ['number', numbers(() => 5)],
  ['number', numbers(() => 5_000)], // outside what the reference has
  ['few', numbers(() => 1)],
  ['text', texts(['a', 'b'], () => 1)],
])('%s: one value in all rows warns', (column, current) => {
  expect(constant(column, current)).toMatchObject({
    scope: 'quality',
    metric: 'is_constant',
    value: 1,
    warnAt: 0,
    verdict: 'warn',
    nCurrent: n,
    nReference: n,
  })
})

test.each([
  ['number', numbers((i) => (i === 7 ? 4 : 5))],
  ['number', numbers((i) => (i === 7 ? NaN : 5))],
  ['number', numbers((i) => (i === 7 ? Infinity : 5))],
  ['text', texts(['a', 'b'], (i) => (i === 7 ? 0 : 1))],
  ['text', texts(['a', 'new'], (i) => (i === 7 ? 0 : 1))],
])('%s: one row that differs is enough', (column, current) => {
  expect(constant(column, current)).toMatchObject({ value: 0, verdict: 'ok' })
})

test('texts that the reference lacks may be several', () => {
  expect(
    constant(
      'text',
      texts(['new', 'newer'], (i) => i % 2),
    ),
  ).toMatchObject({ value: 0, verdict: 'ok' })
})

test('missing rows are no other value', () => {
  expect(
    constant(
      'text',
      texts(['a', 'b'], (i) => (i < 50 ? -1 : 1)),
    ),
  ).toMatchObject({ value: 1, nCurrent: n - 50, verdict: 'warn' })
})

test('a column that was constant in a former batch, as the day of the week is, is no news', () => {
  expect(
    constant(
      'few',
      numbers(() => 1),
      { former: [1, 0, 0, 0, 0, 0, 0] },
    ),
  ).toMatchObject({ value: 1, verdict: 'ok' })
})

test('a column that is constant in the reference, too, is no news', () => {
  const reference = new Map(various).set(
    'feature/number',
    numbers(() => 7),
  )
  expect(
    constant(
      'number',
      numbers(() => 5),
      { reference },
    ),
  ).toMatchObject({ value: 1, verdict: 'ok' })
})

test.each([
  [
    'rows',
    texts(['a', 'b'], (i) => (i < 199 ? 1 : -1)),
    usual,
    '199 rows and 7 former batches, needed are 200 and 7',
  ],
  [
    'former batches',
    texts(['a', 'b'], () => 1),
    usual.slice(1),
    '300 rows and 6 former batches, needed are 200 and 7',
  ],
])('with few %s it is skipped', (_, column, former, reason) => {
  expect(constant('text', column, { former })).toMatchObject({ value: 1, verdict: 'skipped', reason })
})

test('a broken column is passed over', () => {
  expect(
    constant(
      'number',
      texts(['a'], () => 0),
    ),
  ).toBeUndefined()
})
