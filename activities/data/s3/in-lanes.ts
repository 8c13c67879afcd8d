/**
 * Does `work` for each item, in order, so many at a time. After a failure none is begun any more.
 * @throws the first failure, once nothing is under way
 */
export async function inLanes<T>(
  items: readonly T[],
  lanes: number,
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = []
  let next = 0
  const workNext = async (): Promise<void> => {
    while (next < items.length && failures.length === 0) {
      const index = next++
      await work(items[index]!, index).catch((error: unknown) => failures.push(error))
    }
  }
  await Promise.all(Array.from({ length: lanes }, workNext))
  if (failures.length > 0) throw failures[0]
}
