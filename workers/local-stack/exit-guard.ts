const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export interface ExitGuard {
  /** From now on signals are somebody else's business; the exit of the process stays ours. */
  ignoreSignals(): void
  end(): void
}

/**
 * @param stop stops the servers in order; called at a signal, after which the process ends as the signal would have ended it,
 *   unless others listen to it too: then they decide
 * @param signalAll the last resort, for a process that exits without stop(): tells the servers, waits for nothing
 */
export function guardExit(
  stop: () => Promise<void>,
  signalAll: () => void,
  report: (line: string) => void,
): ExitGuard {
  const onSignal = (signal: NodeJS.Signals): void => {
    ignoreSignals()
    report(`${signal}: stopping what was started ...`)
    const alone = process.listenerCount(signal) === 0
    stop()
      .catch((error: unknown) => report(error instanceof Error ? error.message : String(error)))
      .finally(() => {
        if (alone) process.kill(process.pid, signal)
      })
  }
  const ignoreSignals = (): void => {
    for (const signal of signals) process.off(signal, onSignal)
  }
  // first in line: a listener added with once() is gone from the count after its turn
  for (const signal of signals) process.prependListener(signal, onSignal)
  process.on('exit', signalAll)
  return {
    ignoreSignals,
    end() {
      ignoreSignals()
      process.off('exit', signalAll)
    },
  }
}
