/**
 * Ignores presses that follow each other without a pause while a dialogue or a screen comes or goes.
 * They were meant for what had the keyboard before.
 */
import { couldBeRead } from './read-ms';
import { Shown } from './shown';

/** These keys finish or leave a field, which saves its content. */
const FINISHING = /^(?:Enter|Tab|ArrowUp|ArrowDown)$/;

/** A dialogue takes the keyboard: ignores all keys until a pause. Returns a function that stops it. */
export function ignoreTypedAhead(): () => void {
  return ignoreUntilPause(['keydown'], () => true);
}

/**
 * A dialogue gives the keyboard back to a field with unfinished input: ignores presses that would
 * finish the input, until a pause. A person who types a character has seen the field.
 */
export function ignoreHastyFinish(): void {
  const stop = ignoreUntilPause(['keydown', 'pointerdown', 'mousedown', 'click'], (event) => {
    if (!(event instanceof KeyboardEvent)) return true;
    if (event.key.length === 1) stop();
    return FINISHING.test(event.key);
  });
}

/**
 * A field has taken the keyboard on a new screen: ignores the Enter key there, until a pause. It was
 * meant for the link to the screen. Any other act is meant for the new screen.
 */
export function ignoreHastyEnter(field: HTMLElement): void {
  const stop = ignoreUntilPause(['keydown', 'pointerdown', 'input'], (event) => {
    const isHasty = event instanceof KeyboardEvent && event.key === 'Enter' && event.target === field;
    if (!isHasty) stop();
    return isHasty;
  });
}

/** A pause is as long as the time to read what has just appeared. */
function ignoreUntilPause(kinds: readonly string[], isIgnored: (event: Event) => boolean): () => void {
  let last = new Shown();
  const hear = (event: Event) => {
    if (couldBeRead(last)) return stop();
    if (!isIgnored(event)) return;
    last = new Shown();
    event.preventDefault();
    event.stopPropagation();
  };
  const stop = () => {
    for (const kind of kinds) window.removeEventListener(kind, hear, true);
  };
  for (const kind of kinds) window.addEventListener(kind, hear, true);
  return stop;
}
