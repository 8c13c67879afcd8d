import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import path from 'node:path'
import type { SinkFile } from '../../schemas/run'
import { withLocalSources } from '../data/s3/local-copies'
import { objectCache } from '../data/s3/object-storage'
import { isS3Url, s3Join } from '../data/s3/s3-url'
import { uploadFile } from '../data/s3/upload-file'
import type { ScoreShardAnswer, ScoreShardTask, ScoringPool } from './score-shard-task'

/**
 * A pool whose tasks may name objects of S3: threads read copies of them and write to this machine, and what they wrote is in S3
 * before a shard is answered for. Tasks without such names go through as they are.
 */
export function shardsOnS3(pool: ScoringPool): ScoringPool {
  return {
    close: () => pool.close(),
    scoreShard: (task, write, signal) =>
      isOnS3(task)
        ? withLocalSources(
            [task.file],
            ({ files: [file], roots }) =>
              writingToS3({ ...task, file: file!, roots: [...task.roots, ...roots] }, signal, (local) =>
                pool.scoreShard(local, write, signal),
              ),
            signal,
          )
        : pool.scoreShard(task, write, signal),
  }
}

function isOnS3({ file, parquet, shadow }: ScoreShardTask): boolean {
  return [file.path, parquet?.folder, shadow?.folder].some((place) => place !== undefined && isS3Url(place))
}

async function writingToS3(
  task: ScoreShardTask,
  signal: AbortSignal,
  score: (task: ScoreShardTask) => Promise<ScoreShardAnswer>,
): Promise<ScoreShardAnswer> {
  const { parquet, shadow } = task
  const parent = path.join(objectCache().ownFolder, 'writing')
  await mkdir(parent, { recursive: true })
  const folder = await mkdtemp(path.join(parent, 'shard-'))
  const here = (place: string): string => (isS3Url(place) ? folder : place)
  try {
    const answer = await score({
      ...task,
      parquet: parquet && { ...parquet, folder: here(parquet.folder) },
      shadow: shadow && { ...shadow, folder: here(shadow.folder) },
    })
    const { file, pairs } = answer.result
    // keys are compared in the files where there is no table, and pairs when the run is checked: mostly by this machine
    if (file && parquet) await keep(file, folder, parquet.folder, { copy: !task.copy, signal })
    if (pairs && shadow) await keep(pairs, folder, shadow.folder, { copy: true, signal })
    return answer
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function keep(
  { name, sha256 }: SinkFile,
  from: string,
  to: string,
  { copy, signal }: { readonly copy: boolean; readonly signal: AbortSignal },
): Promise<void> {
  if (!isS3Url(to)) return
  const written = path.join(from, name)
  const url = s3Join(to, name)
  await uploadFile(written, url, signal)
  if (copy) await objectCache().adopt({ url, sha256 }, written)
}
