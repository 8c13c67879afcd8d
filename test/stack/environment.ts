import { TestEnvironment } from 'jest-environment-node'

/** Typed arrays as native modules make them: ONNX Runtime and DuckDB know only those of Node's own realm, not a test's. */
const shared = {
  ArrayBuffer,
  SharedArrayBuffer,
  Float32Array,
  Float64Array,
  Int8Array,
  Int16Array,
  Int32Array,
  BigInt64Array,
  Uint8Array,
  Uint16Array,
  Uint32Array,
  BigUint64Array,
}

export default class NativeArraysEnvironment extends TestEnvironment {
  override async setup(): Promise<void> {
    await super.setup()
    Object.assign(this.global, shared)
  }
}
