import type { Connections } from '../postgres/connections'
import { quoteIdentifier } from '../quote-identifier'
import { quotePath } from '../sandbox'
import type { Source, SourceFile } from '../source'
import { stage, type Staging } from '../staging'
import type { CopiedQuery } from './copy-query'
import { runCopyQuery } from './run-copy-query'

export interface PostgresQuery {
  readonly connection?: string | undefined
  readonly query: string
}

/**
 * The rows of a query, read once in one REPEATABLE READ READ ONLY transaction and staged as Parquet files of
 * shards.rows rows each. $batch is bound as text: COPY takes no parameters, so it stands for a setting of the
 * transaction. A superuser's connection reads as pg_read_all_data, which may call no function that leaves the database.
 * @throws SOURCE_QUERY_FAILED with Postgres's message, SQLSTATE, line and column
 */
export function postgresSource({ connection, query }: PostgresQuery, connections: Connections): Source {
  return {
    files: (scope) =>
      stage(scope, [], async (staging) => {
        const { batch, job, onProgress, signal } = scope
        const { connectionString = '' } = connections.named(connection).options
        const task = { query, batch, folder: staging.folder, rowsPerFile: job.shards.rows }
        return filesOf(await runCopyQuery(task, connectionString, onProgress, signal), staging)
      }),
  }
}

/** Rewrites files whose numeric columns fit a DECIMAL; the others are taken as they are. */
async function filesOf({ files, decimals }: CopiedQuery, staging: Staging): Promise<SourceFile[]> {
  const staged: SourceFile[] = []
  for (const written of files) {
    const file = await staging.take(written)
    if (decimals.length === 0) {
      staged.push(file)
      continue
    }
    const casts = decimals.map(
      ({ name, type }) => `CAST(${quoteIdentifier(name)} AS ${type}) AS ${quoteIdentifier(name)}`,
    )
    staged.push(
      await staging.write(
        `SELECT * REPLACE (${casts.join(', ')}) FROM read_parquet(${quotePath(file.path)})`,
      ),
    )
    await staging.remove(file)
  }
  return staged
}
