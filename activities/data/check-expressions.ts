import { closest } from 'fastest-levenshtein'
import { NightscoreError } from '../../schemas/errors'
import { expressionInvalid } from './diagnose-scan'
import { readFunctionCatalog, type FunctionCatalog } from './function-catalog'
import { quoteLiteral } from './quote-identifier'
import { sandboxFor, type Sandbox } from './sandbox'
import { expressionSql } from './scan-sql'

/** A user's SQL expression and where it stands: where, feature "hour". */
export interface UserExpression {
  readonly name: string
  readonly sql: string
}

type Tree = Readonly<Record<string, unknown>>

/** Expressions that look at one row only. Subqueries, windows, stars and positional references are not among them. */
const rowWise = new Set(
  ['FUNCTION', 'COLUMN_REF', 'CONSTANT', 'CAST', 'PARAMETER', 'COMPARISON', 'CONJUNCTION', 'OPERATOR'].concat(
    ['CASE', 'BETWEEN', 'COLLATE', 'LAMBDA', 'LAMBDA_REF', 'TYPE'],
  ),
)
/** Without parentheses DuckDB parses these as columns; a column of such a name can be written source.current_date. */
const clockWords = ['current_date', 'current_time', 'current_timestamp', 'localtime', 'localtimestamp']
/** They name the aggregate that they apply to a list of the row; all but one depend on the list alone. */
const listAggregates = ['list_aggr', 'list_aggregate', 'array_aggr', 'array_aggregate', 'aggregate']

let catalog: Promise<FunctionCatalog> | null = null

/**
 * Checks that each expression is one scalar expression over the columns of one row: its result cannot depend on where
 * shards are cut, on when a run runs, or on anything but the row and $batch. Columns are not looked up here.
 * @throws EXPRESSION_REFUSED for subqueries, aggregates, windows, volatile, clock, setting, file and table functions
 * (macros that hide one too), stars, other parameters than $batch, and text that ends the expression and begins more
 * @throws EXPRESSION_INVALID with DuckDB's message where it does not parse, or names an unknown function
 */
export async function checkExpressions(expressions: readonly UserExpression[]): Promise<void> {
  const sandbox = await sandboxFor([])
  catalog ??= readFunctionCatalog(sandbox)
  const functions = await catalog
  for (const expression of expressions) await new Check(sandbox, functions, expression).run(expression.sql)
}

class Check {
  constructor(
    private readonly sandbox: Sandbox,
    private readonly functions: FunctionCatalog,
    private readonly expression: UserExpression,
  ) {}

  async run(sql: string): Promise<void> {
    const macros = this.walk(await this.parse(sql), new Set())
    const seen = new Set<string>()
    for (let name = macros.pop(); name !== undefined; name = macros.pop()) {
      if (seen.has(name)) continue
      seen.add(name)
      for (const definition of this.functions.get(name)?.macros ?? []) {
        try {
          macros.push(...this.walk(await this.parse(definition), new Set()))
        } catch {
          throw this.refused(`${name}(), which expands to ${definition}`)
        }
      }
    }
  }

  /** The syntax tree of the one select item. */
  private async parse(sql: string): Promise<unknown> {
    if (sql.includes('\0'))
      throw expressionInvalid(
        this.expression.name,
        JSON.stringify(sql),
        new Error('it holds the character NUL'),
      )
    const query = `SELECT ${expressionSql(sql)} AS x FROM source`
    const [row] = await this.sandbox.rows(`SELECT json_serialize_sql(${quoteLiteral(query)}) AS tree`)
    const parsed = JSON.parse(String(row?.['tree'])) as {
      error: boolean
      error_type?: string
      error_message?: string
      statements?: Tree[]
    }
    if (parsed.error && parsed.error_type === 'parser')
      throw expressionInvalid(this.expression.name, sql, new Error(parsed.error_message))
    if (parsed.error) throw this.refused(parsed.error_message ?? 'no expression')
    if (parsed.statements?.length !== 1) throw this.refused(`${parsed.statements?.length} statements`)
    const node = parsed.statements[0]!['node'] as Tree
    const items = node['select_list'] as Tree[] | undefined
    // whatever closes the parenthesis and goes on leaves a trace in one of these
    const expected = { type: 'SELECT_NODE', where_clause: null, having: null, sample: null, qualify: null }
    const from = node['from_table'] as Tree | undefined
    const bare =
      Object.entries(expected).every(([key, value]) => node[key] === value) &&
      isEmpty(node['modifiers']) &&
      isEmpty((node['cte_map'] as Tree)['map']) &&
      isEmpty(node['group_expressions']) &&
      from?.['type'] === 'BASE_TABLE' &&
      from['table_name'] === 'source' &&
      from['sample'] === null
    if (!bare || items?.length !== 1)
      throw this.refused('text that ends the expression and begins something else')
    return items[0]
  }

  /** Refuses what is not row-wise; returns the names of the macros called. */
  private walk(tree: unknown, macros: Set<string>): string[] {
    if (Array.isArray(tree)) tree.forEach((branch) => this.walk(branch, macros))
    else if (tree !== null && typeof tree === 'object') {
      const node = tree as Tree
      if (typeof node['class'] === 'string') this.checkNode(node, macros)
      Object.values(node).forEach((branch) => this.walk(branch, macros))
    }
    return [...macros]
  }

  private checkNode(node: Tree, macros: Set<string>): void {
    const kind = String(node['class'])
    if (!rowWise.has(kind)) throw this.refused(`a ${kind.toLowerCase().replaceAll('_', ' ')}`)
    if (node['type'] === 'GROUPING_FUNCTION' || node['type'] === 'OPERATOR_UNPACK')
      throw this.refused(node['type'])
    if (kind === 'PARAMETER' && node['identifier'] !== 'batch')
      throw this.refused(`the parameter $${String(node['identifier'])}`)
    const names = node['column_names'] as string[] | undefined
    if (kind === 'COLUMN_REF' && names?.length === 1 && clockWords.includes(names[0]!.toLowerCase()))
      throw this.refused(`${names[0]}, which reads the clock`)
    if (kind === 'FUNCTION') this.checkFunction(node, macros)
  }

  private checkFunction(node: Tree, macros: Set<string>): void {
    const name = String(node['function_name']).toLowerCase()
    const children = node['children'] as Tree[]
    const known = this.functions.get(name)
    if (!known) {
      const nearest = closest(name, [...this.functions.keys()])
      throw expressionInvalid(
        this.expression.name,
        this.expression.sql,
        new Error(`there is no function ${name}; the nearest is ${nearest}`),
      )
    }
    if (known.fault !== null) throw this.refused(`${name}(), which ${known.fault}`)
    if (name === 'age' && children.length === 1)
      throw this.refused('age() of one argument, which reads the clock')
    if (node['filter'] !== null || node['distinct'] === true || node['export_state'] === true)
      throw this.refused(`${name}() with what only aggregates take`)
    if (listAggregates.includes(name)) {
      const aggregate = (children[1]?.['value'] as Tree | undefined)?.['value']
      if (typeof aggregate !== 'string' || aggregate.toLowerCase() === 'reservoir_quantile')
        throw this.refused(
          `${name}() with ${typeof aggregate === 'string' ? aggregate : 'a computed aggregate'}, which may be random`,
        )
    }
    if (known.macros.length > 0) macros.add(name)
  }

  private refused(what: string): NightscoreError {
    return new NightscoreError('EXPRESSION_REFUSED', {
      found: `${this.expression.name}: ${this.expression.sql}, with ${what}`,
      expected: 'one expression over the columns of one row',
    })
  }
}

function isEmpty(list: unknown): boolean {
  return Array.isArray(list) && list.length === 0
}
