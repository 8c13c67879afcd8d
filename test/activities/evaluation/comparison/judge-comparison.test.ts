import { comparisonFigure } from '../../../../activities/evaluation/comparison/comparison-figure'
import {
  judgeNonInferiority,
  judgeNumeric,
} from '../../../../activities/evaluation/comparison/judge-comparison'

const tolerance = { rtol: 1e-4, atol: 1e-5 }
const same = { both: 1_000, onlyChampion: 0, onlyChallenger: 0, beyond: 0, flips: 0 }

test.each([
  [{}, 'ok', 'all 1000 rows within 0.00001 + 0.0001 |champion|, no label flipped'],
  [{ beyond: 3 }, 'fail', '3 of 1000 rows beyond 0.00001 + 0.0001 |champion|'],
  [{ flips: 1 }, 'fail', '1 label flipped'],
  [{ onlyChallenger: 2 }, 'fail', '0 rows scored by the champion only, 2 by the challenger only'],
  [{ both: 0 }, 'skipped', 'no rows'],
  [{ both: 0, onlyChampion: 5 }, 'fail', '5 rows scored by the champion only, 0 by the challenger only'],
])('numeric: %j is %s', (change, verdict, reason) => {
  expect(judgeNumeric({ ...same, ...change }, tolerance)).toEqual({ verdict, reason })
})

const main = (value: number, ciLo: number, ciHi: number) =>
  comparisonFigure.of('roc_auc_difference', value, 500, { ciLo, ciHi })

test.each([
  [main(0.01, -0.004, 0.02), 500, 'ok'],
  [main(0, 0, 0), 500, 'ok'],
  [main(0.01, -0.006, 0.02), 500, 'fail'],
  [main(-0.02, -0.03, -0.01), 500, 'fail'],
  [main(0.01, -0.004, 0.02), 199, 'skipped'],
  [comparisonFigure.missing('roc_auc_difference', 500, 'fewer than two labels of a class'), 500, 'skipped'],
  [null, 500, 'skipped'],
])('non-inferiority, by the lower bound and the margin: %#', (figure, labelled, verdict) => {
  expect(judgeNonInferiority(figure, labelled, 0.005).verdict).toBe(verdict)
})

test('two models that are the same are not inferior even without a margin', () => {
  expect(judgeNonInferiority(main(0, 0, 0), 500, 0).verdict).toBe('ok')
})

test('the reason holds both numbers', () => {
  expect(judgeNonInferiority(main(0.01, -0.006, 0.02), 500, 0.005).reason).toBe(
    'roc_auc_difference 0.01, 95 % interval -0.006 to 0.02: may be below -0.005',
  )
})
