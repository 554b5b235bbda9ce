/** The ways to ask for undo and redo. */
import type { KeyboardEvent } from 'react';

/** The `inputType` of the browser's own undo and redo. */
export const HISTORY_INPUT: Record<string, 'undo' | 'redo' | undefined> = {
  historyUndo: 'undo',
  historyRedo: 'redo',
};

/** Ctrl+Z, Ctrl+Shift+Z and Ctrl+Y, or the same with the command key. */
export function undoKey({
  key,
  ctrlKey,
  metaKey,
  shiftKey,
  altKey,
}: KeyboardEvent): 'undo' | 'redo' | undefined {
  if (altKey || ctrlKey === metaKey) return undefined;
  if (key.toLowerCase() === 'z') return shiftKey ? 'redo' : 'undo';
  return key.toLowerCase() === 'y' && !shiftKey ? 'redo' : undefined;
}
