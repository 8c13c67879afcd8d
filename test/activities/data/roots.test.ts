import fs from 'node:fs'
import path from 'node:path'
import { filesInRoots, resolveInRoots, resolveRoots } from '../../../activities/data/roots'
import { sandboxFor } from '../../../activities/data/sandbox'
import { temporaryFolder } from '../../stack'

/** outer/root (the root), outer/root-secret and outer/else beside it. */
function threeFolders() {
  const outer = temporaryFolder()
  const [root, twin, other] = ['root', 'root-secret', 'else'].map((name) => {
    const folder = path.join(outer, name)
    fs.mkdirSync(folder)
    fs.writeFileSync(path.join(folder, 'a.parquet'), 'x')
    return folder
  }) as [string, string, string]
  return { root, twin, other }
}

describe('resolveRoots', () => {
  test('without NIGHTSCORE_DATA_ROOTS it is the job’s folder, without symlinks', async () => {
    const { root, other } = threeFolders()
    const link = path.join(other, 'link')
    fs.symlinkSync(root, link)
    expect(await resolveRoots(link, [])).toEqual([root])
    expect(await resolveRoots(link, [''])).toEqual([root])
  })

  test('named roots stand instead of the job’s folder, each once', async () => {
    const { root, twin, other } = threeFolders()
    expect(await resolveRoots(root, [twin, other, twin])).toEqual([twin, other])
  })

  test('a root that does not exist is named', async () => {
    const { root } = threeFolders()
    await expect(resolveRoots(root, [`${root}/gone`])).rejects.toThrow(
      /root\/gone, which cannot be opened.*\[CONFIG_INVALID\]/,
    )
  })
})

describe('resolveInRoots', () => {
  test.each([
    ['a.parquet', 'a.parquet'],
    ['./sub/../a.parquet', 'a.parquet'],
    ['', ''],
    ['not/yet/there', 'not/yet/there'],
    ['..not-up', '..not-up'],
  ])('%j lies within', async (asked, found) => {
    const { root } = threeFolders()
    expect(await resolveInRoots(asked, root, [root])).toBe(path.join(root, found))
  })

  test('an absolute path within the roots is as good', async () => {
    const { root, other } = threeFolders()
    expect(await resolveInRoots(`${other}/a.parquet`, root, [root, other])).toBe(`${other}/a.parquet`)
  })

  test.each([
    '..',
    '../else/a.parquet',
    '../root-secret/a.parquet',
    'sub/../../else',
    '/etc/passwd',
    '/',
    'http://bucket/key',
    'file:///etc/passwd',
    'a\0b',
  ])('%j leaves them', async (asked) => {
    const { root } = threeFolders()
    await expect(resolveInRoots(asked, root, [root])).rejects.toMatchObject({ code: 'PATH_OUTSIDE_ROOTS' })
  })

  test.each([
    ['to a file', 'a.parquet'],
    ['to a folder', ''],
  ])('a symlink %s outside leaves them', async (_, target) => {
    const { root, other } = threeFolders()
    fs.symlinkSync(path.join(other, target), path.join(root, 'link'))
    const asked = target === '' ? 'link/a.parquet' : 'link'
    await expect(resolveInRoots(asked, root, [root])).rejects.toMatchObject({ code: 'PATH_OUTSIDE_ROOTS' })
    await expect(resolveInRoots('link/new', root, [root])).rejects.toThrow()
  })

  test('a symlink that leads nowhere is not taken for a new file', async () => {
    const { root, other } = threeFolders()
    fs.symlinkSync(path.join(other, 'later'), path.join(root, 'link'))
    await expect(resolveInRoots('link', root, [root])).rejects.toMatchObject({
      code: 'SOURCE_FILE_UNREADABLE',
    })
  })

  test('a symlink within the roots is followed', async () => {
    const { root } = threeFolders()
    fs.symlinkSync(path.join(root, 'a.parquet'), path.join(root, 'link'))
    expect(await resolveInRoots('link', root, [root])).toBe(path.join(root, 'a.parquet'))
  })
})

describe('filesInRoots', () => {
  test('a glob that matches a symlink to the outside is refused', async () => {
    const { root, other } = threeFolders()
    fs.symlinkSync(path.join(other, 'a.parquet'), path.join(root, 'b.parquet'))
    await expect(filesInRoots('*.parquet', root, await sandboxFor([root]))).rejects.toMatchObject({
      code: 'PATH_OUTSIDE_ROOTS',
    })
  })

  test.each(['../*/a.parquet', '/*/*.parquet', '../else/*.parquet', 's3://bucket/*.parquet'])(
    'the glob %s is refused',
    async (glob) => {
      const { root } = threeFolders()
      await expect(filesInRoots(glob, root, await sandboxFor([root]))).rejects.toMatchObject({
        code: 'PATH_OUTSIDE_ROOTS',
      })
    },
  )

  test('a glob that climbs out after its first wildcard reads nothing outside', async () => {
    const { root } = threeFolders()
    fs.mkdirSync(path.join(root, 'sub'))
    await expect(filesInRoots('*/../../else/*.parquet', root, await sandboxFor([root]))).rejects.toThrow()
  })

  test('two ways to one file are one file', async () => {
    const { root } = threeFolders()
    fs.symlinkSync(path.join(root, 'a.parquet'), path.join(root, 'b.parquet'))
    expect(await filesInRoots('*.parquet', root, await sandboxFor([root]))).toEqual([
      path.join(root, 'a.parquet'),
    ])
  })

  test('** goes through all folders, hidden ones left out', async () => {
    const { root } = threeFolders()
    for (const folder of ['x/y', '.hidden']) {
      fs.mkdirSync(path.join(root, folder), { recursive: true })
      fs.writeFileSync(path.join(root, folder, 'b.parquet'), '')
    }
    const files = await filesInRoots('**/*.parquet', root, await sandboxFor([root]))
    expect(files.map((file) => path.relative(root, file))).toEqual(['a.parquet', 'x/y/b.parquet'])
  })
})
