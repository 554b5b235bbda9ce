import { defineConfig } from '@lingui/cli';
import { formatter } from '@lingui/format-po';

export default defineConfig({
  sourceLocale: 'en',
  locales: ['de', 'fr', 'it', 'en'],
  catalogs: [
    {
      path: '<rootDir>/src/locales/{locale}',
      include: ['<rootDir>/src'],
      exclude: ['**/gen/**', '**/service-accounts/**'],
    },
    // Loaded with its screens, because few people need them.
    {
      path: '<rootDir>/src/features/admin/service-accounts/locales/{locale}',
      include: ['<rootDir>/src/features/admin/service-accounts'],
    },
  ],
  format: formatter({ lineNumbers: false, origins: false }),
  orderBy: 'message',
});
