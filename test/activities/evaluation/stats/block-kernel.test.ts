import {
  blockRoom,
  blockRows,
  countAbove,
  deviations,
  summarize,
} from '../../../../activities/evaluation/stats/block-kernel'

const rowCounts = [0, 1, 2, 3, 4, 5, 7, 8, 1021, blockRows]
/** Whole numbers of a few bits: their sums are exact in any order. */
const valueAt = (i: number): number => ((i * 7_919) % 257) - 128

describe.each(rowCounts)('%i values', (rows) => {
  // beyond them is what must not be counted
  const fill = (index: number): Float64Array => {
    const { values } = blockRoom(index)
    values.fill(1e6)
    for (let i = 0; i < rows; i += 1) values[i] = valueAt(i)
    return values.slice(0, rows)
  }

  test.each([0, 1])('sum, least, largest and deviations in room %i', (index) => {
    const values = fill(index)
    const room = blockRoom(index)
    const sum = values.reduce((total, value) => total + value, 0)
    expect(summarize(room, rows)).toEqual({ sum, min: Math.min(...values), max: Math.max(...values) })
    expect(deviations(room, rows, 3)).toEqual({
      squares: values.reduce((total, value) => total + (value - 3) ** 2, 0),
      rest: sum - 3 * rows,
    })
  })

  test.each([0, 1, 3, 4, 5, 15, 16])('values above each of %i edges', (count) => {
    const values = fill(0)
    const edges = Float64Array.from({ length: count }, (_, i) => 17 * (i - 8))
    const above = countAbove(blockRoom(0), rows, edges).slice(0, count)
    expect([...above]).toEqual([...edges].map((edge) => values.filter((value) => value > edge).length))
  })
})

test.each([0, 5, 1_023])('NaN at %i makes the sum NaN and is neither least nor largest', (at) => {
  const room = blockRoom(0)
  room.values.fill(2)
  room.values[at] = Number.NaN
  expect(summarize(room, blockRows)).toEqual({ sum: Number.NaN, min: 2, max: 2 })
})
