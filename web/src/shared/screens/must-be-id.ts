/** For the loader of a screen whose address contains an id. */
import { notFound } from '@tanstack/react-router';
import { readId } from '#shared/ids/read-id';

/** Shows “not found” for a malformed id. The server would refuse such a request. */
export function mustBeId(text: string): void {
  if (readId(text) === undefined) throw notFound();
}
