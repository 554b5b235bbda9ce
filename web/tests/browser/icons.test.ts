/** The icons of kreis in a tab, among bookmarks and on a home screen. */
import { expect, test } from 'vitest';
import { setUp } from './set-up';

const { kreis, visit } = setUp();

interface Manifest {
  name: string;
  start_url: string;
  display: string;
  icons: { src: string; sizes: string; type: string }[];
}

test.for([
  ['/favicon.ico', 'image/x-icon'],
  ['/icon.svg', 'image/svg+xml'],
  ['/apple-touch-icon.png', 'image/png'],
  ['/icon-192.png', 'image/png'],
  ['/icon-512.png', 'image/png'],
  ['/icon-maskable-512.png', 'image/png'],
  ['/manifest.webmanifest', 'application/manifest+json'],
] as const)('%s is there, as %s', async ([address, type]) => {
  const answer = await fetch(`${kreis.url}${address}`);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe(type);
});

test('the page names its icons and its manifest, and the manifest pictures of the size it says', async () => {
  const visitor = await visit('/');
  const { page } = visitor;
  const icon = await page.locator('link[rel=apple-touch-icon]').getAttribute('href');
  expect(icon).toBe('/apple-touch-icon.png');
  const address = await page.locator('link[rel=manifest]').getAttribute('href');
  const manifest: Manifest = await (await fetch(`${kreis.url}${address}`)).json();
  expect(manifest).toMatchObject({ name: 'kreis', start_url: '/', display: 'standalone' });
  expect(manifest.icons.length).toBeGreaterThan(2);
  const pictures = [...manifest.icons, { src: icon ?? '', sizes: '180x180' }];
  for (const { src, sizes } of pictures) {
    const size = await page.evaluate(async (source) => {
      const picture = new Image();
      picture.src = source;
      await picture.decode();
      return `${picture.naturalWidth}x${picture.naturalHeight}`;
    }, src);
    expect(sizes === 'any' || size === sizes, `${src} has ${size}`).toBe(true);
  }
  await visitor.leave();
});
