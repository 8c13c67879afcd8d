/** The little of parquetjs-lite, which has no types of its own, that reads our files back. */
declare module 'parquetjs-lite' {
  export class ParquetReader {
    static openFile(path: string): Promise<ParquetReader>
    getCursor(): { next(): Promise<Record<string, unknown> | null> }
    getRowCount(): unknown
    close(): Promise<void>
  }
}
