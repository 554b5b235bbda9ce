/** Detects a held Enter key: the keyboard repeats it faster than a person can read. */
import type { KeyboardEvent } from 'react';

/** A held Enter answers no question, saves nothing and opens nothing. In a text area it still adds lines. */
export function isHeldEnter({ key, repeat, ctrlKey, metaKey, target }: KeyboardEvent): boolean {
  const writesLines = target instanceof HTMLTextAreaElement && !ctrlKey && !metaKey;
  return key === 'Enter' && repeat && !writesLines;
}
