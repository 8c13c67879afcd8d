#!/usr/bin/env node
import type { CliIo } from './cli-io'
import { runCli } from './run-cli'

const interruptions = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

const io: CliIo = {
  environment: process.env,
  folder: process.cwd(),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  onInterrupt: (handler) => {
    for (const signal of interruptions) process.on(signal, handler)
    return () => {
      for (const signal of interruptions) process.off(signal, handler)
    }
  },
}

// `nightscore run list | head` closes the pipe early: that is the reader's right, not an error
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

/** Until a stream has passed on all it was given: a pipe takes 64 KB at a time, exiting would drop the rest. */
const passedOn = (stream: NodeJS.WriteStream) => new Promise((resolve) => stream.write('', resolve))

// Exits here and nowhere else: idle threads and connections of libraries would keep the process alive.
void runCli(process.argv.slice(2), io).then(async (code) => {
  await Promise.all([passedOn(process.stdout), passedOn(process.stderr)])
  process.exit(code)
})
