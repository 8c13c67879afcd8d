import { open } from 'node:fs/promises'
import { createRequire } from 'node:module'
import {
  CompressionType,
  compressionRegistry,
  RecordBatchReader,
  type AsyncRecordBatchFileReader,
  type DataType,
  type Field,
} from 'apache-arrow'
import { decompress as decompressZstd } from 'fzstd'
import { NightscoreError } from '../../../schemas/errors'
import { chunkRows } from '../chunk-columns'
import { withLocalInputs } from '../s3/local-inputs'
import type { Source, SourceFile, SourceScope } from '../source'
import { fileIdentity } from '../source-file'
import { stageRows } from '../staged-rows'
import { stage, type Staging } from '../staging'
import { arrowColumn } from './arrow-column'

// lz4js comes without types
const lz4 = createRequire(__filename)('lz4js') as { decompress(frame: Uint8Array): Uint8Array }

// apache-arrow 21 brings no codec; pyarrow compresses with LZ4 unless told otherwise
compressionRegistry.set(CompressionType.LZ4_FRAME, { decode: (bytes) => aligned(lz4.decompress(bytes)) })
compressionRegistry.set(CompressionType.ZSTD, { decode: (bytes) => aligned(decompressZstd(bytes)) })

/**
 * Arrow IPC files ("Feather V2"), staged as Parquet a record batch at a time: memory holds one record batch and one
 * staged file's rows. Dictionary columns become their values.
 */
export function arrowSource(path: string): Source {
  return {
    async files(scope) {
      return withLocalInputs(path, scope, (inputs) =>
        stage(scope, [], async (staging) => {
          const files: SourceFile[] = []
          for (const input of inputs.files) files.push(...(await stageFile(input.path, scope, staging)))
          return files
        }),
      )
    },
  }
}

async function stageFile(path: string, scope: SourceScope, staging: Staging): Promise<SourceFile[]> {
  if ((await fileIdentity(path)).sizeBytes === 0) throw unreadable(path, 'zero bytes')
  const handle = await open(path)
  try {
    const reader = (await readable(path, () => RecordBatchReader.from(handle))) as AsyncRecordBatchFileReader
    await readable(path, () => reader.open())
    if (!reader.isFile()) throw unreadable(path, 'an Arrow stream, not a file')
    if (reader.schema.fields.length === 0) throw unreadable(path, 'no columns, or a damaged footer')
    const columns = reader.schema.fields.map((field: Field<DataType>) => arrowColumn(field.name, field.type))
    const options = { rowsPerFile: scope.job.shards.rows, signal: scope.signal }
    return await stageRows(staging, columns, options, async (rows) => {
      for (let i = 0; i < reader.numRecordBatches; i++) {
        const batch = await readable(path, () => reader.readRecordBatch(i))
        if (!batch) throw unreadable(path, `record batch ${i} of ${reader.numRecordBatches} is missing`)
        for (let from = 0; from < batch.numRows;) {
          const count = Math.min(chunkRows, batch.numRows - from, rows.room)
          columns.forEach((column, c) => column.copy(batch.data.children[c]!, from, count))
          await rows.endRows(count)
          from += count
        }
        scope.signal.throwIfAborted()
        scope.onProgress(rows.total)
      }
    })
  } finally {
    await handle.close()
  }
}

/** A codec may answer with a part of a larger buffer; typed arrays of 8 bytes an element need a start that 8 divides. */
function aligned(bytes: Uint8Array): Uint8Array {
  return bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes)
}

async function readable<T>(path: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (cause) {
    throw unreadable(path, cause instanceof Error ? cause.message : String(cause), cause)
  }
}

function unreadable(path: string, why: string, cause?: unknown): NightscoreError {
  return new NightscoreError('SOURCE_FILE_UNREADABLE', {
    found: `${path}: ${why}`,
    expected: 'a whole Arrow IPC file',
    cause,
  })
}
