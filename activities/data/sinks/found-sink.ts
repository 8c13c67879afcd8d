import type { PoolClient } from 'pg'
import type { FoundTable } from './prediction-columns'
import type { PredictionNames } from './prediction-names'

/** What the catalogue says of a sink's relations: pg_class.relkind of each, null where there is none; of <table>_all more. */
export interface FoundSink extends FoundTable {
  readonly all: string | null
  readonly published: string | null
  readonly live: string | null
  readonly view: string | null
  readonly run: string | null
  /** pg_get_partkeydef of <table>_all. */
  readonly partitionKey: string | null
  readonly viewColumns: readonly string[]
  readonly viewReadsAll: boolean
  /** Of the run's table, as the next two. */
  readonly runColumns: readonly string[]
  readonly runHasKey: boolean
  readonly runHasCheck: boolean
}

/** Reads the catalogue. */
export async function findSink(client: PoolClient, names: PredictionNames): Promise<FoundSink> {
  const kind = (parameter: string) =>
    `(SELECT relkind::text FROM pg_class WHERE oid = to_regclass(${parameter}))`
  const columnNames = (parameter: string) =>
    `coalesce((SELECT jsonb_agg(attname ORDER BY attnum)
               FROM pg_attribute WHERE attrelid = to_regclass(${parameter}) AND attnum > 0 AND NOT attisdropped), '[]')`
  const runHas = (constraint: string) =>
    `EXISTS (SELECT FROM pg_constraint WHERE contype = '${constraint}' AND conrelid = to_regclass($4))`
  const { rows } = await client.query<FoundSink>(
    `SELECT ${kind('$1')} AS "all", ${kind('$2')} AS live, ${kind('$3')} AS view, ${kind('$4')} AS run, ${kind('$5')} AS published,
            pg_get_partkeydef(to_regclass($1)) AS "partitionKey",
            coalesce((SELECT jsonb_agg(jsonb_build_object('name', attname, 'type', format_type(atttypid, atttypmod), 'required', attnotnull,
                        'collation', (SELECT format('%I.%I', nspname, collname)
                                      FROM pg_collation c JOIN pg_namespace n ON n.oid = collnamespace JOIN pg_type t ON t.oid = atttypid
                                      WHERE c.oid = attcollation AND attcollation <> typcollation)) ORDER BY attnum)
                      FROM pg_attribute WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped), '[]') AS columns,
            coalesce((SELECT jsonb_agg(a.attname ORDER BY k.place)
                      FROM pg_constraint c CROSS JOIN LATERAL unnest(c.conkey) WITH ORDINALITY AS k (attnum, place)
                      JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.attnum
                      WHERE c.conrelid = to_regclass($1) AND c.contype = 'p'), '[]') AS "keyColumns",
            ${columnNames('$3')} AS "viewColumns", ${columnNames('$4')} AS "runColumns",
            ${runHas('p')} AS "runHasKey", ${runHas('c')} AS "runHasCheck",
            EXISTS (SELECT FROM pg_rewrite r JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
                    WHERE r.ev_class = to_regclass($3) AND d.refclassid = 'pg_class'::regclass
                      AND d.refobjid = to_regclass($1)) AS "viewReadsAll"`,
    [names.all, names.live, names.view, names.run, names.published],
  )
  return rows[0]!
}
