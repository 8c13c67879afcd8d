import { entrantsOf, measuredAs, roundPlan, works } from '../../../bench/peers/works'

const everybody = () => true
const ids = (round: number, takesPart: Parameters<typeof roundPlan>[2] = everybody) =>
  roundPlan(works, round, takesPart).map(({ work, entrant }) => measuredAs(work, entrant))

test('a work is measured against the peers that it has targets for, the product first', () => {
  const [lightgbm, logistic] = works
  expect(entrantsOf(lightgbm!)).toEqual(['ours', 'expert', 'everyday', 'ray', 'raw'])
  expect(entrantsOf(logistic!)).toEqual(['ours', 'expert', 'everyday', 'ray'])
})

test('what serves two works is measured once a round', () => {
  const plan = ids(0)
  expect(new Set(plan).size).toBe(plan.length)
  expect(plan.filter((id) => id.startsWith('ray/'))).toEqual(['ray/lightgbm', 'ray/logistic', 'ray/mlp'])
  expect(plan.filter((id) => id.startsWith('raw/'))).toEqual(['raw/lightgbm'])
  expect(plan.filter((id) => id.startsWith('ours/'))).toHaveLength(works.length)
})

test('every other round goes backwards', () => {
  expect(ids(1)).toEqual(ids(0).reverse())
  expect(ids(2)).toEqual(ids(0))
})

test('who cannot take part is left out', () => {
  expect(ids(0, (entrant) => entrant === 'ours')).toEqual(works.map(({ name }) => `ours/${name}`))
})
