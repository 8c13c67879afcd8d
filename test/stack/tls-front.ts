import fs from 'node:fs'
import http2 from 'node:http2'
import type { AddressInfo } from 'node:net'
import type { CertificateFiles } from './certificates'
import { whenFileEnds } from './clean-up'

export interface TlsFrontOptions {
  readonly server: CertificateFiles
  /** mTLS: clients must show a certificate of this CA. */
  readonly clientCa?: string
  /** Calls without `authorization: Bearer <key>` are refused with gRPC's UNAUTHENTICATED. */
  readonly apiKey?: string
}

/** TLS in front of a plain gRPC server, as a Temporal behind a load balancer has it. @returns its port on localhost */
export async function startTlsFront(target: string, options: TlsFrontOptions): Promise<number> {
  const upstream = http2.connect(`http://${target}`)
  const front = http2.createSecureServer({
    cert: fs.readFileSync(options.server.cert),
    key: fs.readFileSync(options.server.key),
    ...(options.clientCa === undefined
      ? {}
      : { ca: fs.readFileSync(options.clientCa), requestCert: true, rejectUnauthorized: true }),
  })
  const sessions = new Set<http2.ServerHttp2Session>()
  front.on('session', (session) => sessions.add(session))
  front.on('stream', (stream, headers) => {
    stream.on('error', () => undefined)
    if (options.apiKey !== undefined && headers.authorization !== `Bearer ${options.apiKey}`) {
      stream.respond(
        {
          ':status': 200,
          'content-type': 'application/grpc',
          'grpc-status': '16',
          'grpc-message': 'no such key',
        },
        { endStream: true },
      )
      return
    }
    forward(stream, upstream.request(headers))
  })
  front.on('tlsClientError', () => undefined)
  await new Promise<void>((resolve) => front.listen(0, 'localhost', resolve))
  whenFileEnds(() => {
    for (const session of sessions) session.destroy()
    upstream.destroy()
    front.close()
  })
  return (front.address() as AddressInfo).port
}

function forward(stream: http2.ServerHttp2Stream, answer: http2.ClientHttp2Stream): void {
  let trailers: http2.IncomingHttpHeaders = {}
  answer.on('error', () => stream.close(http2.constants.NGHTTP2_CANCEL))
  stream.on('aborted', () => answer.close(http2.constants.NGHTTP2_CANCEL))
  answer.on('trailers', (received) => (trailers = received))
  answer.on('response', (received, flags) => {
    const ends = (flags & http2.constants.NGHTTP2_FLAG_END_STREAM) !== 0
    stream.respond(received, ends ? { endStream: true } : { waitForTrailers: true })
    if (ends) return
    stream.on('wantTrailers', () => stream.sendTrailers(trailers))
    answer.pipe(stream)
  })
  stream.pipe(answer)
}
