import type { Pool } from 'pg'
import { NightscoreError } from '../../../schemas/errors'
import type { ModelKeys } from '../model-keys'
import type { ThreadModel } from '../score-shard-task'
import { loadPackageFiles } from './load-package-files'

/**
 * Loads a version for scoring: its bytes decrypted, checked against their sha256, in memory that threads share.
 * @throws NightscoreError MODEL_NOT_FOUND, MODEL_KEY_MISSING, MODEL_BYTES_CORRUPT
 */
export async function loadModelVersion(
  pool: Pool,
  keys: ModelKeys,
  model: string,
  version: number,
): Promise<ThreadModel> {
  const stored = await loadPackageFiles(pool, keys, { model, version }, () => ['model.onnx'])
  const [onnx, sha256] = [stored.contents.get('model.onnx'), stored.files['model.onnx']]
  if (!onnx || sha256 === undefined)
    throw new NightscoreError('MODEL_BYTES_CORRUPT', {
      found: `no model.onnx in the stored files of ${model}@${version}`,
      expected: 'model.onnx',
    })
  const bytes = new SharedArrayBuffer(onnx.byteLength)
  new Uint8Array(bytes).set(onnx)
  return { sha256, bytes, manifest: stored.manifest, signature: stored.signature }
}
