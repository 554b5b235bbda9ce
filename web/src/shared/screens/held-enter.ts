/** Enter that is held down: the keyboard repeats it faster than anything can be read. */
import type { KeyboardEvent } from 'react';

/** It answers no question, saves nothing and opens nothing; in a text it goes on to write lines. */
export function isHeldEnter({ key, repeat, ctrlKey, metaKey, target }: KeyboardEvent): boolean {
  const writesLines = target instanceof HTMLTextAreaElement && !ctrlKey && !metaKey;
  return key === 'Enter' && repeat && !writesLines;
}
