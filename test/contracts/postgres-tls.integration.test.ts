import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import fs from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import tls from 'node:tls'
import { Connections } from '../../activities/data/postgres/connections'
import { inTransaction } from '../../activities/data/postgres/in-transaction'
import { queryRows, temporaryFolder, testDatabaseUrl } from '../stack'
import { whenFileEnds } from '../stack/clean-up'
import { certificateAuthority, type CertificateAuthority, type CertificateFiles } from '../stack/certificates'
import { eventually } from '../stack/scenario'

let right: CertificateAuthority
let other: CertificateAuthority

beforeAll(async () => {
  right = await certificateAuthority()
  other = await certificateAuthority()
})
afterAll(async () => {
  for (const name of ['ssl', 'ssl_cert_file', 'ssl_key_file']) await superuser(`ALTER SYSTEM RESET ${name}`)
  await superuser('SELECT pg_reload_conf()')
})

const superuser = (sql: string) => queryRows<Record<string, string>>(testDatabaseUrl(), sql)

/** Gives the test server, which runs on, this certificate; connections without TLS are not touched. */
async function serve(certificate: CertificateFiles): Promise<void> {
  const [data] = await superuser('SHOW data_directory')
  const dataFolder = data!['data_directory']!
  const name = `tls-${Math.random().toString(36).slice(2)}`
  for (const part of ['cert', 'key'] as const) {
    const file = path.join(dataFolder, `${name}.${part}`)
    fs.copyFileSync(certificate[part], file)
    fs.chmodSync(file, 0o600)
    whenFileEnds(() => fs.rmSync(file))
    const { uid, gid } = fs.statSync(dataFolder)
    if (process.getuid?.() === 0) fs.chownSync(file, uid, gid)
  }
  await superuser(`ALTER SYSTEM SET ssl_cert_file = '${name}.cert'`)
  await superuser(`ALTER SYSTEM SET ssl_key_file = '${name}.key'`)
  await superuser('ALTER SYSTEM SET ssl = on')
  await superuser('SELECT pg_reload_conf()')
  const wanted = new X509Certificate(fs.readFileSync(certificate.cert)).fingerprint256
  await eventually(async () => (await servedFingerprint()) === wanted || undefined)
}

/** The certificate that a new connection gets, as its SHA-256. SHOW tells what the file says, which the postmaster may not have read yet. */
async function servedFingerprint(): Promise<string | undefined> {
  const { port } = new URL(testDatabaseUrl())
  const plain = net.connect(Number(port), 'localhost')
  try {
    plain.write(Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f])) // SSLRequest
    const [answer] = (await once(plain, 'data')) as [Buffer]
    if (answer.toString() !== 'S') return undefined
    const secure = tls.connect({ socket: plain, rejectUnauthorized: false })
    await once(secure, 'secureConnect')
    return secure.getPeerX509Certificate()?.fingerprint256
  } finally {
    plain.destroy()
  }
}

/** Connects as a worker would; returns whether the session is encrypted. */
async function connect(host: string, parameters: Record<string, string>): Promise<boolean> {
  const url = new URL(testDatabaseUrl())
  url.hostname = host
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  const connections = new Connections({ controlUrl: url.href, environment: {} })
  try {
    return await inTransaction(connections.control, async (client) => {
      const { rows } = await client.query<{ ssl: boolean }>(
        'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()',
      )
      return rows[0]!.ssl
    })
  } finally {
    await connections.close()
  }
}
const refused = expect.objectContaining({ code: 'CONNECTION_TLS' }) as unknown

test('a server without TLS is refused where TLS is asked for', async () => {
  await superuser('ALTER SYSTEM SET ssl = off')
  await superuser('SELECT pg_reload_conf()')
  await eventually(async () => ((await superuser('SHOW ssl'))[0]!['ssl'] === 'off' ? true : undefined))
  await expect(connect('localhost', { sslmode: 'verify-full', sslrootcert: right.ca })).rejects.toEqual(
    refused,
  )
  expect(await connect('localhost', {})).toBe(false)
})

describe('a server whose certificate names localhost', () => {
  beforeAll(() => right.issue('localhost').then(serve))

  test('is trusted under its name with the authority that signed it', async () => {
    expect(await connect('localhost', { sslmode: 'verify-full', sslrootcert: right.ca })).toBe(true)
  })
  test('is refused with another authority', async () => {
    await expect(connect('localhost', { sslmode: 'verify-full', sslrootcert: other.ca })).rejects.toEqual(
      refused,
    )
  })
  test('is refused with the system’s authorities', async () => {
    await expect(connect('localhost', { sslmode: 'verify-full' })).rejects.toEqual(refused)
  })
  test('is refused under an address that the certificate does not name', async () => {
    await expect(connect('127.0.0.1', { sslmode: 'verify-full', sslrootcert: right.ca })).rejects.toEqual(
      refused,
    )
  })
  test.each(['prefer', 'require', 'verify-ca'])(
    'is verified in full with sslmode=%s too',
    async (sslmode) => {
      await expect(connect('localhost', { sslmode, sslrootcert: other.ca })).rejects.toEqual(refused)
      await expect(connect('127.0.0.1', { sslmode, sslrootcert: right.ca })).rejects.toEqual(refused)
    },
  )
  test('is refused with a file of authorities that is not there, by its name', async () => {
    await expect(
      connect('localhost', {
        sslmode: 'verify-full',
        sslrootcert: path.join(temporaryFolder(), 'no-ca.pem'),
      }),
    ).rejects.toThrow(/no-ca\.pem.*\[CONNECTION_TLS\]/)
  })
  test('is spoken to in plain text where the URL does not ask for TLS', async () => {
    expect(await connect('localhost', {})).toBe(false)
  })
})

test('a certificate that names the address is trusted there', async () => {
  await serve(await right.issue('127.0.0.1'))
  expect(await connect('127.0.0.1', { sslmode: 'verify-full', sslrootcert: right.ca })).toBe(true)
})

test('a certificate of another host is refused', async () => {
  await serve(await right.issue('db.example.com'))
  await expect(connect('localhost', { sslmode: 'verify-full', sslrootcert: right.ca })).rejects.toThrow(
    /db\.example\.com.*\[CONNECTION_TLS\]/,
  )
})

test('a certificate that has run out is refused', async () => {
  await serve(await right.issue('localhost', { until: new Date(Date.now() - 86_400_000) }))
  await expect(connect('localhost', { sslmode: 'verify-full', sslrootcert: right.ca })).rejects.toThrow(
    /expired.*\[CONNECTION_TLS\]/,
  )
})
