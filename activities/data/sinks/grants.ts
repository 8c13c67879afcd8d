import type { PoolClient } from 'pg'

/** Creates the schema where it is missing, open to the two roles where these exist. `schema` unquoted and quoted. */
export async function ensureSchema(client: PoolClient, schema: string, quotedSchema: string): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM pg_namespace WHERE nspname = $1', [schema])
  if (rowCount !== 0) return
  await client.query(`CREATE SCHEMA ${quotedSchema}`)
  const { rows } = await client.query<{ rolname: string }>(
    `SELECT rolname FROM pg_roles WHERE rolname IN ('nightscore_reader', 'nightscore_worker')`,
  )
  for (const { rolname } of rows)
    await client.query(
      `GRANT USAGE${rolname === 'nightscore_worker' ? ', CREATE' : ''} ON SCHEMA ${quotedSchema} TO ${rolname}`,
    )
}

const mayHandOver = (owner: string, schema: string) =>
  `EXISTS (SELECT FROM pg_roles g WHERE g.rolname = 'nightscore_worker' AND ${owner} <> g.oid
             AND ${owner} = (SELECT oid FROM pg_roles WHERE rolname = current_user)
             AND pg_has_role(current_user, g.oid, 'MEMBER')
             AND has_schema_privilege(g.oid, ${schema}, 'CREATE'))`

/**
 * Opens tables and views to the roles where these exist: nightscore_reader may select; nightscore_worker becomes the
 * owner of what the current user owns, so that every worker can alter it whoever created it. The latter only where the
 * user is a member of that role (a superuser is) and the role may create in the schema, as Postgres demands.
 * @param relations quoted, all in one schema
 */
export async function openToRoles(client: PoolClient, relations: readonly string[]): Promise<void> {
  const { rows } = await client.query<{
    relation: string
    view: boolean
    grant: boolean
    hand_over: boolean
  }>(
    `SELECT r.relation, c.relkind = 'v' AS view,
            EXISTS (SELECT FROM pg_roles g WHERE g.rolname = 'nightscore_reader'
                      AND NOT has_table_privilege(g.oid, c.oid, 'SELECT')) AS grant,
            ${mayHandOver('c.relowner', 'c.relnamespace')} AS hand_over
     FROM unnest($1::text[]) AS r (relation) JOIN pg_class c ON c.oid = to_regclass(r.relation)`,
    [relations],
  )
  for (const { relation, view, grant, hand_over: handOver } of rows) {
    if (grant) await client.query(`GRANT SELECT ON ${relation} TO nightscore_reader`)
    if (handOver)
      await client.query(`ALTER ${view ? 'VIEW' : 'TABLE'} ${relation} OWNER TO nightscore_worker`)
  }
}

/** The same owner for a function without arguments, `name` quoted: it runs with its owner's rights. */
export async function handOverFunction(client: PoolClient, name: string): Promise<void> {
  const { rowCount } = await client.query(
    `SELECT FROM pg_proc p WHERE p.oid = to_regproc($1) AND ${mayHandOver('p.proowner', 'p.pronamespace')}`,
    [name],
  )
  if (rowCount !== 0) await client.query(`ALTER FUNCTION ${name}() OWNER TO nightscore_worker`)
}
