/** Asks before the tab goes away with something unsaved, in the browser's own words. */

const unsaved = new Set<string>();

/** `what` names a kind of thing that the tab keeps until it is saved. */
export function guardTab(what: string, isUnsaved: boolean): void {
  if (isUnsaved) unsaved.add(what);
  else unsaved.delete(what);
  // A listener that is always there would keep browsers from going back at once.
  if (unsaved.size > 0) window.addEventListener('beforeunload', ask);
  else window.removeEventListener('beforeunload', ask);
}

/** A reload that was not asked for keeps what is unsaved, so it needs no question. */
export function reloadQuietly(): void {
  window.removeEventListener('beforeunload', ask);
  window.location.reload();
}

function ask(event: BeforeUnloadEvent): void {
  event.preventDefault();
}
