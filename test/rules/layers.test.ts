import { importsOf, sourceFiles } from './checkout'

const files = sourceFiles()
const inFolder = (folder: string): string[] =>
  files.filter((file) => file.startsWith(`${folder}/`) && file.endsWith('.ts'))

/** All files that a program starting at `entries` holds when compiled, each with the packages that it loads. */
function reachable(entries: readonly string[]): Map<string, string[]> {
  const packages = new Map<string, string[]>()
  const queue = [...entries]
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (packages.has(file)) continue
    const kept = importsOf(file).filter(({ typeOnly }) => !typeOnly)
    packages.set(
      file,
      kept.filter((one) => one.file === undefined).map((one) => one.specifier),
    )
    for (const { file: next } of kept) if (next !== undefined) queue.push(next)
  }
  return packages
}

/** @returns a line for each file or package that is not allowed: empty when the rule holds. */
function offences(
  entries: readonly string[],
  allowFile: (file: string) => boolean,
  allowPackage: (name: string) => boolean,
): string[] {
  return [...reachable(entries)].flatMap(([file, packages]) => [
    ...(allowFile(file) ? [] : [`${file} is reached`]),
    ...packages.filter((name) => !allowPackage(name)).map((name) => `${file} imports ${name}`),
  ])
}

test('the imports of this very file are read rightly: the rules below rest on it', () => {
  expect(importsOf('test/rules/layers.test.ts')).toEqual([
    { specifier: './checkout', file: 'test/rules/checkout.ts', typeOnly: false },
  ])
  expect(files.length).toBeGreaterThan(20)
})

test('what workflows reach is workflows, schemas and Temporal’s deterministic packages', () => {
  const temporal = ['@temporalio/workflow', '@temporalio/common']
  const offending = offences(
    inFolder('workflows'),
    (file) => /^(workflows|schemas)\//.test(file),
    (name) => temporal.includes(name) || name === 'zod',
  )
  expect(offending).toEqual([])
})

test('workflows/plan is pure: no I/O, no clock but what it is given', () => {
  const offending = offences(
    inFolder('workflows/plan'),
    (file) => /^(workflows\/plan|schemas)\//.test(file),
    (name) => name === '@temporalio/common' || name === 'zod',
  )
  expect(offending).toEqual([])
})

test('activities/evaluation/stats is pure: its own files and @stdlib', () => {
  const offending = offences(
    inFolder('activities/evaluation/stats'),
    (file) => file.startsWith('activities/evaluation/stats/'),
    (name) => name.startsWith('@stdlib/'),
  )
  expect(offending).toEqual([])
})

test('profiles, drift and accuracy are pure: evaluation, schemas and @stdlib', () => {
  const offending = offences(
    ['profiles', 'drift', 'accuracy'].flatMap((folder) => inFolder(`activities/evaluation/${folder}`)),
    (file) => /^(activities\/evaluation\/(stats|profiles|drift|accuracy)|schemas)\//.test(file),
    (name) => name.startsWith('@stdlib/'),
  )
  expect(offending).toEqual([])
})

test('reports are pure: evaluation, schemas, echarts and @stdlib', () => {
  const offending = offences(
    inFolder('activities/evaluation/reports'),
    (file) => /^(activities\/evaluation\/(stats|profiles|drift|gates|reports)|schemas)\//.test(file),
    (name) => name === 'echarts' || name.startsWith('@stdlib/'),
  )
  expect(offending).toEqual([])
})

test('activities never import workers, and of workflows only the pure plan', () => {
  const offending = inFolder('activities').flatMap((file) =>
    importsOf(file)
      .filter((one) => /^(workers|test|bench)\/|^workflows\/(?!plan\/)/.test(one.file ?? ''))
      .map((one) => `${file} imports ${one.specifier}`),
  )
  expect(offending).toEqual([])
})

test('schemas import no other layer', () => {
  const offending = inFolder('schemas').flatMap((file) =>
    importsOf(file)
      .filter((one) => one.file !== undefined && !one.file.startsWith('schemas/'))
      .map((one) => `${file} imports ${one.specifier}`),
  )
  expect(offending).toEqual([])
})

test('no source imports from the tests', () => {
  const offending = files
    .filter((file) => !file.startsWith('test/'))
    .flatMap((file) =>
      importsOf(file)
        .filter((one) => one.file?.startsWith('test/'))
        .map((one) => `${file} imports ${one.specifier}`),
    )
  expect(offending).toEqual([])
})
