import { storePath } from './store/store-path'

/** Where the pair files of a run are: what its model and its shadow made of each row, side by side (pairColumns). */
export function pairsFolder(storeFolder: string, runId: string): string {
  return storePath(storeFolder, 'pairs', runId)
}
