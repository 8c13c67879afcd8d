import type { Sandbox } from './sandbox'

/** Why a DuckDB function is not row-wise; null where it is. */
export type FunctionFault = string | null

/** One function by name. Macros are judged by what they expand to. */
export interface CatalogFunction {
  readonly fault: FunctionFault
  readonly macros: readonly string[]
}

/** DuckDB's functions by lower-case name. */
export type FunctionCatalog = ReadonlyMap<string, CatalogFunction>

/**
 * What DuckDB marks CONSISTENT (a function of its arguments alone) although it is not: clocks, settings, and what shows
 * how rows are stored. Found by reading all 584 CONSISTENT scalar functions of DuckDB 1.5.
 */
const inconsistent: Readonly<Record<string, string>> = {
  current_localtime: 'reads the clock',
  current_localtimestamp: 'reads the clock',
  current_setting: 'reads a setting',
  getvariable: 'reads a variable',
  getenv: 'reads the environment',
  vector_type: 'tells how rows are stored',
  json_serialize_plan: 'plans a query',
}

const clocks = [
  'now',
  'today',
  'current_date',
  'get_current_time',
  'get_current_timestamp',
  'transaction_timestamp',
]

/** Reads the catalogue; about 25 ms. */
export async function readFunctionCatalog(sandbox: Sandbox): Promise<FunctionCatalog> {
  const rows = await sandbox.rows(
    'SELECT lower(function_name) AS name, function_type AS type, stability, macro_definition AS macro FROM duckdb_functions()',
  )
  const overloads = new Map<string, typeof rows>()
  for (const row of rows) {
    const name = String(row['name'])
    overloads.set(name, [...(overloads.get(name) ?? []), row])
  }
  const catalog = new Map<string, CatalogFunction>()
  for (const [name, all] of overloads) {
    const callable = all.filter(({ type }) => type === 'scalar' || type === 'macro')
    catalog.set(name, {
      fault: faultOf(name, all),
      macros: callable.flatMap(({ macro }) => (typeof macro === 'string' ? [macro] : [])),
    })
  }
  return catalog
}

function faultOf(name: string, overloads: readonly Record<string, unknown>[]): FunctionFault {
  if (inconsistent[name] !== undefined) return inconsistent[name]
  if (clocks.includes(name)) return 'reads the clock'
  if (overloads.some(({ type }) => type === 'aggregate')) return 'is an aggregate'
  if (overloads.some(({ type, stability }) => type === 'scalar' && stability !== 'CONSISTENT'))
    return 'is volatile: its result is not a function of its arguments alone'
  if (!overloads.some(({ type }) => type === 'scalar' || type === 'macro'))
    return 'is a table function: it yields rows, or reads what lies outside of the row'
  return null
}
