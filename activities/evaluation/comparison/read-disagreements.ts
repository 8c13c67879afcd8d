import type { Disagreement } from '../../../schemas/comparison'
import { quotePath, type Sandbox } from '../../data/sandbox'
import type { ComparedBatch, ComparedModel, ComparisonTask } from './comparison-task'
import type { DifferingRow } from './largest-differences'

/** Elements of a list that are told; a comment of nightscore.disagreement says so. */
const elementsAtMost = 16

/** What a pair file says of a row. */
type Read = Pick<Disagreement, 'key' | 'segments' | 'champion' | 'challenger'>

/** The rows as the pair files have them, in the order given: keys and segments as text, predictions as numbers, texts and lists. */
export async function readDisagreements(
  sandbox: Sandbox,
  task: ComparisonTask,
  differing: readonly DifferingRow[],
): Promise<Disagreement[]> {
  const places = differing.map(({ batch, row }) => placeOf(task.batches[batch]!, row))
  const found = new Map<string, ReadonlyMap<number, Read>>()
  for (const path of new Set(places.map((place) => place.path))) {
    const rows = places.filter((place) => place.path === path).map(({ row }) => row)
    found.set(path, await readRows(sandbox, task, path, rows))
  }
  return differing.map(({ batch, difference, flipped }, i) => ({
    batch: task.batches[batch]!.batch,
    ...found.get(places[i]!.path)!.get(places[i]!.row)!,
    difference: Number.isNaN(difference) ? null : difference,
    flipped,
  }))
}

function placeOf({ files }: ComparedBatch, row: number): { readonly path: string; readonly row: number } {
  let before = 0
  for (const { path, rows } of files) {
    if (row < before + rows) return { path, row: row - before }
    before += rows
  }
  throw new Error(`row ${row} of ${before}`)
}

async function readRows(
  sandbox: Sandbox,
  { keys, segments, champion, challenger }: ComparisonTask,
  path: string,
  rows: readonly number[],
): Promise<Map<number, Read>> {
  const texts = (letter: string, names: readonly unknown[]): string[] =>
    names.map((_, i) => `CAST(${letter}${i} AS VARCHAR) AS ${letter}${i}`)
  const values = (letter: string, { columns }: ComparedModel): string[] =>
    columns.map(
      ({ type }, i) => `${letter}${i}${type.endsWith('[]') ? `[1:${elementsAtMost}]` : ''} AS ${letter}${i}`,
    )
  const columns = [
    ...texts('k', keys),
    ...texts('s', segments),
    ...values('a', champion),
    ...values('b', challenger),
  ]
  const read = await sandbox.rows(
    `SELECT file_row_number AS row, ${columns.join(', ')}
     FROM read_parquet(${quotePath(path)}, hive_partitioning = false, file_row_number = true)
     WHERE file_row_number IN (${rows.join(', ')})`,
  )
  const namesOf = (of: readonly { readonly name: string }[]): string[] => of.map(({ name }) => name)
  return new Map(
    read.map((one) => {
      const named = (letter: string, names: readonly string[]): Record<string, unknown> =>
        Object.fromEntries(names.map((name, i) => [name, one[`${letter}${i}`] ?? null]))
      return [
        Number(one['row']),
        {
          key: named('k', namesOf(keys)),
          segments: named('s', segments),
          champion: named('a', namesOf(champion.columns)),
          challenger: named('b', namesOf(challenger.columns)),
        },
      ]
    }),
  )
}
