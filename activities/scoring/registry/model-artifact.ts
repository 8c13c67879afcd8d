import type { ClientBase } from 'pg'
import { NightscoreError } from '../../../schemas/errors'
import type { ModelKeys } from '../model-keys'
import { sealBytes, unsealBytes, type SealedBytes } from './seal-bytes'

/** Read in slices: one of 4 MB keeps the main thread 2 ms, a whole model could keep it a second. */
const sliceBytes = 4 << 20

/** Stores a file's content once, encrypted where a current key is set. */
export async function storeArtifact(
  client: ClientBase,
  sha256: string,
  plain: Uint8Array,
  keys: ModelKeys,
): Promise<void> {
  const known = await client.query('SELECT FROM nightscore.model_artifact WHERE sha256 = $1', [sha256])
  if (known.rowCount !== 0) return
  const { bytes, keyId, nonce } = await sealBytes(plain, sha256, keys.current)
  await client.query(
    `INSERT INTO nightscore.model_artifact (sha256, size_bytes, bytes, key_id, nonce)
     VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
    [sha256, plain.byteLength, bytes, keyId, nonce],
  )
}

/**
 * The plain content of a stored file. In a transaction of REPEATABLE READ, or the slices could be of two encryptions.
 * @throws NightscoreError MODEL_KEY_MISSING, MODEL_BYTES_CORRUPT
 */
export async function loadArtifact(client: ClientBase, sha256: string, keys: ModelKeys): Promise<Uint8Array> {
  const { rows } = await client.query<{ size: number; key_id: string | null; nonce: Buffer | null }>(
    'SELECT octet_length(bytes) AS size, key_id, nonce FROM nightscore.model_artifact WHERE sha256 = $1',
    [sha256],
  )
  const stored = rows[0]
  if (!stored)
    throw new NightscoreError('MODEL_BYTES_CORRUPT', {
      found: `no stored file with sha256 ${sha256}`,
      expected: 'the file in nightscore.model_artifact',
    })
  const bytes = new Uint8Array(stored.size)
  for (let at = 0; at < stored.size; at += sliceBytes) {
    const slice = await client.query<{ slice: Buffer }>(
      'SELECT substring(bytes FROM $2 FOR $3) AS slice FROM nightscore.model_artifact WHERE sha256 = $1',
      [sha256, at + 1, sliceBytes],
    )
    bytes.set(slice.rows[0]!.slice, at)
  }
  const sealed: SealedBytes = { bytes, keyId: stored.key_id, nonce: stored.nonce }
  return unsealBytes(sealed, sha256, keys)
}
