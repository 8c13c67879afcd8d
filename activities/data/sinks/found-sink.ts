import type { PoolClient } from 'pg'
import type { FoundColumn } from './prediction-columns'
import type { PredictionNames } from './prediction-names'

/** What the catalogue says of a sink's relations: pg_class.relkind of each, null where there is none. */
export interface FoundSink {
  readonly all: string | null
  readonly published: string | null
  readonly live: string | null
  readonly view: string | null
  readonly run: string | null
  /** pg_get_partkeydef of <table>_all. */
  readonly partitionKey: string | null
  /** Columns of <table>_all in order. */
  readonly columns: readonly FoundColumn[]
  /** Columns of its primary key in order. */
  readonly keyColumns: readonly string[]
  readonly viewColumns: readonly string[]
  readonly viewReadsAll: boolean
}

/** Reads the catalogue. */
export async function findSink(client: PoolClient, names: PredictionNames): Promise<FoundSink> {
  const kind = (parameter: string) =>
    `(SELECT relkind::text FROM pg_class WHERE oid = to_regclass(${parameter}))`
  const { rows } = await client.query<FoundSink>(
    `SELECT ${kind('$1')} AS "all", ${kind('$2')} AS live, ${kind('$3')} AS view, ${kind('$4')} AS run, ${kind('$5')} AS published,
            pg_get_partkeydef(to_regclass($1)) AS "partitionKey",
            coalesce((SELECT jsonb_agg(jsonb_build_object('name', attname, 'type', format_type(atttypid, atttypmod)) ORDER BY attnum)
                      FROM pg_attribute WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped), '[]') AS columns,
            coalesce((SELECT jsonb_agg(a.attname ORDER BY k.place)
                      FROM pg_constraint c CROSS JOIN LATERAL unnest(c.conkey) WITH ORDINALITY AS k (attnum, place)
                      JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.attnum
                      WHERE c.conrelid = to_regclass($1) AND c.contype = 'p'), '[]') AS "keyColumns",
            coalesce((SELECT jsonb_agg(attname ORDER BY attnum)
                      FROM pg_attribute WHERE attrelid = to_regclass($3) AND attnum > 0 AND NOT attisdropped), '[]') AS "viewColumns",
            EXISTS (SELECT FROM pg_rewrite r JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
                    WHERE r.ev_class = to_regclass($3) AND d.refclassid = 'pg_class'::regclass
                      AND d.refobjid = to_regclass($1)) AS "viewReadsAll"`,
    [names.all, names.live, names.view, names.run, names.published],
  )
  return rows[0]!
}

/** The columns of <table>_all that the run's table lacks: the sink was widened since the run was prepared. */
export async function columnsNotInRun(
  client: PoolClient,
  names: PredictionNames,
): Promise<readonly FoundColumn[]> {
  const { rows } = await client.query<FoundColumn>(
    `SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type
     FROM pg_attribute a
     WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped
       AND NOT EXISTS (SELECT FROM pg_attribute r WHERE r.attrelid = to_regclass($2) AND r.attname = a.attname AND NOT r.attisdropped)
     ORDER BY a.attnum`,
    [names.all, names.run],
  )
  return rows
}
