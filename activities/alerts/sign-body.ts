import { createHmac } from 'node:crypto'

/**
 * The header that proves who sent a body and when: `t=SECONDS,v1=HEX`, with HEX the HMAC-SHA256 of `SECONDS.BODY` in UTF-8. A
 * receiver makes it anew, compares in constant time, and refuses one that is older than some minutes.
 * @param atMs milliseconds since 1970
 */
export function signBody(body: string, secret: string, atMs: number): string {
  const seconds = Math.floor(atMs / 1_000)
  const digest = createHmac('sha256', secret).update(`${seconds}.${body}`, 'utf8').digest('hex')
  return `t=${seconds},v1=${digest}`
}
