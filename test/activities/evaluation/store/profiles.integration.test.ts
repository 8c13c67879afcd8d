import { inTransaction } from '../../../../activities/data/postgres/in-transaction'
import type { ProfileColumn, ProfileColumns } from '../../../../activities/evaluation/profiles/profile-column'
import { referenceProfile } from '../../../../activities/evaluation/profiles/reference-profile'
import { rowHashes } from '../../../../activities/evaluation/profiles/row-hashes'
import { segmentsCodec } from '../../../../activities/evaluation/profiles/segments-codec'
import { shardCodec } from '../../../../activities/evaluation/profiles/shard-codec'
import { shardProfile, type Profile } from '../../../../activities/evaluation/profiles/shard-profile'
import { writeProfile } from '../../../../activities/evaluation/store/profiles'
import { goldenModel } from '../../../stack/scenario'
import { nightRows, startNights, type Nights } from '../references/published-nights'

let nights: Nights
let runId: string

beforeAll(async () => {
  nights = await startNights()
  const model = await nights.register(goldenModel('quality-rules'))
  await nights.apply('j', model, {})
  runId = await nights.publish('j', model, 'night', nightRows(1))
})
afterAll(() => nights.deps.connections.close())

const n = 10
const texts = (dictionary: string[]): ProfileColumn => ({
  dictionary,
  codes: Int32Array.from({ length: n }, (_, i) => i % dictionary.length),
})
const before: ProfileColumns = new Map<string, ProfileColumn>([
  ['feature/temp', { values: Float64Array.from({ length: 100 }, (_, i) => i) }],
  ['feature/plan', { dictionary: ['a', 'b'], codes: Int32Array.from({ length: 100 }, (_, i) => i % 2) }],
])
const reference = referenceProfile(before)

function profiled(columns: ProfileColumns): Profile {
  const profiler = shardProfile.create(reference, { shardNo: 0, batchRows: n })
  shardProfile.add(profiler, columns, rowHashes(n))
  return shardProfile.extract(profiler)
}
const temp: ProfileColumn = {
  values: Float64Array.of(0, 1, 2, 3, NaN, Infinity, -Infinity, 500, 5, 6),
  validity: Uint8Array.of(0xfe, 3),
}
const all = profiled(
  new Map([
    ['feature/temp', temp],
    ['feature/plan', texts(['a', 'new\0', 'new\0', 'newer', 'a'])],
  ]),
)

const write = (profile: Profile, of: typeof reference | null, segments = new Map<string, Profile>()) =>
  inTransaction(nights.deps.connections.control, (client) =>
    writeProfile(client, runId, { all: profile, segments }, of),
  )
const rowsOf = async (table: string): Promise<Record<string, unknown>[]> =>
  (
    await nights.deps.connections.control.query(
      `SELECT * FROM nightscore.${table} WHERE run_id = $1 ORDER BY 3`,
      [runId],
    )
  ).rows

test('a profile is kept whole, with its segments, for later references', async () => {
  await write(all, reference, new Map([['s=1', all]]))
  const [kept] = await rowsOf('run_profile')
  expect(kept?.['rows']).toBe(String(n))
  expect(shardCodec.decode(kept!['profile'] as Buffer)).toEqual({ ...all, shardNo: 0 })
  const segments = segmentsCodec.decode(kept!['segments'] as Buffer)
  expect([...segments].map(([name, bytes]) => [name, shardCodec.decode(bytes).rows])).toEqual([['s=1', n]])
})

test('its columns can be read by people', async () => {
  await write(all, reference)
  const [plan, found] = await rowsOf('column_profile')
  expect(found).toMatchObject({
    scope: 'feature',
    column_name: 'temp',
    rows: '10',
    missing: '1',
    not_a_number: '1',
    infinite: '2',
    out_of_range: '1',
    min: 1,
    max: 500,
  })
  expect(found?.['mean']).toBeCloseTo(517 / 6, 10)
  // numbers have no unseen values; of texts those that the reference lacks, the most frequent first
  expect(found?.['unseen']).toEqual({})
  expect(plan).toMatchObject({ column_name: 'plan', counts: [4, 0, 0, 6], unseen: { 'new�': 4, newer: 2 } })
})

test('written again it replaces what was there', async () => {
  await write(all, reference)
  const less = profiled(new Map([['feature/temp', temp]]))
  await write(less, reference)
  expect((await rowsOf('column_profile')).map((row) => row['column_name'])).toEqual(['temp'])
  expect(await rowsOf('run_profile')).toHaveLength(1)
})

test('without a reference there are no bins to show, and the whole is kept all the same', async () => {
  await write(all, null)
  expect(await rowsOf('column_profile')).toEqual([])
  expect(await rowsOf('run_profile')).toHaveLength(1)
})
