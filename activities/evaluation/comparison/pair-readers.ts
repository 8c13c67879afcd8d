import { quoteLiteral } from '../../data/quote-identifier'
import type { Sandbox } from '../../data/sandbox'
import { typedBatches, type TypedColumns, type TypedSelect } from '../labels/read-typed-columns'
import { logLoss } from '../stats/log-loss'
import type { Both, PairBlock } from './compared-rows'
import { classesOf, type ComparisonTask } from './comparison-task'
import { rawPairsSql } from './raw-pairs-sql'
import { differenceOf, withinTolerance } from './within-tolerance'

/** What a task's own columns say of the rows of a block; the rest is the same for all tasks. */
type OwnPart = Omit<PairBlock, 'present' | 'labels' | 'segments'>

/** Reads pair files, some rows at a time: `labels` of the rows of the relation, `segments` SQL of their codes. */
export type PairReader = (
  sandbox: Sandbox,
  relation: string,
  of: { readonly labels: Float64Array; readonly segments: readonly string[] },
) => AsyncGenerator<PairBlock, void, undefined>

/** Rows of a block: what is done for each does not count, and their memory does not either. */
const blockRows = 1 << 17
/** Of a multiclass model with many classes fewer rows: so many probabilities, 8 bytes each, of each model. */
const blockProbabilities = 1 << 21

/** How the pair files of a task are read. */
export function pairReader(task: ComparisonTask): PairReader {
  switch (task.task) {
    case 'binary':
      return binaryReader(task)
    case 'multiclass':
      return multiclassReader(task)
    case 'regression':
      return regressionReader(task)
    case 'raw':
      return rawReader(task)
  }
}

function binaryReader(task: ComparisonTask): PairReader {
  const selects = {
    a: number('a0'),
    b: number('b0'),
    labelA: { sql: 'coalesce(a1, false)', type: 'UTINYINT' },
    labelB: { sql: 'coalesce(b1, false)', type: 'UTINYINT' },
  } as const
  return reader(selects, blockRows, ({ a, b, labelA, labelB }) => ({
    ...ofNumbers(task, a, b),
    flipped: labelA.map((label, row) => (label === labelB[row] ? 0 : 1)),
    codes: { champion: Int32Array.from(labelA), challenger: Int32Array.from(labelB) },
    losses: null,
  }))
}

function regressionReader(task: ComparisonTask): PairReader {
  return reader({ a: number('a0'), b: number('b0') }, blockRows, ({ a, b }) => ({
    ...ofNumbers(task, a, b),
    flipped: new Uint8Array(a.length),
    codes: null,
    losses: null,
  }))
}

function multiclassReader(task: ComparisonTask): PairReader {
  const classes = classesOf(task)
  const code = (column: string): TypedSelect & { type: 'INTEGER' } => ({
    sql: `coalesce(list_position([${classes.map(quoteLiteral).join(', ')}], ${column}), 0) - 1`,
    type: 'INTEGER',
  })
  const probabilities = (column: string, { length }: readonly string[]) =>
    ({
      sql: `coalesce(CAST(${column} AS DOUBLE[]), [${Array(length).fill("'nan'::DOUBLE").join(', ')}])`,
      type: 'DOUBLE',
      size: length,
    }) as const
  const { champion, challenger } = task
  const selects = {
    labelA: code('a0'),
    labelB: code('b0'),
    scoreA: number('a1'),
    scoreB: number('b1'),
    allA: probabilities('a2', champion.classes),
    allB: probabilities('b2', challenger.classes),
  } as const
  // a class that a model does not know has no probability there
  const places = (known: readonly string[]): number[] => classes.map((name) => known.indexOf(name))
  const [inA, inB] = [places(champion.classes), places(challenger.classes)]
  const [widthA, widthB] = [champion.classes.length, challenger.classes.length]
  const rowsAtATime = Math.max(1, Math.min(blockRows, Math.floor(blockProbabilities / classes.length)))
  return reader(selects, rowsAtATime, ({ labelA, labelB, scoreA, scoreB, allA, allB }, labels) => {
    const rows = labelA.length
    const differences = new Float64Array(rows)
    const beyond = new Uint8Array(rows)
    const losses = { champion: new Float64Array(rows), challenger: new Float64Array(rows) }
    for (let row = 0; row < rows; row++) {
      for (let c = 0; c < classes.length; c++) {
        const a = inA[c]! < 0 ? 0 : allA[row * widthA + inA[c]!]!
        const b = inB[c]! < 0 ? 0 : allB[row * widthB + inB[c]!]!
        const difference = differenceOf(a, b)
        // a difference that is not finite stays
        if (differences[row] === differences[row] && !(Math.abs(difference) <= Math.abs(differences[row]!)))
          differences[row] = difference
        if (!withinTolerance(a, b, task)) beyond[row] = 1
      }
      const label = labels[row]!
      const lossOf = (all: Float64Array, width: number, at: number | undefined): number =>
        at === undefined ? NaN : logLoss.cost(at < 0 ? 0 : all[row * width + at]!)
      losses.champion[row] = lossOf(allA, widthA, inA[label])
      losses.challenger[row] = lossOf(allB, widthB, inB[label])
    }
    return {
      differences,
      beyond,
      losses,
      flipped: Uint8Array.from(labelA, (one, row) => (one === labelB[row] ? 0 : 1)),
      codes: { champion: labelA, challenger: labelB },
      scores: { champion: scoreA, challenger: scoreB },
    }
  })
}

function rawReader(task: ComparisonTask): PairReader {
  const { difference, beyond, flipped } = rawPairsSql(task.champion, task.challenger, task)
  const selects = {
    differences: { sql: `coalesce(${difference}, 0)`, type: 'DOUBLE' },
    beyond: { sql: beyond, type: 'UTINYINT' },
    flipped: { sql: flipped, type: 'UTINYINT' },
  } as const
  return reader(selects, blockRows, (columns) => ({ ...columns, scores: null, codes: null, losses: null }))
}

/** A column of numbers that is NaN where the model has none. */
function number(column: string) {
  return { sql: `coalesce(CAST(${column} AS DOUBLE), 'nan'::DOUBLE)`, type: 'DOUBLE' } as const
}

function ofNumbers(
  task: ComparisonTask,
  a: Float64Array,
  b: Float64Array,
): Pick<OwnPart, 'differences' | 'beyond'> & { readonly scores: Both<Float64Array> } {
  const beyond = new Uint8Array(a.length)
  for (let row = 0; row < a.length; row++) if (!withinTolerance(a[row]!, b[row]!, task)) beyond[row] = 1
  return {
    differences: a.map((one, row) => differenceOf(one, b[row]!)),
    beyond,
    scores: { champion: a, challenger: b },
  }
}

const present = {
  sql: 'CAST(a0 IS NOT NULL AS UTINYINT) + 2 * CAST(b0 IS NOT NULL AS UTINYINT)',
  type: 'UTINYINT',
} as const

function reader<S extends Readonly<Record<string, TypedSelect>>>(
  selects: S,
  rowsAtATime: number,
  partOf: (columns: TypedColumns<S>, labels: Float64Array) => OwnPart,
): PairReader {
  return async function* (sandbox, relation, { labels, segments }) {
    const codes = segments.map((sql, i) => [`segment ${i}`, { sql, type: 'INTEGER' }] as const)
    const all = { ...selects, present, ...Object.fromEntries(codes) }
    let row = 0
    for await (const found of typedBatches(sandbox, relation, all, rowsAtATime)) {
      const columns = found as TypedColumns<S> & { readonly present: Uint8Array }
      const own = labels.subarray(row, row + columns.present.length)
      row += own.length
      yield {
        ...partOf(columns, own),
        present: columns.present,
        labels: own,
        segments: codes.map(([name]) => (found as Readonly<Record<string, Int32Array>>)[name]!),
      }
    }
  }
}
