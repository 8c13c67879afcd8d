import { featureRanges } from '../../../../activities/evaluation/references/feature-ranges'
import { modelManifestSchema } from '../../../../schemas/model-manifest'

test('numbers have the ends that model.yaml names, and no rule where it names none', () => {
  const manifest = modelManifestSchema.parse({
    name: 'm',
    task: 'raw',
    features: [
      { name: 'both', type: 'number', min: -1, max: 1 },
      { name: 'zero', type: 'number', min: 0 },
      { name: 'top', type: 'number', max: 0 },
      { name: 'open', type: 'number' },
      { name: 'elements', type: 'list', length: 2, min: 0, max: 1 },
      { name: 'carrier', type: 'category', categories: ['AA'] },
    ],
  })
  expect(Object.fromEntries(featureRanges(manifest))).toEqual({
    'feature/both': { min: -1, max: 1 },
    'feature/zero': { min: 0, max: Infinity },
    'feature/top': { min: -Infinity, max: 0 },
  })
})
