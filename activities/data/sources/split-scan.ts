import { z } from 'zod'
import { quoteIdentifier } from '../quote-identifier'

/** A node of EXPLAIN (VERBOSE, FORMAT JSON), as far as it is looked at. */
const nodeSchema = z.object({
  'Node Type': z.string(),
  Schema: z.string().optional(),
  'Relation Name': z.string().optional(),
  Alias: z.string().optional(),
  Output: z.array(z.string()).optional(),
  Filter: z.string().optional(),
  'TID Cond': z.string().optional(),
  Plans: z.array(z.unknown()).optional(),
})
export const explainedSchema = z.tuple([z.object({ Plan: nodeSchema })])

export type PlanNode = z.infer<typeof nodeSchema>

/** A query that reads one table from its first page to its last, and does nothing else: its rows are those of page ranges. */
export interface WholeScan {
  /** Quoted. */
  readonly table: string
  readonly node: PlanNode
}

/** What a plan reads where it is nothing but one scan of a whole table: no sort, limit, join, subplan, index. Else null. */
export function wholeScan(node: PlanNode, columns: number): WholeScan | null {
  const { Schema: schema, 'Relation Name': relation, Alias: alias, Output: output } = node
  if (node['Node Type'] !== 'Seq Scan' || node.Plans !== undefined) return null
  if (schema === undefined || relation === undefined || alias === undefined) return null
  if (output?.length !== columns) return null
  return { table: `${quoteIdentifier(schema)}.${quoteIdentifier(relation)}`, node }
}

/**
 * The queries of `parts` page ranges that make up the scan, in the table's order, from what EXPLAIN prints of it. Whether
 * they say the same is to be asked of Postgres: isPartOf.
 */
export function splitScan({ table, node }: WholeScan, pages: number, parts: number): readonly string[] {
  const select = `SELECT ${node.Output!.join(', ')} FROM ${table} AS ${quoteIdentifier(node.Alias!)} WHERE `
  const filter = node.Filter === undefined ? [] : [`(${node.Filter})`]
  const edge = (part: number): string => `'(${Math.ceil((pages * part) / parts)},0)'::tid`
  return Array.from({ length: parts }, (_, part) => {
    const from = part === 0 ? [] : [`ctid >= ${edge(part)}`]
    const to = part === parts - 1 ? [] : [`ctid < ${edge(part + 1)}`]
    return select + [...filter, ...from, ...to].join(' AND ')
  })
}

/** Whether a plan reads what the whole scan does, in a range of pages: the same table, filter and output, by Postgres's own print. */
export function isPartOf({ node: whole }: WholeScan, part: PlanNode): boolean {
  const { 'Node Type': type, 'TID Cond': range, ...rest } = part
  const same = (['Schema', 'Relation Name', 'Alias', 'Filter', 'Plans'] as const).every(
    (field) => rest[field] === whole[field],
  )
  return (
    type === 'Tid Range Scan' &&
    range !== undefined &&
    same &&
    rest.Output?.join('\0') === whole.Output?.join('\0')
  )
}
