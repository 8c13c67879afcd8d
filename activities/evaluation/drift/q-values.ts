import { benjaminiHochberg } from '../stats/benjamini-hochberg'
import type { ColumnTest } from './metric-draft'

/**
 * The q value of each test of one run and scope (all columns and segments together) by Benjamini-Hochberg. A test that is
 * given several times, by the numbers that share it, counts once: tests are told apart as objects, not by their numbers.
 */
export function qValues(tests: Iterable<ColumnTest | null>): Map<ColumnTest, number> {
  const distinct = [...new Set(tests)].filter((test) => test !== null)
  const found = benjaminiHochberg(distinct.map(({ pValue }) => pValue))
  return new Map(distinct.map((test, i) => [test, found[i]!]))
}
