import { open } from 'node:fs/promises'

/** Makes renames and new files of a folder durable: on most file systems they are not before the folder itself is synced. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
