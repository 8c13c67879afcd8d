import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import ts from 'typescript'

export const root = path.resolve(__dirname, '..', '..')

export const layers = ['workflows', 'activities', 'workers', 'schemas'] as const

/** What git has, and what it would take in: a new file is judged before it is committed. Paths relative to the root. */
export function checkoutFiles(): string[] {
  const words = ['ls-files', '--cached', '--others', '--exclude-standard', '-z']
  const listed = execFileSync('git', words, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 }).split('\0')
  return listed.filter((file) => file !== '' && fs.existsSync(path.join(root, file)))
}

export function sourceFiles(): string[] {
  return checkoutFiles().filter((file) => /\.(ts|mjs|js)$/.test(file) && !file.endsWith('.d.ts'))
}

export function readSource(file: string): string {
  return fs.readFileSync(path.join(root, file), 'utf8')
}

export interface Import {
  readonly specifier: string
  /** The file within the checkout that it names; undefined for a package. */
  readonly file: string | undefined
  /** Nothing of it is left when compiled. */
  readonly typeOnly: boolean
}

/** All that a file imports, exports from elsewhere, or loads with import() or require(). */
export function importsOf(file: string): Import[] {
  const tree = ts.createSourceFile(file, readSource(file), ts.ScriptTarget.ES2022, true)
  const found: Import[] = []
  const add = (specifier: string, typeOnly: boolean): void => {
    found.push({
      specifier,
      file: specifier.startsWith('.') ? resolve(file, specifier) : undefined,
      typeOnly,
    })
  }
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier))
      add(node.moduleSpecifier.text, isTypeOnly(node.importClause))
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier))
      add(node.moduleSpecifier.text, node.isTypeOnly)
    else if (ts.isCallExpression(node) && isLoad(node.expression)) {
      const [argument] = node.arguments
      if (argument && ts.isStringLiteral(argument)) add(argument.text, false)
    }
    ts.forEachChild(node, visit)
  }
  visit(tree)
  return found
}

function isTypeOnly(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined) return false
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true
  const names = clause.namedBindings
  return (
    clause.name === undefined &&
    names !== undefined &&
    ts.isNamedImports(names) &&
    names.elements.length > 0 &&
    names.elements.every((element) => element.isTypeOnly)
  )
}

function isLoad(called: ts.Expression): boolean {
  return called.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(called) && called.text === 'require')
}

function resolve(from: string, specifier: string): string {
  const base = path.join(path.dirname(from), specifier)
  const stem = base.replace(/\.js$/, '')
  const candidates = [base, `${stem}.ts`, path.join(base, 'index.ts')]
  const file = candidates.find((one) =>
    fs.statSync(path.join(root, one), { throwIfNoEntry: false })?.isFile(),
  )
  return file ?? base
}
