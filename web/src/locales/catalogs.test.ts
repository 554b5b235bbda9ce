/** A sentence is in the catalog that is loaded when the sentence is shown. */
import { posix } from 'node:path';
import { expect, test } from 'vitest';
import { LATER_FOLDERS } from '../../lingui.config';

/** The addresses of the admin area, which load its screens with `laterScreen`. */
const ROUTES = 'features/admin/routes.ts';

/** The text of each module by its path below `src`. */
const modules = new Map(
  Object.entries(
    import.meta.glob<string>(['../**/*.{ts,tsx}', '!../gen/**'], {
      query: '?raw',
      import: 'default',
      eager: true,
    }),
  ).map(([path, text]) => [path.replace('../', ''), text]),
);

test('the sentences of later screens are reached with `laterScreen` or `withLaterSentences` alone', () => {
  const starts = [...modules.keys()].filter((path) => !isLater(path));
  const reached = starts.flatMap((path) => sentencesReached(path, new Set()));
  expect(reached).toEqual([]);
});

/** The later modules with sentences that a module leads to. */
function sentencesReached(path: string, seen: Set<string>): string[] {
  return importsOf(path)
    .filter((other) => isLater(other) && !seen.has(other))
    .flatMap((other) => {
      seen.add(other);
      return hasSentences(other) ? [`${path} → ${other}`] : sentencesReached(other, seen);
    });
}

function isLater(path: string): boolean {
  return LATER_FOLDERS.some((folder) => path.startsWith(`${folder}/`)) && path !== ROUTES;
}

function hasSentences(path: string): boolean {
  return /@lingui\/(react|core)\/macro/.test(modules.get(path) ?? '');
}

/** The modules that a module imports, without those that it loads together with their sentences. */
function importsOf(path: string): string[] {
  const text = (modules.get(path) ?? '')
    .replace(/import type [^;]*;/g, '')
    .replace(/(laterScreen|withLaterSentences)\(\(\) => import\([^)]*\)/g, '');
  const imports = [...text.matchAll(/(?:from |import\()'([#.][^']*)'/g)].map(([, name = '']) =>
    name.startsWith('#') ? name.slice(1) : posix.join(posix.dirname(path), name),
  );
  return imports.flatMap((name) => [`${name}.ts`, `${name}.tsx`].filter((file) => modules.has(file)));
}
