import path from 'node:path'
import { checkoutFiles, layers, readSource, sourceFiles } from './checkout'

const files = checkoutFiles()
const sources = sourceFiles()
/** Tests are tables of cases: longer, and read from the top. */
const lineLimit = (file: string): number => (file.startsWith('test/') ? 400 : 300)

test('names are kebab-case', () => {
  const kebab = /^[a-z0-9]+(-[a-z0-9]+)*$/
  const ours = sources.filter((file) =>
    [...layers, 'test', 'bench'].some((folder) => file.startsWith(`${folder}/`)),
  )
  const offending = ours.filter((file) =>
    file
      .replace(/(\.integration)?(\.test)?\.(ts|mjs|js)$/, '')
      .split('/')
      .some((part) => !kebab.test(part)),
  )
  expect(offending).toEqual([])
})

test('no folder or file is a place for anything', () => {
  const offending = files.filter((file) =>
    file.split('/').some((part) => /^(utils?|helpers?|common|misc|shared)(\.[a-z]+)?$/.test(part)),
  )
  expect(offending).toEqual([])
})

test('no source has more than 300 lines, no test more than 400', () => {
  const long = sources
    .map((file) => ({ file, lines: readSource(file).split('\n').length - 1 }))
    .filter(({ file, lines }) => lines > lineLimit(file))
  expect(long.map(({ file, lines }) => `${file}: ${lines}`)).toEqual([])
})

test('tests mirror the sources', () => {
  // what is not about one file: rules, whole ways through, comparisons with others
  const free = ['contracts', 'docs', 'golden', 'histories', 'oracles', 'faults', 'stack', 'rules', 'stories']
  const known = new Set(sources)
  const folders = new Set(sources.map((file) => path.dirname(file)))
  const offending = sources.filter((file) => {
    const match = /^test\/(.+?)(\.integration)?\.test\.ts$/.exec(file)
    const stem = match?.[1]
    if (stem === undefined || free.includes(stem.split('/')[0] ?? '')) return false
    return !known.has(`${stem}.ts`) && !known.has(`${stem}.mjs`) && !folders.has(stem)
  })
  expect(offending).toEqual([])
})
