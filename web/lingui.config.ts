import { defineConfig } from '@lingui/cli';
import { formatter } from '@lingui/format-po';

/** The folders below `src` whose sentences load with their screens, and not before the first screen. */
export const LATER_FOLDERS = [
  'features/account',
  'features/activity',
  'features/admin',
  'features/kpi',
  'features/sign-in/setup',
  'shared/acts',
  'shared/changes',
  'shared/open-sessions',
  'shared/sign-ins',
];

const LATER = LATER_FOLDERS.map((folder) => `<rootDir>/src/${folder}`);

export default defineConfig({
  sourceLocale: 'en',
  locales: ['de', 'fr', 'it', 'en'],
  catalogs: [
    {
      path: '<rootDir>/src/locales/start/{locale}',
      include: ['<rootDir>/src'],
      exclude: ['**/gen/**', ...LATER.map((folder) => `${folder}/**`)],
    },
    { path: '<rootDir>/src/locales/later/{locale}', include: LATER },
  ],
  format: formatter({ lineNumbers: false, origins: false }),
  orderBy: 'message',
});
