import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Pool } from 'pg'
import { checkGolden } from './check-golden'
import type { ModelKeys } from './model-keys'
import { openSession, runtimeVersion } from './open-session'
import { loadPackageFiles } from './registry/load-package-files'

const checked = new Map<string, Promise<void>>()

/**
 * Repeats the golden check where a version was registered with another ONNX Runtime than this process has; once in a
 * process. Without golden rows, or with the same ONNX Runtime, there is nothing to do.
 * @throws NightscoreError MODEL_GOLDEN_MISMATCH, MODEL_NOT_FOUND, MODEL_KEY_MISSING, MODEL_BYTES_CORRUPT
 */
export async function ensureGolden(
  pool: Pool,
  keys: ModelKeys,
  model: string,
  version: number,
): Promise<void> {
  const reference = `${model}@${version}`
  const running = checked.get(reference) ?? recheck(pool, keys, model, version)
  checked.set(reference, running)
  try {
    await running
  } catch (error) {
    checked.delete(reference)
    throw error
  }
}

async function recheck(pool: Pool, keys: ModelKeys, model: string, version: number): Promise<void> {
  const needed = ['model.onnx', 'golden.parquet'] as const
  const stored = await loadPackageFiles(pool, keys, { model, version }, ({ runtime, files }) =>
    runtime === runtimeVersion || !('golden.parquet' in files) ? [] : needed,
  )
  const [onnx, golden] = needed.map((name) => stored.contents.get(name))
  if (!onnx || !golden) return
  const folder = await mkdtemp(path.join(tmpdir(), 'nightscore-golden-'))
  try {
    await writeFile(path.join(folder, 'golden.parquet'), golden)
    const session = await openSession(onnx)
    try {
      await checkGolden(folder, { session, manifest: stored.manifest, signature: stored.signature })
    } finally {
      await session.release()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
