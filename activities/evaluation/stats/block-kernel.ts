import { compileKernel, kernelMemory, kernelOver } from './webassembly'

/** What block-kernel.wat says, as WebAssembly: `UPDATE_KERNEL=1` with the test of webassembly.ts writes it anew. */
export const blockKernelCode =
  'AGFzbQEAAAABFgNgA39/fwBgBH9/fH8AYAV/f39/fwACEgEGa2VybmVsBm1lbW9yeQIAAAMEAwABAgcnAwlzdW1tYXJpemUAAApkZXZpYXRpb2' +
  '5zAAEKY291bnRBYm92ZQACCrYHA7MCAwF/BHwIeyAAIAFBfHFBA3RqIQNEAAAAAAAA8H/9FCEMIAwhDUQAAAAAAADw//0UIQ4gDiEPAkADQCAA' +
  'IANPDQEgAP0ABAAhCCAA/QAEECEJIAogCP3wASEKIAsgCf3wASELIAwgCP32ASEMIA0gCf32ASENIA4gCP33ASEOIA8gCf33ASEPIABBIGohAA' +
  'wACwsgCiAL/fABIQogDCAN/fYBIQwgDiAP/fcBIQ4gCv0hACAK/SEBoCEFIAz9IQAgDP0hAaQhBiAO/SEAIA79IQGlIQcgAyABQQNxQQN0aiED' +
  'AkADQCAAIANPDQEgACsDACEEIAUgBKAhBSAEIAZjBEAgBCEGCyAEIAdkBEAgBCEHCyAAQQhqIQAMAAsLIAIgBTkDACACIAY5AwggAiAHOQMQC/' +
  'EBAwF/A3wHeyAAIAFBfHFBA3RqIQQgAv0UIQoCQANAIAAgBE8NASAA/QAEACAK/fEBIQggAP0ABBAgCv3xASEJIAsgCCAI/fIB/fABIQsgDCAJ' +
  'IAn98gH98AEhDCANIAj98AEhDSAOIAn98AEhDiAAQSBqIQAMAAsLIAsgDP3wASELIA0gDv3wASENIAv9IQAgC/0hAaAhBiAN/SEAIA39IQGgIQ' +
  'cgBCABQQNxQQN0aiEEAkADQCAAIARPDQEgACsDACACoSEFIAYgBSAFoqAhBiAHIAWgIQcgAEEIaiEADAALCyADIAY5AwAgAyAHOQMIC4sDAgJ/' +
  'CXsgACABQX5xQQN0aiEGAkADQCACIANPDQEgAv0KAwAhCCAC/QoDCCEJIAL9CgMQIQogAv0KAxghC/0MAAAAAAAAAAAAAAAAAAAAACEM/QwAAA' +
  'AAAAAAAAAAAAAAAAAAIQ39DAAAAAAAAAAAAAAAAAAAAAAhDv0MAAAAAAAAAAAAAAAAAAAAACEPIAAhBQJAA0AgBSAGTw0BIAX9AAQAIQcgDCAH' +
  'IAj9Sv3RASEMIA0gByAJ/Ur90QEhDSAOIAcgCv1K/dEBIQ4gDyAHIAv9Sv3RASEPIAVBEGohBQwACwsgAUEBcQRARAAAAAAAAPD//RQgBSsDAP' +
  '0iACEHIAwgByAI/Ur90QEhDCANIAcgCf1K/dEBIQ0gDiAHIAr9Sv3RASEOIA8gByAL/Ur90QEhDwsgBCAM/R0AIAz9HQF8pzYCACAEIA39HQAg' +
  'Df0dAXynNgIEIAQgDv0dACAO/R0BfKc2AgggBCAP/R0AIA/9HQF8pzYCDCAEQRBqIQQgAkEgaiECDAALCws='

interface Kernel {
  summarize(at: number, rows: number, out: number): void
  deviations(at: number, rows: number, mean: number, out: number): void
  countAbove(at: number, rows: number, edges: number, edgesEnd: number, out: number): void
}

/** 8 KB, which stays in the nearest cache while one statistic after the other looks at it. */
export const blockRows = 1024

/** Room for a block of values where the kernel sees them. */
export interface BlockRoom {
  readonly values: Float64Array
}

const float64Bytes = Float64Array.BYTES_PER_ELEMENT
const edgesAtMost = 16
const roomsAtMost = 2

const memory = kernelMemory(float64Bytes * (roomsAtMost * blockRows + 2 * edgesAtMost))
const kernel = kernelOver(compileKernel(blockKernelCode), memory) as Kernel
const edgesRoom = new Float64Array(memory.buffer, roomsAtMost * blockRows * float64Bytes, edgesAtMost)
const resultRoom = edgesRoom.byteOffset + edgesRoom.byteLength
const results = new Float64Array(memory.buffer, resultRoom, 3)
const counts = new Int32Array(memory.buffer, resultRoom, edgesAtMost)

/** @param index below 2: a statistic that keeps values between blocks has a room of its own */
export function blockRoom(index: number): BlockRoom {
  return { values: new Float64Array(memory.buffer, index * blockRows * float64Bytes, blockRows) }
}

/** Of the first `rows` values; NaN makes the sum NaN, least and largest pass it over (Infinity, -Infinity of none). -0 is 0. */
export function summarize({ values }: BlockRoom, rows: number): { sum: number; min: number; max: number } {
  kernel.summarize(values.byteOffset, rows, resultRoom)
  return { sum: results[0]!, min: results[1]! + 0, max: results[2]! + 0 }
}

/** Sums of the squared deviations from a mean, and of the deviations. */
export function deviations(
  { values }: BlockRoom,
  rows: number,
  mean: number,
): { squares: number; rest: number } {
  kernel.deviations(values.byteOffset, rows, mean, resultRoom)
  return { squares: results[0]!, rest: results[1]! }
}

/**
 * How many of the values are larger than each edge. The result lives until the next call of a function here.
 * @param edges at most 16
 */
export function countAbove({ values }: BlockRoom, rows: number, edges: Float64Array): Int32Array {
  edgesRoom.fill(Infinity).set(edges)
  const end = edgesRoom.byteOffset + float64Bytes * Math.ceil(edges.length / 4) * 4
  kernel.countAbove(values.byteOffset, rows, edgesRoom.byteOffset, end, resultRoom)
  return counts
}
