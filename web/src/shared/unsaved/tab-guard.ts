/**
 * Guards a tab with unsaved text: it asks in the browser's own words before it closes, and its drafts are not
 * offered in other tabs.
 */
import { holdTab, releaseTab } from '#shared/session/tabs';

const unsaved = new Set<string>();

/** `what` names a kind of unsaved content. */
export function guardTab(what: string, isUnsaved: boolean): void {
  if (isUnsaved) unsaved.add(what);
  else unsaved.delete(what);
  // A permanent listener or lock would keep the page out of the back/forward cache of some browsers.
  if (unsaved.size > 0) {
    window.addEventListener('beforeunload', ask);
    holdTab();
  } else {
    window.removeEventListener('beforeunload', ask);
    releaseTab();
  }
}

/** Whether this tab has unsaved content of a kind. */
export function isGuarded(what: string): boolean {
  return unsaved.has(what);
}

/** A reload without a request of the person keeps unsaved text, so it needs no question. */
export function reloadQuietly(): void {
  window.removeEventListener('beforeunload', ask);
  window.location.reload();
}

function ask(event: BeforeUnloadEvent): void {
  event.preventDefault();
}
