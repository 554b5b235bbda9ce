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

/**
 * What every screen is made of, in one file: cut by who needs what, it came in twenty
 * that compress worse.
 */
const BASICS =
  /@mantine\/core\/esm\/(core|components\/(ActionIcon|Alert|Anchor|Button|CloseButton|Group|Input|InputBase|NativeSelect|Paper|Skeleton|Stack|Text|Title|UnstyledButton|VisuallyHidden))\//;

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
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'basics', test: BASICS }] } } },
    reportCompressedSize: false,
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
          environment: 'node',
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // As patient as the visitor's own waits: a busy machine is no failure.
          expect: { poll: { timeout: 15_000 } },
          fileParallelism: false,
        },
      },
    ],
  },
});
