/** How much a browser must load before a person can begin. */
import { gzipSync } from 'node:zlib';
import type { Response } from 'playwright-core';
import { expect, test } from 'vitest';
import { ECONOMIST } from './kreis';
import { setUp } from './set-up';

const MOST_BYTES = 250_000;
/** Few enough to load over six HTTP/1.1 connections without much waiting. */
const MOST_REQUESTS = 14;

const { visit } = setUp();

test.for([
  { path: '/', heading: 'Overview' },
  { path: '/enter', heading: 'Enter values' },
])(
  'the first load of $path is at most 250 kB of compressed scripts and styles',
  async ({ path, heading }) => {
    const visitor = await visit('about:blank');
    const loaded: Response[] = [];
    visitor.page.on('response', (response) => {
      if (/\.(js|css)$/.test(new URL(response.url()).pathname)) loaded.push(response);
    });
    await visitor.page.goto(path);
    await visitor.signIn(ECONOMIST);
    await visitor.page.getByRole('heading', { level: 1, name: heading }).waitFor();
    const sizes = await Promise.all(loaded.map(async (response) => gzipSync(await response.body()).length));
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    process.stdout.write(`${path}: ${(bytes / 1000).toFixed(0)} kB\n`);
    expect(loaded.length).toBeGreaterThan(1);
    expect(bytes).toBeLessThanOrEqual(MOST_BYTES);
    await visitor.leave();
  },
);

test('the sign-in page takes fewer than 15 requests', async () => {
  const visitor = await visit('about:blank');
  const addresses: string[] = [];
  visitor.page.on('request', (request) => addresses.push(new URL(request.url()).pathname));
  await visitor.page.goto('/', { waitUntil: 'networkidle' });
  await visitor.page.getByRole('button', { name: 'Sign in' }).waitFor();
  process.stdout.write(`/: ${addresses.length} requests\n`);
  expect(addresses.length, addresses.join(' ')).toBeLessThanOrEqual(MOST_REQUESTS);
  await visitor.leave();
});
