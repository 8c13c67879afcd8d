import { NightscoreError } from '../../schemas/errors'

/** Where a job's alerts go. */
export interface Webhook {
  readonly url: URL
  /** Key of the signature; undefined: messages are not signed. */
  readonly secret: string | undefined
}

/**
 * @param name of the environment variable that holds the URL; <name>_SECRET holds the key
 * @throws NightscoreError CONNECTION_NOT_SET, CONFIG_INVALID; never with the URL, which is a secret of its own
 */
export function readWebhook(environment: NodeJS.ProcessEnv, name: string): Webhook {
  const text = environment[name] ?? ''
  const expected = `${name}=https://…`
  if (text === '')
    throw new NightscoreError('CONNECTION_NOT_SET', {
      found: `no ${name} for alerts`,
      expected,
      fix: 'Set the variable to the webhook’s URL where the workers run.',
    })
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !['http:', 'https:'].includes(url.protocol) || url.username !== '')
    throw new NightscoreError('CONFIG_INVALID', {
      found: `${name} that is no http:// or https:// URL without a user`,
      expected,
    })
  return { url, secret: environment[`${name}_SECRET`] || undefined }
}
