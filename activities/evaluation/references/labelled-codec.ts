import { ByteReader } from '../profiles/byte-reader'
import { ByteWriter } from '../profiles/byte-writer'
import type { LabelledScores } from './labelled-scores'

const version = 1

/**
 * Scores and labels to bytes and back, exactly: 5 bytes a row of float32 scores, 9 of others. The first byte is the version.
 *
 * `decode` throws a RangeError for another version, for bytes cut short or with more behind them, and for columns of different
 * lengths.
 */
export const labelledCodec = { encode, decode }

function encode({ scores, labels }: LabelledScores): Uint8Array {
  return new ByteWriter().byte(version).numbers(scores).array(labels).bytes()
}

function decode(bytes: Uint8Array): LabelledScores {
  const reader = new ByteReader(bytes)
  const found = reader.byte()
  if (found !== version)
    throw new RangeError(`the labelled scores have version ${found}, allowed is ${version}`)
  const [scores, labels] = [reader.numbers(), reader.bytes()]
  reader.end()
  if (scores.length !== labels.length)
    throw new RangeError(`there are ${scores.length} scores and ${labels.length} labels`)
  return { scores, labels }
}
