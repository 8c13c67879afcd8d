/** The latest `count` results of `load` by key, the least recently used dropped first. A failed load is not kept. */
export function keeping<T>(count: number, load: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const kept = new Map<string, Promise<T>>()
  return (key) => {
    const found = kept.get(key) ?? load(key)
    kept.delete(key)
    kept.set(key, found)
    found.catch(() => kept.delete(key))
    const oldest = kept.keys().next()
    if (kept.size > count && !oldest.done) kept.delete(oldest.value)
    return found
  }
}
