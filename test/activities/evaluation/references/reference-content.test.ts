import { referenceContent } from '../../../../activities/evaluation/references/reference-content'
import { referenceProfile } from '../../../../activities/evaluation/profiles/reference-profile'
import type { ProfileColumn, TextColumn } from '../../../../activities/evaluation/profiles/profile-column'
import { modelManifestSchema } from '../../../../schemas/model-manifest'

const manifest = modelManifestSchema.parse({
  name: 'm',
  task: 'binary',
  features: [{ name: 'x', type: 'number', min: 0, max: 10 }],
})
const count = 12_000
const columns = new Map<string, ProfileColumn>([
  ['feature/x', { values: Float64Array.from({ length: count }, (_, i) => i % 100) }],
  ['prediction/score', { values: Float64Array.from({ length: count }, (_, i) => i / count) }],
  [
    'label/label',
    { dictionary: ['false', 'true'], codes: Int32Array.from({ length: count }, (_, i) => i % 2) },
  ],
])
const segment = (valueOf: (row: number) => number, values: number): TextColumn => ({
  dictionary: Array.from({ length: values }, (_, i) => `v${i}`),
  codes: Int32Array.from({ length: count }, (_, i) => valueOf(i)),
})

test('all rows are profiled with the model’s ranges', async () => {
  const { all, segments, labelled } = await referenceContent(columns, new Map(), manifest)
  expect(all).toEqual(referenceProfile(columns, { ranges: new Map([['feature/x', { min: 0, max: 10 }]]) }))
  expect(segments.size).toBe(0)
  expect(labelled!.labels.reduce((sum, label) => sum + label)).toBe(count / 2)
})

test('a segment is the profile of its own rows; under 200 it has rows only; missing values are in none', async () => {
  const bySize = segment((row) => (row < 199 ? 0 : row < 399 ? 1 : row < 500 ? -1 : 2), 3)
  const { segments } = await referenceContent(columns, new Map([['s', bySize]]), manifest)
  expect(
    [...segments].map(
      ([
        name,
        {
          rows,
          columns: { size },
        },
      ]) => [name, rows, size],
    ),
  ).toEqual([
    ['s=v2', 11_500, 3],
    ['s=v1', 200, 3],
    ['s=v0', 199, 0],
  ])
  const x = segments.get('s=v1')!.columns.get('feature/x')!
  expect(x.counts.moments).toMatchObject({ n: 200, mean: 49.5 })
  expect(x.range).toEqual({ min: 0, max: 10 })
})

test('of a large segment 5,000 values are kept, counts and moments are of all', async () => {
  const { segments } = await referenceContent(columns, new Map([['s', segment(() => 0, 1)]]), manifest)
  const { sampled, columns: found } = segments.get('s=v0')!
  expect(sampled).toBe(true)
  expect(found.get('feature/x')!.sample).toHaveLength(5_000)
  expect(found.get('feature/x')!.counts.moments.n).toBe(count)
})

test('of a column the 50 values with the most rows are segments', async () => {
  const many = segment((row) => Math.floor(Math.sqrt(row)) % 60, 60)
  const { segments } = await referenceContent(columns, new Map([['s', many]]), manifest)
  expect(segments.size).toBe(50)
  const rows = new Map<number, number>()
  for (const code of many.codes) rows.set(code, (rows.get(code) ?? 0) + 1)
  const least = [...rows.values()].sort((a, b) => b - a)[49]!
  for (const { rows: found } of segments.values()) expect(found).toBeGreaterThanOrEqual(least)
})

test('only binary models keep scores with labels', async () => {
  const content = await referenceContent(columns, new Map(), { ...manifest, task: 'multiclass' })
  expect(content.labelled).toBeNull()
})
