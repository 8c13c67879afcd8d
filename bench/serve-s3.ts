import { type ChildProcess, spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { answersAt, freePort } from '../workers/local-stack/ports'
import { rcloneBinary } from './rclone-binary'

/** A real S3 server on loopback: signatures (SigV4), multipart uploads, ranges. */
export interface S3Server {
  readonly endpoint: string
  /** What a program needs to reach it: AWS_ENDPOINT_URL_S3, AWS_REGION and the keys. */
  readonly env: Readonly<Record<string, string>>
  /** Holds a folder a bucket, with an object a file: to look at. What is written here by hand may not be seen for minutes. */
  readonly folder: string
  /** Makes an empty bucket. @returns its name */
  bucket(name: string): string
  /** Ends the server as a crash does: what is under way breaks off. */
  kill(): Promise<void>
  /** Starts it again on the same port, over the same folder. */
  start(): Promise<void>
}

const keys = { id: 'test-key', secret: 'test-secret-of-s3' }
const readyWithinMs = 60_000

/**
 * Starts an S3 server over a folder. Who starts it kills it.
 * @param binFolder where rclone is kept
 */
export async function serveS3(folder: string, binFolder: string): Promise<S3Server> {
  const program = await rcloneBinary(binFolder)
  const port = await freePort()
  let child: ChildProcess | undefined
  let said = ''

  const start = async (): Promise<void> => {
    const address = `127.0.0.1:${port}`
    const words = ['--addr', address, '--vfs-cache-mode', 'off']
    const started = spawn(
      program,
      ['serve', 's3', folder, ...words, '--auth-key', `${keys.id},${keys.secret}`, '--config', ''],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    )
    child = started
    started.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-10_000)))
    const ended = new Promise<void>((resolve) => started.once('exit', () => resolve()))
    for (const until = Date.now() + readyWithinMs; !(await answersAt(port)); await sleep(20)) {
      if (started.exitCode !== null || Date.now() > until) {
        started.kill('SIGKILL')
        await ended
        throw new Error(`the S3 server does not answer; it printed:\n${said}`)
      }
    }
  }
  const kill = async (): Promise<void> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise<void>((resolve) => child!.once('exit', () => resolve()))
    child.kill('SIGKILL')
    await ended
  }

  await start()
  const endpoint = `http://127.0.0.1:${port}`
  return {
    endpoint,
    env: {
      AWS_ENDPOINT_URL_S3: endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: keys.id,
      AWS_SECRET_ACCESS_KEY: keys.secret,
    },
    folder,
    bucket: (name) => {
      fs.mkdirSync(path.join(folder, name), { recursive: true })
      return name
    },
    kill,
    start,
  }
}
