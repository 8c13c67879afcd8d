import { generateKeyPairSync, type KeyObject, randomInt, sign } from 'node:crypto'

/** A certificate and its key, made by Node alone: a fresh machine may have no openssl. */
export interface Certificate {
  readonly certificatePem: string
  readonly keyPem: string
  readonly key: KeyObject
  readonly name: string
}

/** @see RFC 5280 section 4; DER as in X.690 */
export function makeCertificate(options: {
  readonly name: string
  /** Who signs it; without: itself, as an authority. */
  readonly issuer?: Certificate
  readonly dnsNames?: readonly string[]
  readonly ips?: readonly string[]
  /** Days from now that it is valid to; negative: it has run out. */
  readonly days?: number
}): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const issuer = options.issuer
  const algorithm = sequence(oid([1, 2, 840, 10045, 4, 3, 2])) // ecdsa-with-SHA256
  const day = 86_400_000
  const ends = Date.now() + (options.days ?? 1) * day
  const alternatives = [
    ...(options.dnsNames ?? []).map((dns) => der(0x82, Buffer.from(dns))),
    ...(options.ips ?? []).map((ip) => der(0x87, Buffer.from(ip.split('.').map(Number)))),
  ]
  const extensions = [
    extension([2, 5, 29, 19], sequence(...(issuer ? [] : [der(0x01, Buffer.from([0xff]))]))), // basicConstraints: an authority or not
    ...(alternatives.length > 0 ? [extension([2, 5, 29, 17], sequence(...alternatives))] : []), // subjectAltName
  ]
  const body = sequence(
    der(0xa0, integer(2)), // version 3
    integer(randomInt(1, 2 ** 31)),
    algorithm,
    commonName(issuer?.name ?? options.name),
    sequence(time(ends - 400 * day), time(ends)),
    commonName(options.name),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  )
  const signature = sign('sha256', body, issuer?.key ?? privateKey)
  const certificate = sequence(body, algorithm, der(0x03, Buffer.from([0]), signature))
  return {
    name: options.name,
    key: privateKey,
    keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    certificatePem: `-----BEGIN CERTIFICATE-----\n${certificate
      .toString('base64')
      .match(/.{1,64}/g)!
      .join('\n')}\n-----END CERTIFICATE-----\n`,
  }
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

const sequence = (...parts: readonly Buffer[]): Buffer => der(0x30, ...parts)

/** Below 2^31, in as few bytes as keep it positive. */
function integer(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  let start = 0
  while (start < 3 && bytes[start] === 0 && bytes[start + 1]! < 128) start += 1
  return der(0x02, bytes.subarray(start))
}

function oid([first = 0, second = 0, ...rest]: readonly number[]): Buffer {
  const bytes = [first * 40 + second]
  for (const number of rest) {
    const groups = [number & 127]
    for (let left = number >> 7; left > 0; left >>= 7) groups.unshift((left & 127) | 128)
    bytes.push(...groups)
  }
  return der(0x06, Buffer.from(bytes))
}

const commonName = (name: string): Buffer =>
  sequence(der(0x31, sequence(oid([2, 5, 4, 3]), der(0x0c, Buffer.from(name)))))

/** UTCTime */
const time = (at: number): Buffer =>
  der(0x17, Buffer.from(`${new Date(at).toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`))

const extension = (id: readonly number[], value: Buffer): Buffer => sequence(oid(id), der(0x04, value))
