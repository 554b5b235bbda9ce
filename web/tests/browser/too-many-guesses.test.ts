/** A person tries wrong passwords, and reads how long to wait. */
import { ConnectError, createClient } from '@connectrpc/connect';
import { createGrpcWebTransport } from '@connectrpc/connect-web';
import { expect, test } from 'vitest';
import { AuthService } from '#gen/kreis/auth/v1/auth_service_pb';
import { refusalOf } from '#shared/errors/refusal';
import { ECONOMIST, GATEKEEPER, PASSWORD } from './kreis';
import { setUp } from './set-up';
import type { Visitor } from './visitor';

const { kreis, visit } = setUp();

const WRONG = 'not the password';

/** Tries the wrong password until the page says how long to wait. Returns the wait in milliseconds. */
async function tryUntilHeldUp(visitor: Visitor, email: string, words: RegExp): Promise<number> {
  const alert = visitor.page.getByRole('alert');
  const heldUp = alert.filter({ hasText: words });
  for (let attempt = 0; (await heldUp.count()) === 0; attempt += 1) {
    expect(attempt).toBeLessThan(20);
    const answered = visitor.page.waitForResponse((response) => response.url().endsWith('/Login'));
    await visitor.signIn(email, WRONG);
    await answered;
    await alert.waitFor();
  }
  const [seconds = '0'] = /\d+/.exec((await heldUp.textContent()) ?? '') ?? [];
  return Number(seconds) * 1000;
}

test('the sign-in page says how long to wait, keeps what was typed, and then lets the person in', {
  timeout: 180_000,
}, async () => {
  const visitor = await visit('/', { locale: 'de-CH' });
  const words =
    /Zu viele falsche Passwörter für dieses Konto\. Versuchen Sie es in \d+ Sekunden? noch einmal\./;
  const wait = await tryUntilHeldUp(visitor, GATEKEEPER, words);
  await visitor.inspect('too-many-guesses-de');
  const { page } = visitor;
  expect(await page.getByLabel('E-Mail').inputValue()).toBe(GATEKEEPER);
  const password = page.getByLabel('Passwort', { exact: true });
  expect(await password.inputValue()).toBe(WRONG);

  await page.waitForTimeout(wait);
  await password.fill(PASSWORD);
  await page.getByRole('button', { name: 'Anmelden' }).click();
  await page.getByRole('button', { name: 'Greta Keller' }).waitFor();
  await visitor.leave();
});

test('the dialogue of an ended session says it too, and the guesses of a stranger do not delay the owner', {
  timeout: 180_000,
}, async () => {
  const visitor = await visit('/enter?month=2019-02');
  const authorization = await visitor.authorizationOf(() => visitor.signIn(ECONOMIST));
  const cell = visitor.page.getByRole('textbox', { name: 'consultations' });
  await cell.waitFor();

  const stranger = createClient(AuthService, createGrpcWebTransport({ baseUrl: kreis.url }));
  let reason = '';
  for (let attempt = 0; reason !== 'TOO_MANY_GUESSES'; attempt += 1) {
    expect(attempt).toBeLessThan(20);
    const refused = await stranger.login({ email: ECONOMIST, password: WRONG }).catch(ConnectError.from);
    reason = refusalOf(refused).reason;
  }

  await kreis.endSession(authorization);
  await cell.click();
  await cell.fill('713');
  await cell.press('Enter');
  const dialogue = visitor.page.getByRole('dialog', { name: 'Your session has ended' });
  await dialogue.waitFor();
  const wait = await tryUntilHeldUp(
    visitor,
    ECONOMIST,
    /Too many wrong passwords for this account\. Try again in \d+ seconds?\./,
  );
  expect(await dialogue.getByLabel('Password', { exact: true }).inputValue()).toBe(WRONG);
  await visitor.page.waitForTimeout(wait);
  await visitor.signIn(ECONOMIST);
  await dialogue.waitFor({ state: 'hidden' });
  await visitor.page.getByText('✓ saved').waitFor();
  expect(await cell.inputValue()).toBe('713');
  await visitor.leave();
});
