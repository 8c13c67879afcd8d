import { ActivitySlots } from '../../workers/activity-slots'

const never = new AbortController().signal
const shard = { type: 'activity', activityType: 'scoreShard' } as const
const other = { type: 'activity', activityType: 'planRun' } as const

let slots: ActivitySlots

beforeEach(() => {
  slots = new ActivitySlots(2, 16)
})

/** Reserves all that is free. */
function reserved(): number {
  let count = 0
  while (slots.tryReserveSlot()) count += 1
  return count
}

const use = (slotInfo: typeof shard | typeof other, count: number): void => {
  for (let i = 0; i < count; i += 1) slots.markSlotUsed({ slotInfo })
}

/** Shards end and others begin, each after so long. */
function turn(count: number, ms: number): void {
  for (let i = 0; i < count; i += 1) {
    slots.took(ms)
    slots.releaseSlot({ slotInfo: shard })
    if (slots.tryReserveSlot()) use(shard, 1)
  }
}

test('a worker that knows nothing yet takes two more than it has threads', () => {
  expect(reserved()).toBe(4)
})

test('long shards leave it at that', () => {
  use(shard, reserved())
  turn(50, 1_000)
  expect(reserved()).toBe(0)
})

test('tiny shards fill all slots, and where they become long the worker takes fewer again', () => {
  use(shard, reserved())
  turn(50, 3)
  use(shard, reserved())
  slots.releaseSlot({ slotInfo: shard })
  expect(reserved()).toBe(1) // 15 were still held
  use(shard, 1)
  turn(50, 2_000)
  for (let i = 0; i < 3; i += 1) slots.releaseSlot({ slotInfo: shard })
  expect(reserved()).toBeLessThanOrEqual(3)
})

test('other activities take no shard’s place, but all together are no more than asked for', () => {
  use(other, reserved())
  expect(reserved()).toBe(4)
  use(other, 4)
  use(other, reserved())
  expect(reserved()).toBe(4)
  use(shard, 4)
  expect(slots.tryReserveSlot()).toBeNull()
})

test('a poll that waits gets the slot that becomes free, in order; one that gives up gets none', async () => {
  use(shard, reserved())
  const given: string[] = []
  const stop = new AbortController()
  const first = slots.reserveSlot({}, stop.signal).then(() => given.push('first'))
  const second = slots.reserveSlot({}, never).then(() => given.push('second'))
  stop.abort(new Error('not needed'))
  await expect(first).rejects.toThrow('not needed')
  slots.releaseSlot({ slotInfo: shard })
  await second
  expect(given).toEqual(['second'])
})

test('a poll that was given up before it began takes nobody’s place among those that wait', async () => {
  use(shard, reserved())
  const waits = slots.reserveSlot({}, never)
  await expect(slots.reserveSlot({}, AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late')
  slots.releaseSlot({ slotInfo: shard })
  await expect(waits).resolves.toEqual({})
})

test('a poll that comes back with nothing frees its slot', () => {
  expect(reserved()).toBe(4)
  slots.releaseSlot({})
  expect(reserved()).toBe(1)
})
