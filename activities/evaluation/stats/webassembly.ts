/** Of Node's WebAssembly what is used here: its types come with the browser's alone. */
declare const WebAssembly: {
  Memory: new (size: { readonly initial: number }) => KernelMemory
  Module: new (code: Uint8Array) => KernelModule
  Instance: new (
    module: KernelModule,
    imports: { readonly kernel: { readonly memory: KernelMemory } },
  ) => { readonly exports: object }
}

/** Memory that a kernel and JavaScript share. */
export interface KernelMemory {
  readonly buffer: ArrayBuffer
}

type KernelModule = object

const pageBytes = 64 * 1024

export function kernelMemory(bytes: number): KernelMemory {
  return new WebAssembly.Memory({ initial: Math.ceil(bytes / pageBytes) })
}

/** Compiles a kernel, whose one import is its memory. @param code base64 */
export function compileKernel(code: string): KernelModule {
  return new WebAssembly.Module(Buffer.from(code, 'base64'))
}

/** A kernel's functions over a memory; their parameters are those of its .wat file. */
export function kernelOver(module: KernelModule, memory: KernelMemory): object {
  return new WebAssembly.Instance(module, { kernel: { memory } }).exports
}
