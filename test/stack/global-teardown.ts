/** Lets the servers' process go: it stops them and deletes their data. */
export default async function globalTeardown(): Promise<void> {
  const child = globalThis.nightscoreTestStack
  if (child === undefined || child.exitCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.disconnect()
  await ended
}
