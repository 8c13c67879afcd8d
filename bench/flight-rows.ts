import { DuckDBInstance } from '@duckdb/node-api'

/**
 * Writes a Parquet file of rows that the flights model v2 takes.
 * @param from the first one's id
 * @param rowGroup rows in each row group; 122,880 is the usual size, 2,048 the least that DuckDB writes
 */
export async function flightRows(
  file: string,
  rows: number,
  { from = 0, rowGroup = 122_880 } = {},
): Promise<void> {
  const number = (name: string, most: number) =>
    `(hash(i, '${name}') % 10000 * ${most / 10_000})::float AS ${name}`
  const pick = (name: string, values: string[]) =>
    `[${values.map((value) => `'${value}'`).join(', ')}][1 + (hash(i, '${name}') % ${values.length})::int] AS ${name}`
  const numbers = Object.entries({
    distance: 5_000,
    temp: 100,
    dewp: 70,
    humid: 100,
    wind_dir: 360,
    wind_speed: 40,
    wind_gust: 60,
    precip: 1,
    visib: 10,
  }).map(([name, most]) => number(name, most))
  const columns = [
    'i::bigint AS id',
    '(1 + i % 7)::float AS day_of_week',
    '(i % 1440)::float AS minute_of_day',
    'i % 4 = 0 AS peak',
    pick('carrier', ['AA', 'B6', 'DL', 'UA', 'WN']),
    pick('origin', ['EWR', 'JFK', 'LGA']),
    pick('dest', ['ATL', 'BOS', 'MCO', 'ORD', 'SFO']),
    '(990 + i % 50)::float AS pressure',
    ...numbers,
  ]
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  await connection.run(
    `COPY (SELECT ${columns.join(', ')} FROM range(${from}, ${from + rows}) t(i)) TO '${file}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${rowGroup})`,
  )
}
