import type { JobFile } from '../../../schemas/job-file'
import type { Connections } from '../postgres/connections'
import type { Source } from '../source'
import { arrowSource } from './arrow'
import { csvSource } from './csv'
import { parquetSource } from './parquet'
import { postgresSource } from './postgres'

/** The source that a job names. */
export function sourceFor(source: JobFile['source'], connections: Connections): Source {
  if ('parquet' in source) return parquetSource(source.parquet)
  if ('arrow' in source) return arrowSource(source.arrow)
  if ('csv' in source) return csvSource(typeof source.csv === 'string' ? { path: source.csv } : source.csv)
  return postgresSource(source.postgres, connections)
}
