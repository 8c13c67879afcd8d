import { labelledScores } from '../../../../activities/evaluation/references/labelled-scores'
import type { ProfileColumn } from '../../../../activities/evaluation/profiles/profile-column'

const columns = (score: ProfileColumn, label?: ProfileColumn): Map<string, ProfileColumn> =>
  new Map([['prediction/score', score], ...(label ? [['label/label', label] as const] : [])])
const labels = (...codes: number[]): ProfileColumn => ({
  dictionary: ['true', 'false'],
  codes: Int32Array.from(codes),
})

test('rows with a score and a label are kept, in their order, 1 for true', () => {
  const score = { values: Float32Array.of(0.5, 0.25, 0.75, 1), validity: Uint8Array.of(0b1011) }
  expect(labelledScores(columns(score, labels(1, -1, 0, 0)))).toEqual({
    scores: Float64Array.of(0.5, 1),
    labels: Uint8Array.of(0, 1),
  })
})

test('beyond the limit some are kept, the same every time, each with its own label', () => {
  const score = { values: Float64Array.from({ length: 1_000 }, (_, i) => i) }
  const label = labels(...Array.from({ length: 1_000 }, (_, i) => i % 2))
  const [kept, again] = [0, 0].map(() => labelledScores(columns(score, label), 100)!)
  expect(kept).toEqual(again)
  expect(kept!.scores).toHaveLength(100)
  expect([...kept!.scores]).toEqual([...kept!.scores].sort((a, b) => a - b))
  expect([...kept!.labels]).toEqual([...kept!.scores].map((row) => (row % 2 === 0 ? 1 : 0)))
  expect(kept!.scores.reduce((sum, row) => sum + row) / 100).toBeGreaterThan(350)
})

test('without labels, or of models whose score is none, there is nothing', () => {
  const score = { values: Float64Array.of(1) }
  expect(labelledScores(columns(score))).toBeNull()
  expect(labelledScores(columns(score, labels(-1)))).toBeNull()
  expect(labelledScores(columns(labels(0), labels(0)))).toBeNull()
  expect(labelledScores(new Map())).toBeNull()
})
