/** Asks in the browser's own words before a tab with unsaved text closes. */

const unsaved = new Set<string>();

/** `what` names a kind of unsaved content. */
export function guardTab(what: string, isUnsaved: boolean): void {
  if (isUnsaved) unsaved.add(what);
  else unsaved.delete(what);
  // A permanent listener would keep the page out of the back/forward cache of some browsers.
  if (unsaved.size > 0) window.addEventListener('beforeunload', ask);
  else window.removeEventListener('beforeunload', ask);
}

/** A reload without a request of the person keeps unsaved text, so it needs no question. */
export function reloadQuietly(): void {
  window.removeEventListener('beforeunload', ask);
  window.location.reload();
}

function ask(event: BeforeUnloadEvent): void {
  event.preventDefault();
}
