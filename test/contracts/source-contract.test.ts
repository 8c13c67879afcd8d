import fs from 'node:fs'
import path from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import {
  Bool,
  DateDay,
  Field,
  Float64,
  Int32,
  Int64,
  Schema,
  Table,
  tableToIPC,
  TimestampMicrosecond,
  Utf8,
  vectorFromArray,
  type DataType,
} from 'apache-arrow'
import { temporaryFolder } from '../stack'
import { sourceContract, type ContractSource } from './source-contract'
import { writeParquet } from './write-parquet'

const sourceIn = (kind: string, where?: string): ContractSource & { folder: string } => {
  const folder = temporaryFolder()
  const source = { [kind]: `rows.${kind}`, ...(where === undefined ? {} : { where }) }
  return { folder, options: { folder, stagingFolder: path.join(folder, 'store', 'staged'), source } }
}

describe('Parquet', () => {
  sourceContract({
    staged: false,
    async make(select, where) {
      const source = sourceIn('parquet', where)
      await writeParquet(path.join(source.folder, 'rows.parquet'), select)
      return source
    },
  })
})

describe('CSV', () => {
  sourceContract({
    staged: true,
    async make(select, where) {
      const source = sourceIn('csv', where)
      const file = path.join(source.folder, 'rows.csv')
      const rows = await rowsOf(select)
      const lines = rows.map((row) =>
        Object.values(row).map((value) => (value === null ? '' : quoted(String(value)))),
      )
      const header = 'id,name,value,flag,day,moment,n'
      fs.writeFileSync(file, [header, ...lines.map((line) => line.join(',')), ''].join('\n'))
      return source
    },
  })
})

describe('Arrow', () => {
  sourceContract({
    staged: true,
    async make(select, where) {
      const source = sourceIn('arrow', where)
      const rows = await rowsOf(select)
      const types: Record<string, DataType> = {
        id: new Int64(),
        name: new Utf8(),
        value: new Float64(),
        flag: new Bool(),
        day: new DateDay(),
        moment: new TimestampMicrosecond(),
        n: new Int32(),
      }
      const fields = Object.entries(types).map(([name, type]) => new Field(name, type, true))
      const columns = Object.fromEntries(
        Object.entries(types).map(([name, type]) => [
          name,
          vectorFromArray(
            rows.map((row) => arrowValue(name, row[name]!)),
            type,
          ),
        ]),
      )
      fs.writeFileSync(
        path.join(source.folder, 'rows.arrow'),
        tableToIPC(new Table(new Schema(fields), columns), 'file'),
      )
      return source
    },
  })
})

type Cell = string | number | boolean | null

async function rowsOf(select: string): Promise<Record<string, Cell>[]> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const rows = (await connection.runAndReadAll(select)).getRowObjectsJson() as Record<string, Cell>[]
  connection.closeSync()
  return rows
}

function quoted(text: string): string {
  return text === '' || /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

function arrowValue(name: string, value: Cell): unknown {
  if (value === null) return null
  if (name === 'id') return BigInt(String(value))
  if (name === 'day') return new Date(String(value))
  // apache-arrow's builder takes milliseconds, and no fraction of one: microseconds in whole numbers over a thousand
  return name === 'moment' ? microseconds(String(value)) / 1000 : value
}

function microseconds(text: string): number {
  const [seconds, fraction = ''] = text.split('.')
  return Date.parse(`${seconds!.replace(' ', 'T')}Z`) * 1000 + Number(fraction.padEnd(6, '0'))
}
