import type { ColumnType } from '../../schemas/column'
import { NightscoreError } from '../../schemas/errors'
import { compareGolden, flipsLabel, type GoldenDifference, type GoldenRow } from './compare-golden'
import { predictionColumns } from './predict'
import {
  packageFileColumns,
  scorePackageFile,
  type OpenedModel,
  type PackageBatch,
} from './score-package-file'
import { valueAt, type PlainValue } from './value-at'

/** How far the model is from the forecasts of the framework that trained it. */
export interface GoldenMeasure {
  readonly rows: number
  /** Rows whose every value is within the tolerance of model.yaml. */
  readonly agreeingRows: number
  /** Rows with another label than the forecast's; null: no labels can be told. */
  readonly labelFlips: number | null
  /** Infinity: a row that was quarantined, or another label. */
  readonly maxAbsDifference: number
  readonly maxRelDifference: number
  /** The row that disagrees most; null: all agree. */
  readonly worst: {
    /** From 0. */
    readonly row: number
    readonly column: string
    readonly found: string
    readonly expected: string
  } | null
}

const file = 'golden.parquet'

/**
 * Scores golden.parquet as a run would and compares with the forecasts in it.
 * @param folder holds golden.parquet
 * @throws NightscoreError MODEL_GOLDEN_INVALID where the file lacks features or forecasts
 */
export async function measureGolden(folder: string, model: OpenedModel): Promise<GoldenMeasure> {
  const forecasts = await forecastColumns(folder, model)
  const batches = await scorePackageFile(
    folder,
    file,
    forecasts.map(({ column }) => column),
    model,
  )
  const rows = batches.reduce((sum, batch) => sum + batch.rows, 0)
  if (rows === 0) throw invalid('no rows', 'rows with the forecasts of the framework that trained the model')

  let [maxAbsDifference, maxRelDifference, disagreeing] = [0, 0, 0]
  let labelFlips: number | null = null
  let worst: { at: number; row: GoldenRow; difference: GoldenDifference } | null = null
  for (const { at, row } of goldenRows(batches, forecasts, model)) {
    const differences = compareGolden(row, model.manifest)
    maxAbsDifference = Math.max(maxAbsDifference, ...differences.map((one) => one.absolute))
    maxRelDifference = Math.max(maxRelDifference, ...differences.map((one) => one.relative))
    const flips = flipsLabel(row, model.manifest)
    if (flips !== null) labelFlips = (labelFlips ?? 0) + Number(flips)
    const apart = differences.filter((one) => !one.agrees)
    if (apart.length > 0) disagreeing += 1
    for (const difference of apart)
      if (!worst || difference.absolute > worst.difference.absolute) worst = { at, row, difference }
  }
  return {
    rows,
    agreeingRows: rows - disagreeing,
    labelFlips,
    maxAbsDifference,
    maxRelDifference,
    worst: worst && {
      row: worst.at,
      column: worst.difference.column,
      found: shown(worst.row.found[worst.difference.column]),
      expected: shown(worst.row.expected[worst.difference.column]),
    },
  }
}

/** A column of golden.parquet, and the prediction column that it is a forecast of. */
interface Forecast {
  readonly column: string
  readonly prediction: string
}

async function forecastColumns(folder: string, { manifest, signature }: OpenedModel): Promise<Forecast[]> {
  const columns = await packageFileColumns(folder, file)
  const features = new Set(manifest.features.map((feature) => feature.name))
  const possible = predictionColumns(manifest, signature).map(({ name }) => ({
    column: manifest.task === 'raw' ? `output_${name}` : name,
    prediction: name,
  }))
  const there = possible.filter(({ column }) => columns.includes(column) && !features.has(column))
  if (there.length > 0) return there
  throw invalid(
    `columns ${columns.join(', ')}`,
    `the features and at least one forecast: ${possible.map(({ column }) => column).join(', ')}`,
  )
}

function* goldenRows(
  batches: readonly PackageBatch[],
  forecasts: readonly Forecast[],
  { manifest, signature }: OpenedModel,
): Generator<{ at: number; row: GoldenRow }> {
  const names = predictionColumns(manifest, signature).map((column) => column.name)
  for (const { firstRow, columns, scored, predictions, faults } of batches) {
    const expectedAt = (index: number): GoldenRow['expected'] =>
      Object.fromEntries(
        forecasts.map(({ prediction }, i) => [
          prediction,
          forecastValue(valueAt(columns[i]!.data, index), columns[i]!.type),
        ]),
      )
    for (const [i, index] of scored.entries()) {
      const found = Object.fromEntries(names.map((name, p) => [name, valueAt(predictions[p]!, i)]))
      yield { at: firstRow + index, row: { expected: expectedAt(index), found } }
    }
    for (const { index, column, reason, detail } of faults) {
      const quarantined = `quarantined (${reason}: ${column}, ${detail})`
      const found = Object.fromEntries(names.map((name) => [name, quarantined]))
      yield { at: firstRow + index, row: { expected: expectedAt(index), found } }
    }
  }
}

/** Lists come from the scan as JSON text, in which DuckDB writes NaN and Infinity bare; decimals come as text. */
function forecastValue(value: PlainValue, type: ColumnType): PlainValue {
  if (typeof value !== 'string') return value
  if (type === 'numeric') return Number(value)
  if (type !== 'jsonb') return value
  const quoted = value.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g, (token) =>
    token.startsWith('"') ? token : `"${token}"`,
  )
  const parsed = JSON.parse(quoted) as PlainValue[]
  const isNumeric = (one: PlainValue): boolean => one === 'NaN' || one === 'Infinity' || one === '-Infinity'
  return parsed.map((one) => (isNumeric(one) ? Number(one) : one))
}

function shown(value: PlainValue | undefined): string {
  const text = JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? String(one) : one))
  return typeof value === 'number' || typeof value === 'string' ? String(value) : text.slice(0, 200)
}

function invalid(found: string, expected: string): NightscoreError {
  return new NightscoreError('MODEL_GOLDEN_INVALID', { found: `${file} with ${found}`, expected })
}
