import { S3Client } from '@aws-sdk/client-s3'

const clients = new Map<string, S3Client>()

/**
 * The process's client. Keys, region and endpoint come from where the SDK looks for them: AWS_* variables, profiles, roles. A
 * server that AWS_ENDPOINT_URL_S3 names has its buckets in the path, and any region.
 */
export function s3Client(env: NodeJS.ProcessEnv = process.env): S3Client {
  const endpoint = env['AWS_ENDPOINT_URL_S3'] ?? env['AWS_ENDPOINT_URL']
  const key = JSON.stringify([
    endpoint,
    env['AWS_REGION'],
    env['AWS_PROFILE'],
    env['AWS_ACCESS_KEY_ID'],
    env['AWS_SECRET_ACCESS_KEY'],
  ])
  const known = clients.get(key)
  if (known) return known
  // Node 20 is what this product runs on: a warning on each command would tell nobody anything
  env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true'
  const anyRegion =
    endpoint !== undefined && env['AWS_REGION'] === undefined && env['AWS_PROFILE'] === undefined
  const client = new S3Client({
    maxAttempts: 4,
    // some servers send the whole object's checksum with a range of it; ETag, size and our own sha256 are checked instead
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: 5_000, socketTimeout: 60_000 },
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    ...(anyRegion ? { region: env['AWS_DEFAULT_REGION'] ?? 'us-east-1' } : {}),
  })
  clients.set(key, client)
  return client
}
