import { execFileSync } from 'node:child_process'
import path from 'node:path'

const commands = path.resolve(__dirname, '..', '..', '..', '..', 'dist', 'workers', 'cli', 'commands')

/** Packages that a compiled command has loaded before it does anything, as node_modules names them. */
function loadedBy(command: string): string[] {
  const script = `require(${JSON.stringify(path.join(commands, command))}); console.log(JSON.stringify(Object.keys(require.cache)))`
  const files = JSON.parse(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' })) as string[]
  const names = files.flatMap((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? [])
  return [...new Set(names)]
}

test('following a run loads neither worker nor DuckDB nor ONNX Runtime nor charts: people wait for it', () => {
  const loaded = loadedBy('run-batch.js')
  expect(loaded).toContain('@temporalio/client')
  for (const heavy of ['@temporalio/worker', '@duckdb/node-api', 'onnxruntime-node', 'echarts', 'piscina'])
    expect(loaded).not.toContain(heavy)
})
