import { defineConfig } from '@lingui/cli';
import { formatter } from '@lingui/format-po';

export default defineConfig({
  sourceLocale: 'en',
  locales: ['de', 'fr', 'it', 'en'],
  catalogs: [
    {
      path: '<rootDir>/src/locales/{locale}',
      include: ['<rootDir>/src'],
      exclude: ['**/gen/**', '**/admin/{changes,service-accounts,users}/**'],
    },
    // Loaded with its screens, because few people need them.
    {
      path: '<rootDir>/src/features/admin/locales/{locale}',
      include: ['changes', 'service-accounts', 'users'].map((part) => `<rootDir>/src/features/admin/${part}`),
    },
  ],
  format: formatter({ lineNumbers: false, origins: false }),
  orderBy: 'message',
});
