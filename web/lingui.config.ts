import { defineConfig } from '@lingui/cli';
import { formatter } from '@lingui/format-po';

/** Parts of screens that load later. Their sentences load with them, not with the first screen. */
const LATER = [
  'features/admin/tools.tsx',
  'features/admin/changes',
  'features/admin/circles',
  'features/admin/due',
  'features/admin/kpis',
  'features/admin/sign-ins',
  'shared/sign-ins',
].map((path) => `<rootDir>/src/${path}`);

export default defineConfig({
  sourceLocale: 'en',
  locales: ['de', 'fr', 'it', 'en'],
  catalogs: [
    {
      path: '<rootDir>/src/locales/{locale}',
      include: ['<rootDir>/src'],
      exclude: ['**/gen/**', ...LATER.flatMap((path) => [path, `${path}/**`])],
    },
    { path: '<rootDir>/src/locales/later/{locale}', include: LATER },
  ],
  format: formatter({ lineNumbers: false, origins: false }),
  orderBy: 'message',
});
