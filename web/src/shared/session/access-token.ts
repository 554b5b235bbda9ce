/** The access token of this tab. It stays in memory, where only this page can read it. */

/** A renewal takes some time, so a token is replaced so long before it expires, in milliseconds. */
const SPARE_MS = 30_000;

export interface AccessToken {
  userId: string;
  token: string;
  /** From when on it must be renewed, on the clock of this machine (`Date.now()`). */
  renewAt: number;
}

let held: AccessToken | undefined;

export function accessToken(userId: string, token: string, expiresInSeconds: number): AccessToken {
  const lifetime = expiresInSeconds * 1_000;
  return { userId, token, renewAt: Date.now() + lifetime - Math.min(SPARE_MS, lifetime / 2) };
}

export function holdAccessToken(token: AccessToken): void {
  held = token;
}

/** The token of a person; absent if it must be renewed. */
export function heldToken(userId: string): string | undefined {
  return held?.userId === userId && Date.now() < held.renewAt ? held.token : undefined;
}

/** Forgets a token that the server refused. */
export function dropAccessToken(token: string): void {
  if (held?.token === token) held = undefined;
}
