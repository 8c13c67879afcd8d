import path from 'node:path'
import { findFileDuplicates } from '../../../../activities/data/sinks/find-file-duplicates'
import { sinkRun } from '../../../contracts/sink-contract-run'
import { duckdb } from '../../../stack/scenario'
import { temporaryFolder } from '../../../stack'

const run = sinkRun({ keys: [{ name: 'id', type: 'text' }] })

/** Keys of so many letters, the one numbered `again` of the first file in a second one too. */
async function keyFiles(rows: number, letters: number, again: number | null) {
  const folder = temporaryFolder()
  const files: string[] = []
  const ranges = [[0, rows], ...(again === null ? [] : [[again, again + 1]])]
  for (const [from, to] of ranges) {
    const file = path.join(folder, `${files.length}.parquet`)
    const key = `repeat(md5(i::varchar), ${letters / 32})`
    await duckdb(`COPY (SELECT ${key} AS id FROM range(${from}, ${to}) t(i)) TO '${file}' (FORMAT parquet)`)
    files.push(file)
  }
  return { folder, files }
}

test('a key that is in two files is told, with an example', async () => {
  const { folder, files } = await keyFiles(1_000, 32, 7)
  expect(await findFileDuplicates(run, folder, files)).toEqual({
    keys: 1,
    rows: 2,
    examples: [{ key: ['8f14e45fceea167a5a36dedd4bea2543'], rows: 2 }],
  })
})

test('keys for which the first limit of memory is too little are checked with the next', async () => {
  const { folder, files } = await keyFiles(100_000, 3_200, 99_999)
  expect(await findFileDuplicates(run, folder, files)).toMatchObject({ keys: 1, rows: 2 })
  expect(await findFileDuplicates(run, folder, files.slice(0, 1))).toBeNull()
})
