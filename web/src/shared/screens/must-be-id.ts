/** For the loader of a screen whose address names a thing. */
import { notFound } from '@tanstack/react-router';

/** Without this the server would be asked for what cannot be there, and refuse the question. */
export function mustBeId(text: string): void {
  if (!/^\d{1,18}$/.test(text)) throw notFound();
}
