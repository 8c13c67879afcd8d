import os from 'node:os'

/** The kind of machine that scores here: architecture, processor, and ONNX Runtime's execution provider. */
export const machineName: string = `${os.arch()}, ${processor()}, cpu provider`

/** Containers may hide it. */
function processor(): string {
  return os.cpus()[0]?.model.replace(/\s+/g, ' ').trim() || 'unknown processor'
}
