import { connectTemporal, connectTemporalWorker } from '../../workers/temporal-connection'
import { certificateAuthority, type CertificateAuthority, type CertificateFiles } from '../stack/certificates'
import { startTlsFront } from '../stack/tls-front'

const temporal = process.env['TEMPORAL_ADDRESS'] ?? ''
let ca: CertificateAuthority
let server: CertificateFiles

beforeAll(async () => {
  ca = await certificateAuthority()
  server = await ca.issue('localhost')
})

/** Logs in as a client and as a worker does, and asks the server something. */
async function logIn(environment: NodeJS.ProcessEnv): Promise<string[]> {
  const client = await connectTemporal(environment)
  const { connection } = await connectTemporalWorker(environment)
  const info = await connection.workflowService.getSystemInfo({})
  const found = await client.workflowService.describeNamespace({ namespace: 'default' })
  await connection.close()
  await client.connection.close()
  return [found.namespaceInfo?.name ?? '', info.serverVersion === '' ? '' : 'version']
}

const at = (port: number, more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  TEMPORAL_ADDRESS: `localhost:${port}`,
  TEMPORAL_TLS: 'true',
  TEMPORAL_TLS_SERVER_CA_CERT_PATH: ca.ca,
  ...more,
})

test('plain, as a local server has it', async () => {
  expect(await logIn({ TEMPORAL_ADDRESS: temporal })).toEqual(['default', 'version'])
})

test('TLS with the right CA', async () => {
  const port = await startTlsFront(temporal, { server })
  expect(await logIn(at(port))).toEqual(['default', 'version'])
})

test('TLS with another CA is refused, naming the address', async () => {
  const port = await startTlsFront(temporal, { server })
  const other = await certificateAuthority()
  const connecting = connectTemporal(at(port, { TEMPORAL_TLS_SERVER_CA_CERT_PATH: other.ca }))
  await expect(connecting).rejects.toMatchObject({
    code: 'TEMPORAL_UNREACHABLE',
    message: expect.stringContaining(`localhost:${port}`),
  })
})

test('mTLS: with the client’s certificate in, without it out', async () => {
  const port = await startTlsFront(temporal, { server, clientCa: ca.ca })
  const client = await ca.issue('worker')
  const mine = { TEMPORAL_TLS_CLIENT_CERT_PATH: client.cert, TEMPORAL_TLS_CLIENT_KEY_PATH: client.key }
  expect(await logIn(at(port, mine))).toEqual(['default', 'version'])
  await expect(connectTemporal(at(port))).rejects.toMatchObject({ code: 'TEMPORAL_UNREACHABLE' })
})

test('an API key: with the right one in, with a wrong one out, and never in the message', async () => {
  const port = await startTlsFront(temporal, { server, apiKey: 'right-key' })
  expect(await logIn(at(port, { TEMPORAL_API_KEY: 'right-key' }))).toEqual(['default', 'version'])
  const refused = connectTemporal(at(port, { TEMPORAL_API_KEY: 'wrong-key' }))
  await expect(refused).rejects.toMatchObject({
    code: 'TEMPORAL_UNREACHABLE',
    message: expect.not.stringContaining('wrong-key'),
  })
})
