/// <reference types="vitest/config" />
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { lingui } from '@lingui/vite-plugin';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** Lays a compressed copy beside each file, for browsers that take it. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    writeBundle({ dir = '' }, bundle) {
      for (const file of Object.keys(bundle)) {
        const path = join(dir, file);
        writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }));
      }
    },
  };
}

/** Without the list of screens that share a file. */
function shortName(name: string): string {
  return name.replace(/~.*$/, '').replace(/\.css$/, '');
}

export default defineConfig({
  plugins: [
    react({ babel: { plugins: ['@lingui/babel-plugin-lingui-macro'] } }),
    lingui({ failOnMissing: true }),
    compressed(),
  ],
  resolve: { tsconfigPaths: true },
  build: {
    // Everything that a browser gets comes from the gateway, as a file of its
    // own: the Content-Security-Policy allows nothing inline.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        chunkFileNames: ({ name }) => `assets/${shortName(name)}-[hash].js`,
        assetFileNames: ({ names: [name = ''] }) => `assets/${shortName(name)}-[hash][extname]`,
        codeSplitting: {
          groups: [
            // What the first screen needs comes in two files, not in one for each of its modules:
            // what others wrote changes less often.
            { name: 'libraries', tags: ['$initial'], test: /node_modules/, priority: 4 },
            { name: 'start', tags: ['$initial'], priority: 3 },
            // What most screens stand on comes in one, and what some share, such as the change log, in few.
            {
              name: 'screens',
              test: /[\\/]src[\\/](shared|gen)[\\/](?!changes[\\/])/,
              minShareCount: 2,
              priority: 2,
            },
            {
              name: 'shared',
              minShareCount: 2,
              entriesAware: true,
              entriesAwareMergeThreshold: 3_000,
              priority: 1,
            },
          ],
        },
      },
    },
  },
  server: {
    proxy: { '/kreis.': { target: process.env.KREIS_SERVER ?? 'http://127.0.0.1:8080' } },
  },
  test: {
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['src/**/*.test.ts'], environment: 'node' },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['tests/browser/*.test.ts'],
          globalSetup: 'tests/browser/template.ts',
          environment: 'node',
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // As patient as the visitor's own waits: a busy machine is no failure.
          expect: { poll: { timeout: 15_000 } },
          // Each file has a kreis and a browser of its own; more at a time than this gain nothing on two cores.
          maxWorkers: 2,
        },
      },
    ],
  },
});
