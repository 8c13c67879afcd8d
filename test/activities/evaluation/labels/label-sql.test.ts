import { duckdb } from '../../../stack/scenario'
import type { ColumnType } from '../../../../schemas/column'
import {
  canonicalKeySql,
  emptyLabelSql,
  joinKeySql,
  labelSql,
} from '../../../../activities/evaluation/labels/label-sql'
import type { AccuracyTask } from '../../../../activities/evaluation/accuracy/labelled-rows'

/** What SQL makes of a value of a DuckDB type. */
async function made(value: string, type: string, sql: (x: string) => string): Promise<unknown> {
  const [row] = await duckdb(`SELECT ${sql('x')} FROM (SELECT CAST(${value} AS ${type}) AS x)`)
  return row?.[0]
}

describe('a label of', () => {
  test.each<[AccuracyTask, string, string, unknown]>([
    ['binary', 'true', 'BOOLEAN', true],
    ['binary', '0', 'INTEGER', false],
    ['binary', '1.0', 'DOUBLE', true],
    ['binary', '1', 'DECIMAL(3,1)', true],
    ['binary', "' True'", 'VARCHAR', true],
    ['binary', "'0'", 'VARCHAR', false],
    ['binary', '2', 'INTEGER', null],
    ['binary', '0.5', 'DOUBLE', null],
    ['binary', "'yes'", 'VARCHAR', null],
    ['binary', 'NULL', 'BOOLEAN', null],
    ['multiclass', "'seven'", 'VARCHAR', 'seven'],
    ['multiclass', '7', 'BIGINT', '7'],
    ['multiclass', '7.0', 'DOUBLE', '7'],
    ['multiclass', '7.5', 'FLOAT', '7.5'],
    ['multiclass', "'nan'", 'DOUBLE', null],
    ['multiclass', 'true', 'BOOLEAN', 'true'],
    ['regression', '7', 'INTEGER', 7],
    ['regression', '7.25', 'DECIMAL(5,2)', 7.25],
    ['regression', "'7e3'", 'VARCHAR', 7000],
    ['regression', "'n/a'", 'VARCHAR', null],
    ['regression', "'nan'", 'DOUBLE', null],
  ])('%s: %s as %s is %j', async (task, value, type, expected) => {
    expect(await made(value, type, (x) => labelSql(task, x, type)!)).toBe(expected)
  })

  test.each<[AccuracyTask, string]>([
    ['binary', 'DATE'],
    ['multiclass', 'INTEGER[]'],
    ['regression', 'TIMESTAMP'],
    ['regression', 'BOOLEAN'],
  ])('%s cannot be of type %s', (task, type) => {
    expect(labelSql(task, 'x', type)).toBeNull()
  })

  test.each([
    ['NULL', 'INTEGER', true],
    ["'nan'", 'DOUBLE', true],
    ['0', 'DOUBLE', false],
    ["''", 'VARCHAR', false],
  ])('%s as %s is empty: %s', async (value, type, expected) => {
    expect(await made(value, type, (x) => emptyLabelSql(x, type))).toBe(expected)
  })
})

describe('a key', () => {
  test.each<[ColumnType, string, string, string, string]>([
    ['integer', '12', 'SMALLINT', '12', 'BIGINT'],
    ['bigint', '12', 'BIGINT', "' 12'", 'VARCHAR'],
    ['bigint', '12', 'BIGINT', "'12.0'", 'VARCHAR'],
    ['bigint', '12', 'BIGINT', '12.0', 'DOUBLE'],
    ['bigint', '9007199254740993', 'BIGINT', "'9007199254740993'", 'VARCHAR'],
    ['numeric', '12.50', 'DECIMAL(5,2)', "'12.5'", 'VARCHAR'],
    ['numeric', "'0.5'", 'VARCHAR', '0.5', 'DECIMAL(1,1)'],
    ['numeric', '120', 'DECIMAL(38,0)', '120', 'BIGINT'],
    ['real', '0.1', 'FLOAT', '0.1', 'DOUBLE'],
    ['text', "'a'", 'VARCHAR', "'a'", 'VARCHAR'],
    ['text', "'7'", 'VARCHAR', '7', 'BIGINT'],
    ['date', "'2013-07-04'", 'DATE', "'2013-07-04'", 'VARCHAR'],
    ['timestamp', "'2013-07-04 12:00:00'", 'TIMESTAMP', "'2013-07-04 12:00:00'", 'VARCHAR'],
    [
      'uuid',
      "'6ba7b810-9dad-11d1-80b4-00c04fd430c8'",
      'UUID',
      "'6BA7B810-9DAD-11D1-80B4-00C04FD430C8'",
      'VARCHAR',
    ],
    ['boolean', 'true', 'BOOLEAN', "'true'", 'VARCHAR'],
  ])('%s: %s as %s is found by %s as %s', async (wanted, a, typeA, b, typeB) => {
    const scored = await made(a, typeA, (x) => `hash(${joinKeySql(wanted, x, typeA)})::VARCHAR`)
    const labelled = await made(b, typeB, (x) => `hash(${joinKeySql(wanted, x, typeB)})::VARCHAR`)
    expect(labelled).toBe(scored)
    expect(labelled).not.toBe(await made('NULL', 'INTEGER', (x) => `hash(${x})::VARCHAR`))
  })

  test.each([
    ["'12.5'", 'VARCHAR'],
    ['12.5', 'DOUBLE'],
    ['12.5', 'DECIMAL(3,1)'],
    ["'twelve'", 'VARCHAR'],
    ["'2013-07-04'", 'DATE'],
  ])('%s as %s is no whole number: it is rounded to none', async (value, type) => {
    expect(await made(value, type, (x) => joinKeySql('bigint', x, type))).toBeNull()
  })

  test.each([
    ['12', 'INTEGER', 'BIGINT'],
    ['12', 'UTINYINT', 'BIGINT'],
    ['12', 'FLOAT', 'DOUBLE'],
    ['12', 'HUGEINT', 'VARCHAR'],
    ["'2013-07-04'", 'DATE', 'DATE'],
    ["'a'", 'VARCHAR', 'VARCHAR'],
  ])('%s as %s is kept as %s', async (value, type, kept) => {
    expect(await made(value, type, (x) => `typeof(${canonicalKeySql(x, type)})`)).toBe(kept)
  })
})
