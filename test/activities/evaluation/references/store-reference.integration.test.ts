import path from 'node:path'
import { Connections } from '../../../../activities/data/postgres/connections'
import { loadReference } from '../../../../activities/evaluation/references/load-reference'
import {
  storeReference,
  type NewReference,
} from '../../../../activities/evaluation/references/store-reference'
import { referenceProfile } from '../../../../activities/evaluation/profiles/reference-profile'
import { readModelKeys } from '../../../../activities/scoring/model-keys'
import { registerModel } from '../../../../activities/scoring/registry'
import { freshDatabase, queryRows } from '../../../stack/database'

let databaseUrl: string
let connections: Connections
let reference: NewReference
beforeAll(async () => {
  databaseUrl = await freshDatabase()
  connections = new Connections({ controlUrl: databaseUrl, environment: {} })
  const folder = path.resolve(__dirname, '../../../golden/models/regression-double')
  const { model, version } = await registerModel(connections.control, folder, {
    keys: readModelKeys({}),
    by: 'test',
  })
  const all = referenceProfile(
    new Map([
      ['feature/x', { values: Float64Array.of(1, 2, NaN, Infinity) }],
      ['feature/t', { dictionary: ['a\0b', 'naïve 😀'], codes: Int32Array.of(0, 1, -1, 1) }],
    ]),
  )
  const segments = new Map([['t=a', { rows: 3, sampled: true, columns: new Map() }]])
  const labelled = { scores: Float64Array.of(0.25), labels: Uint8Array.of(1) }
  const source = { file: 'naïve.parquet' }
  reference = { identity: 'one', kind: 'parquet', source, model, version, all, segments, labelled }
})
afterAll(() => connections.close())

test('a reference comes back as it was stored', async () => {
  const id = await storeReference(connections.control, reference)
  const { all, segments, labelled, kind, source } = reference
  expect(await loadReference(connections.control, id)).toEqual({
    referenceId: id,
    ...{ kind, source, rows: 4, sampled: false, all, segments, labelled },
  })
})

test('stored by several at once it is there once, with its columns for people', async () => {
  const racing = { ...reference, identity: 'racing', labelled: null }
  const ids = await Promise.all([1, 2, 3, 4].map(() => storeReference(connections.control, racing)))
  expect(new Set(ids).size).toBe(1)
  const columns = await queryRows(
    databaseUrl,
    `SELECT c.scope, c.column_name, c.kind, c.rows::int, c.missing::int, c.not_a_number::int, c.infinite::int, c.max, c.bins, c.counts
     FROM nightscore.reference_profile p JOIN nightscore.reference_column c USING (reference_id)
     WHERE p.identity = 'racing' ORDER BY 2`,
  )
  const shared = { scope: 'feature', kind: 'categorical', rows: 4 }
  expect(columns).toEqual([
    {
      ...shared,
      ...{ column_name: 't', missing: 1, not_a_number: 0, infinite: 0, max: null },
      ...{ bins: ['naïve 😀', 'a\ufffdb'], counts: [2, 1, 0, 0] },
    },
    {
      ...shared,
      ...{ column_name: 'x', missing: 0, not_a_number: 1, infinite: 1, max: 2 },
      ...{ bins: ['1', '2'], counts: [1, 1, 0, 0] },
    },
  ])
})

test('one that is gone is an error of ours', async () => {
  const id = '00000000-0000-0000-0000-000000000000'
  await expect(loadReference(connections.control, id)).rejects.toThrow(`reference ${id} is gone`)
})
