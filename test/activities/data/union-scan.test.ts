import type { PlannedFeature, ScanPlan } from '../../../activities/data/scan-plan'
import { unionScan } from '../../../activities/data/union-scan'
import { modelManifestSchema, type ModelFeature } from '../../../schemas/model-manifest'

const manifestOf = (features: readonly object[]) =>
  modelManifestSchema.parse({ name: 'm', task: 'binary', features, output: {} })

const planned = (name: string, change: Partial<PlannedFeature> = {}): PlannedFeature => ({
  name,
  sql: `"${name}"`,
  elementType: 'float32',
  sourceType: 'DOUBLE',
  mayFail: false,
  ...change,
})

function scanOf(features: readonly PlannedFeature[]): ScanPlan {
  return { keys: [], carry: [], features, where: null, batch: 'b', columns: [] }
}

const first = manifestOf([
  { name: 'a', type: 'number' },
  { name: 'c', type: 'category', categories: ['x', 'y'] },
])
const scan = scanOf([planned('a'), planned('c', { sourceType: 'VARCHAR' })])

/** The union with one feature of a second model. */
function withOne(
  feature: Partial<ModelFeature> & { readonly name: string },
  change: Partial<PlannedFeature> = {},
) {
  const manifest = manifestOf([{ type: 'number', ...feature }])
  return unionScan(scan, first, { manifest, features: [planned(feature.name, change)] })
}

test('what both read is read once, wherever it stands and whatever it is called', () => {
  const manifest = manifestOf([
    { name: 'other', type: 'number', missing: 3, min: 0, max: 1 },
    { name: 'c', type: 'category', categories: ['x', 'y'], unknown: -1 },
    { name: 'a', type: 'number' },
  ])
  const features = [planned('other', { sql: '"a"' }), planned('c', { sourceType: 'VARCHAR' }), planned('a')]
  const union = unionScan(scan, first, { manifest, features })
  expect(union.places).toEqual([0, 1, 0])
  expect(union.scan).toEqual(scan)
  expect(union.manifest).toEqual(first)
})

test('what only the second reads comes after the features of the first', () => {
  const { places, scan: read, manifest } = withOne({ name: 'b' })
  expect(places).toEqual([2])
  expect(read.features).toEqual([...scan.features, planned('b')])
  expect(manifest.features.slice(0, 2)).toEqual(first.features)
  expect(manifest.features[2]).toMatchObject({ name: 'b', type: 'number' })
})

test.each([
  ['other SQL', withOne({ name: 'a' }, { sql: '"a" + 1' })],
  ['another element type', withOne({ name: 'a' }, { elementType: 'float64' })],
  [
    'other categories',
    withOne({ name: 'c', type: 'category', categories: ['y', 'x'] }, { sourceType: 'VARCHAR' }),
  ],
  ['another kind of feature', withOne({ name: 'a', type: 'category', categories: ['1', '2'] })],
])('%s: a column of its own', (_, { places }) => {
  expect(places).toEqual([2])
})

test('a feature that the second model reads twice is read once', () => {
  const manifest = manifestOf([
    { name: 'p', type: 'number' },
    { name: 'q', type: 'number' },
  ])
  const features = [planned('p', { sql: '"z"' }), planned('q', { sql: '"z"' })]
  const union = unionScan(scan, first, { manifest, features })
  expect(union.places).toEqual([2, 2])
  expect(union.scan.features).toHaveLength(3)
})
