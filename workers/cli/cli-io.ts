/** What a command has of the world: passed in, so that tests run commands without a process of their own. */
export interface CliIo {
  readonly environment: NodeJS.ProcessEnv
  /** Absolute; relative paths on the command line start here. */
  readonly folder: string
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean }
  readonly stdout: CliStream
  readonly stderr: CliStream
  /** Calls the handler at each Ctrl-C, SIGTERM or hang-up, until the returned function is called. */
  readonly onInterrupt: (handler: () => void) => () => void
}

export type CliStream = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number }
