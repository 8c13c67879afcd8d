import fs from 'node:fs'
import path from 'node:path'
import { compareRows } from '../../activities/evaluation/comparison/compare-pairs'
import type { ComparedRows } from '../../activities/evaluation/comparison/compared-rows'
import type { ComparisonTask } from '../../activities/evaluation/comparison/comparison-task'
import { taskOf } from '../activities/evaluation/comparison/pair-tasks'
import { projectFolder } from './pages'

const page = fs.readFileSync(path.join(projectFolder, 'docs', 'metrics.md'), 'utf8')
const rows = 600

/** Rows of a task, all labelled, one segment. */
function rowsOf(task: ComparisonTask['task']): ComparedRows {
  const both = <T>(make: () => T) => ({ champion: make(), challenger: make() })
  const codes = (): Int32Array => Int32Array.from({ length: rows }, (_, i) => i % 2)
  const scores = (): Float64Array => Float64Array.from({ length: rows }, (_, i) => (i % 100) / 100)
  const hasLabels = task === 'binary' || task === 'multiclass'
  return {
    rows,
    onlyChampion: 0,
    onlyChallenger: 0,
    differences: new Float64Array(rows),
    beyond: new Uint8Array(rows),
    flipped: new Uint8Array(rows),
    labels: Float64Array.from({ length: rows }, (_, i) => (i % 3 === 0 ? 1 : 0)),
    scores: task === 'raw' ? null : both(scores),
    codes: hasLabels ? both(codes) : null,
    losses: task === 'multiclass' ? both(scores) : null,
    segments: [{ column: 'place', values: ['x'], codes: new Int32Array(rows) }],
  }
}

test('every figure of a comparison is in a table of docs/metrics.md, and no other', () => {
  const table = page.split('\n\n').find((block) => block.startsWith('| figure |')) ?? ''
  const documented = table
    .split('\n')
    .slice(2)
    .flatMap((line) => [...line.split(' | ')[0]!.matchAll(/`(\w+)`/g)].map(([, name]) => name!))
  const classes = ['a', 'b']
  const made = (['binary', 'multiclass', 'regression', 'raw'] as const).flatMap((task) => {
    const model = { columns: [], classes }
    return compareRows(taskOf([], { task, champion: model, challenger: model }), rowsOf(task)).figures
  })
  expect(documented.sort()).toEqual([...new Set(made.map(({ metric }) => metric))].sort())
})
