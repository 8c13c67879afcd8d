import { randomUUID } from 'node:crypto'
import { globPrefix } from '../../../activities/data/s3/match-keys'
import { deleteObjects, listObjects, readText, writeText } from '../../../activities/data/s3/objects'
import { isS3Url, s3Join } from '../../../activities/data/s3/s3-url'
import type { JobSnapshot } from '../../../schemas/job-file'
import { ok, type Check, type Finding } from './check'

/** A place of S3 that jobs name, up to its first template or wildcard. */
interface NamedPlace {
  readonly url: string
  readonly isWritten: boolean
}

/** One check for each place of S3 that jobs name: can it be listed, and, of sinks, written and deleted? */
export function s3Checks(jobs: readonly JobSnapshot[]): Check[] {
  const users = new Map<string, { readonly place: NamedPlace; readonly names: string[] }>()
  for (const job of jobs)
    for (const place of s3Places(job)) {
      const key = JSON.stringify(place)
      users.set(key, { place, names: [...(users.get(key)?.names ?? []), job.name] })
    }
  return [...users.values()].map(({ place: { url, isWritten }, names }) => ({
    name: isWritten ? 'S3 sink' : 'S3 source',
    run: async () => {
      const { detail } = isWritten ? await writableInS3(url) : await listedInS3(url)
      return ok(`${detail}; for ${names.join(', ')}`)
    },
  }))
}

/** Can objects be listed, written, read and deleted under a place? @throws S3_* */
export async function writableInS3(url: string): Promise<Finding> {
  await listedInS3(url)
  const probe = s3Join(url, `.doctor-${randomUUID()}`)
  await writeText(probe, 'probe', 'text/plain')
  const read = await readText(probe)
  await deleteObjects([probe])
  if (read !== 'probe') throw new Error(`${probe} was written and reads as ${JSON.stringify(read)}`)
  return ok(`${url}: listed, written, read, deleted`)
}

async function listedInS3(url: string): Promise<Finding> {
  const first = await listObjects(url).next()
  return ok(`${url}: listed${first.done === true ? ', nothing there yet' : ''}`)
}

/** The places of S3 that a job names, each once. */
export function s3Places({ source, sink, labels, monitor }: JobSnapshot): NamedPlace[] {
  const { reference } = monitor
  const read = [
    'parquet' in source ? source.parquet : undefined,
    'arrow' in source ? source.arrow : undefined,
    'csv' in source ? (typeof source.csv === 'string' ? source.csv : source.csv.path) : undefined,
    labels?.parquet,
    labels?.csv,
    typeof reference === 'object' && 'parquet' in reference ? reference.parquet : undefined,
  ]
  const written = typeof sink.parquet === 'object' ? sink.parquet.path : sink.parquet
  const places = [
    ...read.map((url) => ({ url, isWritten: false })),
    { url: written, isWritten: true },
  ].flatMap(({ url, isWritten }) =>
    url !== undefined && isS3Url(url) ? [{ url: globPrefix(url.split('{')[0]!), isWritten }] : [],
  )
  return [...new Map(places.map((place) => [JSON.stringify(place), place])).values()]
}
