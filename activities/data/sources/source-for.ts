import type { JobFile } from '../../../schemas/job-file'
import type { Connections } from '../postgres/connections'
import type { Source } from '../source'
import { parquetSource } from './parquet'

/** The source that a job names. */
export function sourceFor(source: JobFile['source'], connections: Connections): Source {
  if ('parquet' in source) return parquetSource(source.parquet)
  void connections
  throw new Error('not built yet')
}
