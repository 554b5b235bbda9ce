/**
 * The time to read. A key or a click answers a question only if the person pressed it some time after
 * the question was painted. A busy page handles keys late, so the time of the key counts.
 */
import { useLayoutEffect, useRef } from 'react';
import { Shown } from './shown';

/** The shortest time to read a question, in milliseconds. */
const READ_MS = 500;

/**
 * When the person pressed the key or the pointer that the page handles at this moment; absent if it
 * handles none.
 */
let pressedAt: number | undefined;

function hear(event: Event): void {
  const { timeStamp, type } = event;
  // A key or an aid caused this click, not a pointer. The key was heard before.
  if (type === 'click' && event instanceof UIEvent && event.detail === 0) return;
  pressedAt = timeStamp;
  // The browser sends what follows from a key, such as input, directly after it.
  setTimeout(() => {
    if (pressedAt === timeStamp) pressedAt = undefined;
  });
}

for (const type of ['keydown', 'keypress', 'keyup', 'pointerdown', 'pointerup', 'click'])
  window.addEventListener(type, hear, true);

/** Whether the person could have read it before the act that the page handles at this moment. */
export function couldBeRead(shown: Shown | undefined): boolean {
  return shown !== undefined && (pressedAt ?? performance.now()) - shown.paintedAt >= READ_MS;
}

/** What a component shows. Each change of `about` restarts the time to read it. */
export function useShown(about: unknown): { readonly current: Shown | undefined } {
  const shown = useRef<Shown>(undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs whenever `about` changes
  useLayoutEffect(() => {
    shown.current = new Shown();
  }, [about]);
  return shown;
}
