/**
 * Notices what a person types while the rows of a month load. Nothing takes these keys. The keys that
 * follow may be the rest of the same number.
 */

let isTyped = false;

function hear({ key, ctrlKey, metaKey, target }: KeyboardEvent): void {
  const isNowhere = target === document.body || (target instanceof HTMLElement && target.id === 'main');
  if (isNowhere && key.length === 1 && !ctrlKey && !metaKey) isTyped = true;
}

/** Listens from now on. Returns a function that stops it. */
export function hearTypedAhead(): () => void {
  isTyped = false;
  window.addEventListener('keydown', hear, true);
  return () => window.removeEventListener('keydown', hear, true);
}

export function hasTypedAhead(): boolean {
  return isTyped;
}

export function forgetTypedAhead(): void {
  isTyped = false;
}
