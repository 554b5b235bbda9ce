/// <reference types="vitest/config" />
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { lingui } from '@lingui/vite-plugin';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** Writes a gzip copy beside each file, for browsers that accept gzip. */
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

/** Colours of Mantine that the client does not use. Their variables would be a kilobyte of the first load. */
const UNUSED_COLOURS = ['cyan', 'grape', 'green', 'indigo', 'lime', 'orange', 'pink', 'violet'];

/** Leaves the variables of these colours out of Mantine's style sheet. */
function withoutUnusedColours(): Plugin {
  const variables = new RegExp(`--mantine-color-(?:${UNUSED_COLOURS.join('|')})-[^;{}]*;`, 'g');
  return {
    name: 'without-unused-colours',
    enforce: 'pre',
    transform: (code, id) =>
      id.endsWith('/default-css-variables.css') ? code.replace(variables, '') : undefined,
  };
}

/** Removes the list of screens that share the chunk, and the suffix `.css`. */
function shortName(name: string): string {
  return name.replace(/~.*$/, '').replace(/\.css$/, '');
}

export default defineConfig({
  plugins: [
    react({ babel: { plugins: ['@lingui/babel-plugin-lingui-macro'] } }),
    lingui({ failOnMissing: true }),
    withoutUnusedColours(),
    compressed(),
  ],
  resolve: { tsconfigPaths: true },
  build: {
    // The Content-Security-Policy forbids inline code and styles. So every asset is a file of its own.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        chunkFileNames: ({ name }) => `assets/${shortName(name)}-[hash].js`,
        assetFileNames: ({ names: [name = ''] }) => `assets/${shortName(name)}-[hash][extname]`,
        codeSplitting: {
          groups: [
            // The first screen loads two files instead of one per module. Libraries change less often than
            // our code.
            { name: 'libraries', tags: ['$initial'], test: /node_modules/, priority: 4 },
            { name: 'start', tags: ['$initial'], priority: 3 },
            // Code that most screens use is one chunk. Code that some screens share, such as the change
            // log and the contract of service accounts, is in few.
            // The first screen needs two small pieces of libraries, too.
            {
              name: 'screens',
              test: /[\\/]src[\\/](shared|gen)[\\/](?!(acts|changes|open-sessions|sign-ins|states)[\\/]|.*[\\/](sign_in_log|service_account))|[\\/](Skeleton|use-debounced-callback)[\\/]/,
              minShareCount: 2,
              priority: 2,
            },
            {
              name: 'shared',
              test: /^(?!.*[\\/]src[\\/]shared[\\/]states[\\/])/,
              minShareCount: 2,
              entriesAware: true,
              entriesAwareMergeThreshold: 3_000,
              priority: 1,
            },
            // The states of KPIs are with the overview, which comes first. The page of a KPI shows them, too.
            {
              name: 'overview',
              test: /[\\/]src[\\/](features[\\/]overview|shared[\\/]states)[\\/]/,
              priority: 0,
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
          // The same patience as the visitor's own waits: a slow machine must not fail a test.
          expect: { poll: { timeout: 15_000 } },
          // Each file starts its own kreis and browser. More workers gain nothing on two cores.
          maxWorkers: 2,
        },
      },
    ],
  },
});
