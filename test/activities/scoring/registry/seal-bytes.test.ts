import { randomBytes } from 'node:crypto'
import { readModelKeys } from '../../../../activities/scoring/model-keys'
import { sealBytes, sha256Of, unsealBytes } from '../../../../activities/scoring/registry/seal-bytes'

const keys = readModelKeys({ NIGHTSCORE_MODEL_KEY: randomBytes(32).toString('base64') })
const none = readModelKeys({})
const plain = new Uint8Array(randomBytes(100_000))

test('what is sealed with a key comes back with it, and is not to be seen', async () => {
  const sha256 = await sha256Of(plain)
  const sealed = await sealBytes(plain, sha256, keys.current)
  expect(sealed.keyId).toBe(keys.current?.id)
  expect(sealed.nonce).toHaveLength(12)
  expect(sealed.bytes).toHaveLength(plain.length + 16)
  expect(Buffer.from(sealed.bytes).includes(Buffer.from(plain.subarray(0, 16)))).toBe(false)
  expect(await unsealBytes(sealed, sha256, keys)).toEqual(plain)
})

test('each sealing has a nonce of its own', async () => {
  const [a, b] = await Promise.all([1, 2].map(() => sealBytes(plain, 'aa', keys.current)))
  expect(a?.nonce).not.toEqual(b?.nonce)
})

test('without a key the bytes stay as they are', async () => {
  const sha256 = await sha256Of(plain)
  const sealed = await sealBytes(plain, sha256, null)
  expect(sealed).toEqual({ bytes: plain, keyId: null, nonce: null })
  expect(await unsealBytes(sealed, sha256, none)).toEqual(plain)
})

test('a key that is not set is named by its id', async () => {
  const sealed = await sealBytes(plain, 'aa', keys.current)
  await expect(unsealBytes(sealed, 'aa', none)).rejects.toMatchObject({
    code: 'MODEL_KEY_MISSING',
    message: expect.stringContaining(`encrypted with key ${keys.current?.id}, and no key`),
  })
})

test('a flipped bit, another nonce, another sha256 or plain bytes that differ are corrupt', async () => {
  const sha256 = await sha256Of(plain)
  const sealed = await sealBytes(plain, sha256, keys.current)
  const flipped = Uint8Array.from(sealed.bytes)
  flipped[50_000]! ^= 1
  const corrupt = { code: 'MODEL_BYTES_CORRUPT' }
  await expect(unsealBytes({ ...sealed, bytes: flipped }, sha256, keys)).rejects.toMatchObject(corrupt)
  await expect(unsealBytes({ ...sealed, nonce: randomBytes(12) }, sha256, keys)).rejects.toMatchObject(
    corrupt,
  )
  await expect(unsealBytes(sealed, '00'.repeat(32), keys)).rejects.toMatchObject({
    ...corrupt,
    message: expect.stringContaining('does not open'), // the sha256 is bound to the ciphertext
  })
  const unsealed = { bytes: flipped, keyId: null, nonce: null }
  await expect(unsealBytes(unsealed, sha256, keys)).rejects.toMatchObject(corrupt)
})
