import fs from 'node:fs'
import path from 'node:path'

export const projectFolder = path.resolve(__dirname, '..', '..')

/** Every page that people read: README.md, docs/*.md and the example's README. */
export function pages(): { readonly name: string; readonly text: string }[] {
  const docs = fs.readdirSync(path.join(projectFolder, 'docs')).filter((name) => name.endsWith('.md'))
  const names = [
    'README.md',
    path.join('examples', 'flights', 'README.md'),
    ...docs.map((name) => path.join('docs', name)),
  ]
  return names.map((name) => ({ name, text: fs.readFileSync(path.join(projectFolder, name), 'utf8') }))
}

/** The contents of a page's fenced blocks of one language. */
export function blocks(text: string, language: string): string[] {
  return [...text.matchAll(/^```(\w+)\n([^]*?)^```$/gm)].flatMap(([, found, body]) =>
    found === language && body !== undefined ? [body] : [],
  )
}

/** Command lines that begin with nightscore, from `code` and shell blocks, without `npx` and comments. */
export function commandLines(text: string): string[] {
  const shell = blocks(text, 'sh').flatMap((block) => block.split('\n'))
  const inline = [...text.matchAll(/`([^`]+)`/g)].map(([, code]) => code?.replace(/\s+/g, ' ') ?? '')
  return [...shell, ...inline]
    .map((line) => line.replace(/^npx /, '').replace(/\s+#.*$/, ''))
    .filter((line) => /^nightscore /.test(line))
}
