import { isPartOf, splitScan, wholeScan, type PlanNode } from '../../../../activities/data/sources/split-scan'

const scan: PlanNode = {
  'Node Type': 'Seq Scan',
  Schema: 'public',
  'Relation Name': 'we"ird',
  Alias: 't',
  Output: ['t.id', '(t.x + 1)'],
  Filter: '(t.day = CURRENT_DATE)',
}
const whole = wholeScan(scan, 2)!

test('parts are page ranges without a gap, open at both ends', () =>
  expect(splitScan(whole, 101, 3)).toEqual([
    `SELECT t.id, (t.x + 1) FROM "public"."we""ird" AS "t" WHERE ((t.day = CURRENT_DATE)) AND ctid < '(34,0)'::tid`,
    `SELECT t.id, (t.x + 1) FROM "public"."we""ird" AS "t" WHERE ((t.day = CURRENT_DATE)) AND ctid >= '(34,0)'::tid AND ctid < '(68,0)'::tid`,
    `SELECT t.id, (t.x + 1) FROM "public"."we""ird" AS "t" WHERE ((t.day = CURRENT_DATE)) AND ctid >= '(68,0)'::tid`,
  ]))

test.each([
  ['a sort', { ...scan, 'Node Type': 'Sort', Plans: [scan] }],
  ['an index', { ...scan, 'Node Type': 'Index Scan' }],
  ['a sample', { ...scan, 'Node Type': 'Sample Scan' }],
  ['a subplan', { ...scan, Plans: [scan] }],
  ['other columns', { ...scan, Output: ['t.id'] }],
  ['no table', { 'Node Type': 'Seq Scan', Output: ['1', '2'] }],
])('%s is not split', (_, node) => expect(wholeScan(node, 2)).toBeNull())

const part: PlanNode = { ...scan, 'Node Type': 'Tid Range Scan', 'TID Cond': "(t.ctid < '(34,0)'::tid)" }

test.each<[string, PlanNode, boolean]>([
  ['the same in a range of pages', part, true],
  ['no range', scan, false],
  ['another filter', { ...part, Filter: '(t.day = CURRENT_DATE OR true)' }, false],
  ['another table', { ...part, Schema: 'other' }, false],
  ['another order of columns', { ...part, Output: ['(t.x + 1)', 't.id'] }, false],
  ['a node below', { ...part, Plans: [scan] }, false],
])('a part with %s', (_, node, expected) => expect(isPartOf(whole, node)).toBe(expected))
