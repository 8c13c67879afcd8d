import { env, InferenceSession, type Tensor } from 'onnxruntime-node'
import { NightscoreError } from '../../schemas/errors'
import type { ModelSignature } from '../../schemas/model-manifest'
import { readEnsemble } from './trees/tree-ensemble'
import { TreeSession } from './trees/tree-session'

/** The version of ONNX Runtime that scores in this process. */
export const runtimeVersion: string = env.versions.node ?? env.versions.common

/** An opened model. */
export interface ModelSession {
  /** @param feeds by the model's inputs @param names outputs to fetch */
  run(
    feeds: Record<string, Tensor>,
    names: readonly string[],
  ): Promise<Record<string, InferenceSession.ReturnType[string]>>
  release(): Promise<void>
}

/**
 * Opens a model for one thread, the way that its signature tells.
 * @throws NightscoreError MODEL_NOT_ONNX with ONNX Runtime's own message
 */
export async function openSession(
  bytes: Uint8Array,
  { treeKernel }: Pick<ModelSignature, 'treeKernel'>,
): Promise<ModelSession> {
  const ensemble = treeKernel ? readEnsemble(bytes) : null
  return ensemble ? new TreeSession(bytes, ensemble, openInRuntime) : openInRuntime(bytes)
}

/**
 * Opens a model in ONNX Runtime. One intra-op thread: pool threads share the cores among them, and scores stay the same
 * to the last bit however the work is spread.
 * @throws NightscoreError MODEL_NOT_ONNX with ONNX Runtime's own message
 */
export async function openInRuntime(bytes: Uint8Array): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(inArrayBuffer(bytes), {
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      logSeverityLevel: 3, // else some models' label shape gives a warning a call
    })
  } catch (error) {
    throw new NightscoreError('MODEL_NOT_ONNX', {
      found: `${bytes.byteLength} bytes of which ONNX Runtime ${runtimeVersion} says: ${firstLine(error)}`,
      expected: 'an ONNX model with its weights inside, of operators that ONNX Runtime has',
      cause: error,
    })
  }
}

/** ONNX Runtime takes no SharedArrayBuffer; it reads the bytes while it opens them and lets them go. */
function inArrayBuffer(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : Uint8Array.from(bytes)
}

/** The first line of an error's message: what follows is often a stack of ONNX Runtime's. */
export function firstLine(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).trim().split('\n')
  return line
}
