import { createHash } from 'node:crypto'
import { NightscoreError } from '../../schemas/errors'

/** An AES-256 key for models at rest. */
export interface ModelKey {
  /** First 16 hex digits of the key's SHA-256: what is stored beside the ciphertext. */
  readonly id: string
  /** 32 bytes. */
  readonly bytes: Uint8Array
}

export interface ModelKeys {
  /** Encrypts what is stored from now on; null: models are stored as they are. */
  readonly current: ModelKey | null
  /** All keys that can decrypt, the current one among them, by id. */
  readonly byId: ReadonlyMap<string, ModelKey>
}

/**
 * NIGHTSCORE_MODEL_KEY, and NIGHTSCORE_MODEL_KEYS_OLD (comma-separated) for reading until all is rotated.
 * @throws NightscoreError CONFIG_INVALID for anything but 32 bytes in base64 or hex; the text itself is never shown
 */
export function readModelKeys(environment: Readonly<Record<string, string | undefined>>): ModelKeys {
  const text = environment['NIGHTSCORE_MODEL_KEY']?.trim() ?? ''
  const current = text === '' ? null : parseKey(text, 'NIGHTSCORE_MODEL_KEY')
  const old = (environment['NIGHTSCORE_MODEL_KEYS_OLD'] ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
    .map((one, i) => parseKey(one, `NIGHTSCORE_MODEL_KEYS_OLD, key ${i + 1}`))
  const all = current ? [current, ...old] : old
  return { current, byId: new Map(all.map((key) => [key.id, key])) }
}

function parseKey(text: string, where: string): ModelKey {
  const isHex = /^[0-9a-f]{64}$/i.test(text)
  const isBase64 = /^[A-Za-z0-9+/_-]{43}=?$/.test(text)
  const bytes = Buffer.from(text, isHex ? 'hex' : 'base64')
  if ((!isHex && !isBase64) || bytes.byteLength !== 32)
    throw new NightscoreError('CONFIG_INVALID', {
      found: `${where} of ${text.length} characters`,
      expected: '32 random bytes in base64 (44 characters) or hex (64 characters): openssl rand -base64 32',
    })
  return { id: createHash('sha256').update(bytes).digest('hex').slice(0, 16), bytes: new Uint8Array(bytes) }
}
