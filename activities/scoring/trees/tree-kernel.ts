/** What tree-kernel.wat says, as WebAssembly: `UPDATE_KERNEL=1` with its test writes it anew. */
export const treeKernelCode =
  'AGFzbQEAAAABEQFgDX9/f39/f39/f39/f38AAhIBBmtlcm5lbAZtZW1vcnkCAAADAgEABwkBBXNjb3JlAAAKwQYBvgYDDH8EfQp7IAEgACACbG' +
  'ohDQNAIAkhEwNAIBP9DP/////////////////////9CwQAIBNBEGohEyATIApJDQALIAUhDyADIQ4CQANAIA4gBE8NASABIA4oAgBqIREgDioC' +
  'BCEaIAUgDigCCGohEEMAAID/IRsgDCETIAxBgAFqIRIDQCARKgIAIRkgGiAZIBkgGVwbIRkgGyAZlyEbIBMgGTgCACARIAJqIREgE0EEaiETIB' +
  'MgEkkNAAsgDP0ABAAhHyAM/QAEECEgIAz9AAQgISEgDP0ABDAhIiAM/QAEQCEjIAz9AARQISQgDP0ABGAhJSAM/QAEcCEmAkADQCAPIBBPDQEg' +
  'DyoCACEcIBsgHF8NASAc/RMhHSAJIA8oAgRqIRMgD/0JAgghHiATIBP9AAQAIB4gHyAd/UX9UP1O/QsEACATIBP9AAQQIB4gICAd/UX9UP1O/Q' +
  'sEECATIBP9AAQgIB4gISAd/UX9UP1O/QsEICATIBP9AAQwIB4gIiAd/UX9UP1O/QsEMCATIBP9AARAIB4gIyAd/UX9UP1O/QsEQCATIBP9AARQ' +
  'IB4gJCAd/UX9UP1O/QsEUCATIBP9AARgIB4gJSAd/UX9UP1O/QsEYCATIBP9AARwIB4gJiAd/UX9UP1O/QsEcCAPQQxqIQ8MAAsLIBAhDyAOQQ' +
  'xqIQ4MAAsLIAkhEyAIIRQgBiEVA0AgFSgCACEWIAsgFSgCBCAAQQJ0bGohFyATQYABaiESIBZBAUYEQANAIBcgF/0ABAAgFCATKAIMaEECdGog' +
  'FCATKAIIaEECdGogFCATKAIEaEECdGogFCATKAIAaEECdGr9XAIA/VYCAAH9VgIAAv1WAgAD/eQB/QsEACAXQRBqIRcgE0EQaiETIBMgEkkNAA' +
  'sFA0AgEyERIBQhGANAIBEoAgBFBEAgEUGAAWohESAYQYABaiEYDAELCyAXIBcqAgAgGCARKAIAaEECdGoqAgCSOAIAIBdBBGohFyATQQRqIRMg' +
  'EyASSQ0ACyATIBZBAWtBB3RqIRMLIBQgFkEHdGohFCAVQQhqIRUgFSAHSQ0ACyALQYABaiELIAEgAkEFdGohASABIA1JDQALCw=='

/** Of Node's WebAssembly what is used here: its types come with the browser's alone. */
declare const WebAssembly: {
  Memory: new (size: { readonly initial: number }) => KernelMemory
  Module: new (code: Uint8Array) => object
  Instance: new (
    module: object,
    imports: { readonly kernel: { readonly memory: KernelMemory } },
  ) => { readonly exports: { readonly score: (...parameters: readonly number[]) => void } }
}

export interface KernelMemory {
  readonly buffer: ArrayBuffer
}

const pageBytes = 64 * 1024
const kernel = new WebAssembly.Module(Buffer.from(treeKernelCode, 'base64'))

export function kernelMemory(bytes: number): KernelMemory {
  return new WebAssembly.Memory({ initial: Math.ceil(bytes / pageBytes) })
}

/** The kernel over the tables in a memory; its parameters are those of tree-kernel.wat. */
export function treeKernel(memory: KernelMemory): (...parameters: readonly number[]) => void {
  return new WebAssembly.Instance(kernel, { kernel: { memory } }).exports.score
}
