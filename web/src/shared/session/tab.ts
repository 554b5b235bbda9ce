/**
 * This tab, as long as one person works in it: an id that a reload keeps and
 * that a sign-in after another person's work, or after a sign-out, renews.
 *
 * A duplicated tab copies sessionStorage. So the id stands there only while the
 * page is away, and the copy gets an id of its own.
 */
import { randomId } from '#shared/ids/random-id';

const KEY = 'kreis.tab';

let id = sessionStorage.getItem(KEY) ?? randomId();
sessionStorage.removeItem(KEY);
window.addEventListener('pagehide', () => sessionStorage.setItem(KEY, id));
window.addEventListener('pageshow', () => sessionStorage.removeItem(KEY));

export function currentTab(): string {
  return id;
}

export function renewTab(): void {
  id = randomId();
}
