import fs from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { generate } from 'selfsigned'
import { temporaryFolder } from './fresh'

/** Files in PEM. */
export interface CertificateFiles {
  readonly cert: string
  readonly key: string
}

export interface CertificateAuthority {
  /** The CA's own certificate file: what a client is told to trust. */
  readonly ca: string
  /** A certificate for a host name or address (also used as a client's), signed by this CA. */
  issue(name: string, options?: { readonly until?: Date }): Promise<CertificateFiles>
}

const ec = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' } as const

/** A CA of its own, in a temporary folder. */
export async function certificateAuthority(): Promise<CertificateAuthority> {
  const folder = temporaryFolder()
  const write = (name: string, text: string): string => {
    const file = path.join(folder, name)
    fs.writeFileSync(file, text, { mode: 0o600 })
    return file
  }
  const root = await generate([{ name: 'commonName', value: 'Nightscore test CA' }], {
    ...ec,
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true },
    ],
  })
  return {
    ca: write('ca.pem', root.cert),
    issue: async (name, { until } = {}) => {
      const validity =
        until === undefined
          ? {}
          : { notBeforeDate: new Date(until.getTime() - 86_400_000), notAfterDate: until }
      const issued = await generate([{ name: 'commonName', value: name }], {
        ...ec,
        ...validity,
        ca: { key: root.private, cert: root.cert },
        extensions: [
          { name: 'basicConstraints', cA: false },
          { name: 'keyUsage', digitalSignature: true, keyEncipherment: true },
          { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
          {
            name: 'subjectAltName',
            altNames: [net.isIP(name) ? { type: 7, ip: name } : { type: 2, value: name }],
          },
        ],
      })
      return { cert: write(`${name}.pem`, issued.cert), key: write(`${name}.key`, issued.private) }
    },
  }
}
