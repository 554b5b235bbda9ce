/**
 * Draws `public/icon.svg` in the sizes and formats that browsers and home screens need. Run it when
 * the icon changes, with `npm run icons`, and commit the pictures.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { chromium } from 'playwright-core';

const PUBLIC = resolve(import.meta.dirname, '../public');
const SVG = `data:image/svg+xml;base64,${readFileSync(join(PUBLIC, 'icon.svg')).toString('base64')}`;
const GROUND = '#ffffff';

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium-headless-shell',
  args: ['--no-sandbox', '--disable-gpu'],
});
const page = await browser.newPage();

/** `part` is the share of the side that the icon takes; `ground` is the background. */
async function draw(side, part = 1, ground = 'transparent') {
  await page.setViewportSize({ width: side, height: side });
  await page.setContent(`
    <body style="margin:0;display:grid;place-items:center;height:${side}px;background:${ground}">
      <img src="${SVG}" width="${side * part}" height="${side * part}" alt="">
    </body>`);
  await page.locator('img').evaluate((image) => image.decode());
  return page.screenshot({ omitBackground: true });
}

/** The ICO format of Windows, with a PNG inside. */
function ico(side, png) {
  const head = Buffer.alloc(22);
  head.writeUInt16LE(1, 2); // an icon
  head.writeUInt16LE(1, 4); // of one picture
  head.writeUInt8(side, 6);
  head.writeUInt8(side, 7);
  head.writeUInt16LE(1, 10); // colour planes
  head.writeUInt16LE(32, 12); // bits per pixel
  head.writeUInt32LE(png.length, 14);
  head.writeUInt32LE(head.length, 18);
  return Buffer.concat([head, png]);
}

function write(name, picture) {
  writeFileSync(join(PUBLIC, name), picture);
}

write('favicon.ico', ico(32, await draw(32)));
write('icon-192.png', await draw(192));
write('icon-512.png', await draw(512));
// Systems crop these icons to their own shape: up to a tenth at each side.
write('apple-touch-icon.png', await draw(180, 0.8, GROUND));
write('icon-maskable-512.png', await draw(512, 0.64, GROUND));
await browser.close();
