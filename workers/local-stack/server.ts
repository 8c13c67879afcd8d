import type { ChildProcess } from 'node:child_process'
import type { ProcessIdentity } from './processes'
import type { ServerName } from './state'

export interface RunningServer {
  readonly process: ProcessIdentity
  readonly port: number
  readonly uiPort?: number | undefined
}

export interface StartedServer extends RunningServer {
  readonly child: ChildProcess
  /** What else to tell about it. */
  readonly more: string
}

export interface StartOptions {
  readonly preferDefaultPorts: boolean
  readonly report: (line: string) => void
  /** Called as soon as the process exists, before it answers; again when a second attempt was needed. */
  readonly born: (server: RunningServer) => void
}

export interface StopStep {
  readonly signal: NodeJS.Signals
  readonly waitMs: number
}

/** How one kind of server is started, recognised and stopped. */
export interface ServerLauncher {
  readonly name: ServerName
  readonly title: string
  readonly stopSteps: readonly [StopStep, ...StopStep[]]
  /** Does it answer as the server of this folder, not merely as some server on that port? */
  answers(server: RunningServer): Promise<boolean>
  /** A server of this folder that runs though nothing is on record. */
  orphan(): RunningServer | undefined
  /** Starts it and waits until it answers. @throws NightscoreError when it does not come to answer */
  start(options: StartOptions): Promise<StartedServer>
}
