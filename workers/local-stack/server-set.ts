import fs from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { NightscoreError } from '../../schemas/errors'
import type { StackFolders } from './folders'
import { isAlive, self, sendSignal, stopProcess } from './processes'
import type { RunningServer, ServerLauncher } from './server'
import { readRecord, writeRecord } from './state'

const answerWithinMs = 10_000 // of a server that is there already: it may still be replaying its log

/** The servers that one start is answerable for. */
export interface ServerSet {
  /** Attach to the running one, take over an orphan, or start one. To be called with the start lock held. */
  readonly ensure: (launcher: ServerLauncher) => Promise<RunningServer>
  /** Stops those that were started or taken over, all at once. To be called with the start lock held. */
  readonly stopAll: () => Promise<void>
  /** Tells them to stop without waiting: all that is possible while the process exits. */
  readonly signalAll: () => void
}

export function createServerSet(
  folders: StackFolders,
  preferDefaultPorts: boolean,
  report: (line: string) => void,
): ServerSet {
  const held = new Map<ServerLauncher, RunningServer>()
  let stopping = false

  const hold = (launcher: ServerLauncher, server: RunningServer): void => {
    held.set(launcher, server)
    writeRecord(folders, launcher.name, { owner: self(), ...server })
    if (stopping) signal(launcher, server) // started while a Ctrl-C was being obeyed
  }

  return {
    async ensure(launcher) {
      const record = readRecord(folders, launcher.name)
      const recorded = record !== undefined && isAlive(record.process)
      const running = recorded ? record : launcher.orphan()
      if (running === undefined) return startOne(launcher)
      const where = `127.0.0.1:${running.port}`
      const answers = await answersSoon(launcher, running)
      if (recorded && isAlive(record.owner)) {
        if (!answers) throw hangs(launcher, running, record.owner.pid)
        report(
          `${launcher.title}: using the one on ${where}, which process ${record.owner.pid} started and will stop.`,
        )
        return running
      }
      if (answers) {
        hold(launcher, running)
        report(`${launcher.title}: taken over on ${where}; whoever started it was killed.`)
        return running
      }
      report(
        `${launcher.title}: process ${running.process.pid} is left over and does not answer; stopping it.`,
      )
      await stopProcess(running.process, launcher.stopSteps)
      return startOne(launcher)
    },

    async stopAll() {
      stopping = true
      await Promise.all(
        [...held].map(async ([launcher, { process }]) => {
          const gone = await stopProcess(process, launcher.stopSteps)
          if (gone && fs.existsSync(folders.home)) writeRecord(folders, launcher.name, undefined)
          report(
            gone ? `${launcher.title}: stopped.` : `${launcher.title}: process ${process.pid} does not stop.`,
          )
          held.delete(launcher)
        }),
      )
    },

    signalAll() {
      for (const [launcher, server] of held) signal(launcher, server)
    },
  }

  async function startOne(launcher: ServerLauncher): Promise<RunningServer> {
    const startedAt = Date.now()
    const born = (server: RunningServer): void => hold(launcher, server)
    const { process, port, uiPort, child, more } = await launcher.start({ preferDefaultPorts, report, born })
    child.once('exit', () => {
      if (!stopping) report(`${launcher.title} has ended by itself: see ${folders.logs}.`)
    })
    report(
      `${launcher.title}: started on 127.0.0.1:${port} in ${((Date.now() - startedAt) / 1000).toFixed(1)} s, ${more}.`,
    )
    return { process, port, uiPort }
  }
}

async function answersSoon(launcher: ServerLauncher, server: RunningServer): Promise<boolean> {
  const deadline = Date.now() + answerWithinMs
  while (!(await launcher.answers(server))) {
    if (!isAlive(server.process) || Date.now() > deadline) return false
    await sleep(100)
  }
  return true
}

function hangs(launcher: ServerLauncher, server: RunningServer, owner: number): Error {
  return new NightscoreError('STACK_FAILED', {
    found: `${launcher.title} (process ${server.process.pid}, started by process ${owner}), which does not answer`,
    expected: `an answer on 127.0.0.1:${server.port} within ${answerWithinMs / 1000} s`,
    fix: `Stop process ${owner}, then try again.`,
  })
}

function signal(launcher: ServerLauncher, { process }: RunningServer): void {
  sendSignal(process, launcher.stopSteps[0].signal)
}
