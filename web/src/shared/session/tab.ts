/**
 * The id of this tab. A reload keeps it. A sign-in after a sign-out, or after another person's work,
 * renews it.
 *
 * A duplicated tab copies sessionStorage. So the id is stored only while the page is away, and the
 * copy gets an id of its own.
 */
import { tabItems } from '#shared/browser/storage';
import { randomId } from '#shared/ids/random-id';

const KEY = 'kreis.tab';

let id = tabItems.getItem(KEY) ?? randomId();
tabItems.removeItem(KEY);
window.addEventListener('pagehide', () => tabItems.setItem(KEY, id));
window.addEventListener('pageshow', () => tabItems.removeItem(KEY));

export function currentTab(): string {
  return id;
}

export function renewTab(): void {
  id = randomId();
}
