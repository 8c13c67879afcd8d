import fs from 'node:fs'
import path from 'node:path'
import { checkoutFiles, root } from './checkout'

/** Written in pieces, so that this file does not hold what it looks for. */
const joined = (...pieces: string[]): RegExp => new RegExp(pieces.join(''))

const forbidden = [
  // a lock file that names a registry ties every install to one host; .npmrc keeps it out
  {
    what: 'the address of a package registry',
    pattern: joined('registry', String.raw`\.(npmjs|yarnpkg|npmmirror)\.`),
  },
  { what: 'an address where a package was downloaded', pattern: joined('"resolved', '":') },
  {
    what: 'the address of a Python index',
    pattern: joined('(--(extra-)?index', '-url|pythonhosted', String.raw`\.org)`),
  },
  {
    what: 'a folder of one machine',
    pattern: joined(String.raw`(^|[\s"'(=:])/(work`, '|root|tmp|home/[a-z]+|Users/[A-Za-z]+)/'),
  },
]

const allowed: readonly { readonly file: string; readonly text: string }[] = []

const binary = /\.(parquet|onnx|arrow|png|jpg|gif|ico|woff2?|gz|zst|bin)$/

test.each(forbidden)('no committed file holds $what', ({ pattern }) => {
  const offending = checkoutFiles()
    .filter((file) => !binary.test(file))
    .flatMap((file) =>
      fs
        .readFileSync(path.join(root, file), 'utf8')
        .split('\n')
        .map((text, index) => ({ file, line: index + 1, text }))
        .filter(({ text }) => pattern.test(text))
        .filter(({ text }) => !allowed.some((one) => one.file === file && text.includes(one.text))),
    )
  expect(offending.map(({ file, line, text }) => `${file}:${line}: ${text.trim().slice(0, 120)}`)).toEqual([])
})

test('binary files are small enough for a clone', () => {
  const limitBytes = 12 * 2 ** 20
  const sizes = checkoutFiles().map((file) => fs.statSync(path.join(root, file)).size)
  expect(Math.max(...sizes)).toBeLessThan(limitBytes)
})
