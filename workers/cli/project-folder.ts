import path from 'node:path'

const compiled = path.basename(path.resolve(__dirname, '..', '..')) === 'dist'

/** The folder of package.json, from workers/cli or dist/workers/cli. */
export const projectFolder = path.resolve(__dirname, '..', '..', ...(compiled ? ['..'] : []))
