import type { ModelManifest } from '../../schemas/model-manifest'
import type { PlainValue } from './value-at'

type Tolerance = ModelManifest['tolerance']

/** One row's forecast by the training framework and by us, by column; a null forecast is not compared. */
export interface GoldenRow {
  readonly expected: Readonly<Record<string, PlainValue>>
  readonly found: Readonly<Record<string, PlainValue>>
}

/** How far a value lies from its forecast. */
export interface GoldenDifference {
  readonly column: string
  readonly agrees: boolean
  /** |found - expected|, the largest of an array's; 0 for equal texts and booleans, Infinity for unequal ones. */
  readonly absolute: number
  /** absolute / |expected|. */
  readonly relative: number
}

/** Compares one row, column by column, with the tolerance of model.yaml: |a - b| <= atol + rtol |b|. */
export function compareGolden({ expected, found }: GoldenRow, manifest: ModelManifest): GoldenDifference[] {
  return Object.entries(expected)
    .filter(([, value]) => value !== null)
    .map(([column, value]) => {
      if (column === 'label') return compareLabels(value, found, manifest)
      return { column, ...compareValues(flat(value), flat(found[column] ?? null), manifest.tolerance) }
    })
}

function compareValues(
  expected: readonly PlainValue[],
  found: readonly PlainValue[],
  { rtol, atol }: Tolerance,
): Omit<GoldenDifference, 'column'> {
  if (expected.length !== found.length) return unequal
  let [agrees, absolute, relative] = [true, 0, 0]
  expected.forEach((value, i) => {
    const [a, b] = [asNumber(found[i]!), asNumber(value)]
    if (a === null || b === null) {
      if (String(found[i]) !== String(value)) [agrees, absolute, relative] = [false, Infinity, Infinity]
      return
    }
    if (Object.is(a, b) || a === b) return
    const difference = Number.isNaN(a - b) ? Infinity : Math.abs(a - b)
    if (!(difference <= atol + rtol * Math.abs(b))) agrees = false
    absolute = Math.max(absolute, difference)
    relative = Math.max(relative, b === 0 ? 0 : difference / Math.abs(b))
  })
  return { agrees, absolute, relative }
}

const unequal = { agrees: false, absolute: Infinity, relative: Infinity }
const equal = { agrees: true, absolute: 0, relative: 0 }

/** Where the score lies within the tolerance of what decides the label, either label is right. */
function compareLabels(
  expected: PlainValue,
  found: GoldenRow['found'],
  { task, output, tolerance }: ModelManifest,
): GoldenDifference {
  const score = Number(found['score'])
  const near = (a: number, b: number): boolean =>
    Math.abs(a - b) <= tolerance.atol + tolerance.rtol * Math.abs(b)
  if (task === 'binary') {
    const label = isTrue(expected)
    const same = label === found['label'] || near(score, output.threshold)
    return { column: 'label', ...(same ? equal : unequal) }
  }
  const position = output.classes?.indexOf(String(expected)) ?? -1
  const probability = flat(found['probabilities'] ?? null)[position]
  const same =
    String(expected) === found['label'] || (probability !== undefined && near(Number(probability), score))
  return { column: 'label', ...(same ? equal : unequal) }
}

/**
 * Whether a row's label is another than its forecast's, tolerance or not: of a package without the column `label` the one that its
 * score or probabilities make. null: the task has no labels, the forecast is null, or the row was not scored.
 */
export function flipsLabel({ expected, found }: GoldenRow, manifest: ModelManifest): boolean | null {
  const [before, now] = [labelOf(expected, manifest), found['label']]
  const isScored = typeof found['score'] === 'number'
  return before === null || !isScored ? null : before !== String(now)
}

function labelOf(values: GoldenRow['expected'], { task, output }: ModelManifest): string | null {
  const { label = null, score = null, probabilities = null } = values
  if (task === 'binary') {
    if (label !== null) return String(isTrue(label))
    return score === null ? null : String(Number(score) >= output.threshold)
  }
  if (task !== 'multiclass') return null
  if (label !== null) return String(label)
  if (probabilities === null) return null
  const numbers = flat(probabilities).map(Number)
  return output.classes?.[numbers.indexOf(Math.max(...numbers))] ?? null
}

const isTrue = (label: PlainValue): boolean => ['true', '1', 't'].includes(String(label).toLowerCase())

function flat(value: PlainValue): readonly PlainValue[] {
  return Array.isArray(value) ? (value as readonly PlainValue[]) : [value]
}

function asNumber(value: PlainValue): number | null {
  if (typeof value === 'number') return value
  return typeof value === 'bigint' ? Number(value) : null
}
