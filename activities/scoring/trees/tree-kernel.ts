import { compileKernel, kernelOver, type KernelMemory } from '../../evaluation/stats/webassembly'

/** What tree-kernel.wat says, as WebAssembly: `UPDATE_KERNEL=1` with the test of webassembly.ts writes it anew. */
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

const kernel = compileKernel(treeKernelCode)

/** The kernel over the tables in a memory; its parameters are those of tree-kernel.wat. */
export function treeKernel(memory: KernelMemory): (...parameters: readonly number[]) => void {
  return (kernelOver(kernel, memory) as { readonly score: (...parameters: readonly number[]) => void }).score
}
