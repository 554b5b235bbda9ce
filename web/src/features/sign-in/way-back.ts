/**
 * The address of the screen that asked for a sign-in with a provider. The provider sends the browser
 * back to one address for all screens, so this tab keeps it meanwhile.
 */
const KEY = 'kreis.sign-on.from';

export function keepWayBack(from: string): void {
  sessionStorage.setItem(KEY, from);
}

/** The kept address, once. The start page if there is none. */
export function takeWayBack(): string {
  const from = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  return isOwn(from) ? from : '/';
}

/** Whether an address is one of kreis: of another site nobody may be led there by a link. */
export function isOwn(address: unknown): address is string {
  return typeof address === 'string' && /^\/(?![/\\])/.test(address) && !address.startsWith('/sign-in/');
}
