import type { Visitor } from './visitor';

/** What was copied in another program. */
export async function copy({ context, page }: Visitor, origin: string, text: string): Promise<void> {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin });
  await page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
}
