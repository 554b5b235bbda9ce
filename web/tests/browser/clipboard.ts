import type { Visitor } from './visitor';

/** Copies a text as another program would. */
export async function copy({ context, page }: Visitor, origin: string, text: string): Promise<void> {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin });
  await page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
}
