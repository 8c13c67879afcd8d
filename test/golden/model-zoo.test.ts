import fs from 'node:fs'
import path from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { checkGolden } from '../../activities/scoring/check-golden'
import { predictionColumns } from '../../activities/scoring/predict'
import { openPackage } from '../../activities/scoring/registry/open-package'
import { readModelPackage } from '../../activities/scoring/registry/model-package'
import { scorePackageFile, type OpenedModel } from '../../activities/scoring/score-package-file'
import { valueAt, type PlainValue } from '../../activities/scoring/value-at'

/** Packages of every input kind and task, with what Python's ONNX Runtime makes of rows.parquet: test/oracles/model_zoo.py */
const golden = __dirname
const models = path.join(golden, 'models')
const refused = path.join(golden, 'models-refused')
const packagesIn = (folder: string): string[] => fs.readdirSync(folder).sort()

async function open(folder: string): Promise<OpenedModel> {
  const { manifest, files } = await readModelPackage(folder)
  return openPackage(files.get('model.onnx')!.bytes, manifest)
}

/** Rows of expected.parquet by id, as plain values. */
async function expectedRows(folder: string): Promise<Map<string, Record<string, unknown>>> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  const reader = await connection.runAndReadAll(`SELECT * FROM '${path.join(folder, 'expected.parquet')}'`)
  return new Map(reader.getRowObjectsJS().map((row) => [String(row['id'] as bigint), row]))
}

/** By id, the predictions that scoring rows.parquet gives, by column. */
async function foundRows(
  folder: string,
  model: OpenedModel,
): Promise<Map<string, Record<string, PlainValue>>> {
  const names = predictionColumns(model.manifest, model.signature).map((column) => column.name)
  const found = new Map<string, Record<string, PlainValue>>()
  for (const batch of await scorePackageFile(folder, 'rows.parquet', ['id'], model)) {
    expect(batch.faults).toEqual([])
    batch.scored.forEach((row, i) => {
      const values = names.map((name, p) => [name, valueAt(batch.predictions[p]!, i)] as const)
      found.set(String(valueAt(batch.columns[0]!.data, row)), Object.fromEntries(values))
    })
  }
  return found
}

function expectClose(found: unknown, expected: unknown, at: string): void {
  if (Array.isArray(expected)) {
    const list = Array.isArray(found) ? (found as unknown[]) : [found]
    expect([at, list.length]).toEqual([at, expected.length])
    expected.forEach((value, i) => expectClose(list[i], value, `${at}[${i}]`))
  } else if (typeof expected === 'number') {
    const apart = Math.abs(Number(found) - expected)
    if (!(apart <= 1e-6 * Math.max(1, Math.abs(expected))))
      throw new Error(`${at}: ${String(found)}, not ${expected}`)
  } else expect([at, found]).toEqual([at, expected])
}

describe.each(packagesIn(models))('the model %s', (name) => {
  const folder = path.join(models, name)

  test('reproduces the forecasts of the framework that trained it', async () => {
    const model = await open(folder)
    const { rows, maxAbsDifference } = await checkGolden(folder, model)
    expect(rows).toBeGreaterThan(0)
    expect(maxAbsDifference).toBeLessThan(1e-3)
    await model.session.release()
  })

  if (fs.existsSync(path.join(folder, 'rows.parquet')))
    test('scores rows as Python’s ONNX Runtime does, to 1e-6', async () => {
      const model = await open(folder)
      const [expected, found] = [await expectedRows(folder), await foundRows(folder, model)]
      expect([...found.keys()].sort()).toEqual([...expected.keys()].sort())
      for (const [id, row] of expected)
        for (const [column, value] of Object.entries(row)) {
          if (column === 'id') continue
          const prediction = column.replace(/^output_/, '')
          expectClose(found.get(id)?.[prediction], value, `row ${id}, ${column}`)
        }
      await model.session.release()
    })
})

test.each([
  ['golden-disagrees', 'MODEL_GOLDEN_MISMATCH', /score is 0\.\d+; expected 0\.\d+ there/],
  ['not-onnx', 'MODEL_NOT_ONNX', /protobuf parsing failed/],
  ['sequence-output', 'MODEL_OUTPUT_NOT_TENSOR', /output "probabilities"/],
  [
    'text-in-float-tensor',
    'MODEL_SIGNATURE_MISMATCH',
    /of type text for the float32 input "cells".*expected an input of string/,
  ],
  ['too-few-features', 'MODEL_SIGNATURE_MISMATCH', /found 29 feature columns.*expected 30/],
  ['wrong-input-tensor', 'MODEL_SIGNATURE_MISMATCH', /no input "input" in model\.onnx \(nearest: "cells"\)/],
  [
    'wrong-output-tensor',
    'MODEL_SIGNATURE_MISMATCH',
    /no output "probability" in model\.onnx \(nearest: "probabilities"\)/,
  ],
  ['zipmap', 'MODEL_OUTPUT_NOT_TENSOR', /zipmap=False/],
])('the package %s is refused: %s', async (name, code, message) => {
  const folder = path.join(refused, name)
  const check = async (): Promise<unknown> => checkGolden(folder, await open(folder))
  await expect(check()).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
})

test('every package to be refused is in the list above', () => {
  expect(packagesIn(refused)).toHaveLength(8)
})
