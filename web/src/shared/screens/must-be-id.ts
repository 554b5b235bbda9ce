/** For the loader of a screen whose address names a thing. */
import { notFound } from '@tanstack/react-router';
import { readId } from '#shared/ids/read-id';

/** Without this the server would be asked for what cannot be there, and refuse the question. */
export function mustBeId(text: string): void {
  if (readId(text) === undefined) throw notFound();
}
