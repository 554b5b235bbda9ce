/** Shared by the tests of corrections: an economist corrects a value of last year. */
import type { Page } from 'playwright-core';
import { beforeAll } from 'vitest';
import { type Caller, callerOf } from './caller';
import { ECONOMIST, GATEKEEPER, LAST_YEAR } from './kreis';
import { setUp } from './set-up';
import type { Wishes } from './visitor';

export const KPI = 'new members';

export const WORDS = {
  'en-GB': {
    value: (month: string) => `New value for ${month} ${LAST_YEAR}`,
    correct: (month: string) => `Correct ${month} ${LAST_YEAR}`,
    saved: (month: string) => `${month} ${LAST_YEAR} is saved.`,
    giveUp: (month: string) => `Discard what you typed for ${month} ${LAST_YEAR}?`,
    perhaps: 'Perhaps it is saved all the same.',
    comment: 'Comment',
    ended: 'Your session has ended',
    offer: `You have an unfinished correction for ${KPI}.`,
    goOn: 'Continue',
    discard: 'Discard',
    cancel: 'Cancel',
  },
  'de-CH': {
    value: (month: string) => `Neuer Wert für ${month} ${LAST_YEAR}`,
    correct: (month: string) => `${month} ${LAST_YEAR} korrigieren`,
    saved: (month: string) => `${month} ${LAST_YEAR} ist gespeichert.`,
    giveUp: (month: string) => `Verwerfen, was Sie für ${month} ${LAST_YEAR} eingegeben haben?`,
    perhaps: 'Vielleicht ist es trotzdem gespeichert.',
    comment: 'Kommentar',
    ended: 'Ihre Sitzung ist abgelaufen',
    offer: `Sie haben eine nicht abgeschlossene Korrektur für ${KPI}.`,
    goOn: 'Weiterfahren',
    discard: 'Verwerfen',
    cancel: 'Abbrechen',
  },
} as const;

export type Language = keyof typeof WORDS;

export function correctionIn(page: Page, month: string, locale: Language = 'en-GB') {
  const words = WORDS[locale];
  return {
    opener: page.getByRole('button', { name: words.correct(month) }),
    value: page.getByLabel(words.value(month)),
    comment: page.getByLabel(words.comment, { exact: true }),
    offer: page.getByText(words.offer),
  };
}

/** Starts a kreis with a demo. Returns functions to open and check a correction. */
export function setUpCorrections() {
  const { kreis, visit } = setUp();
  // `beforeAll` fills this before the first test.
  const gatekeeper = {} as Caller;

  beforeAll(async () => {
    Object.assign(gatekeeper, await callerOf(kreis.url, GATEKEEPER));
  });

  /** Opens a correction. Returns also a function that ends the session. */
  async function correcting(month: string, locale: Language = 'en-GB', wishes: Wishes = {}) {
    const { id } = await gatekeeper.kpiNamed(KPI);
    const visitor = await visit(`/kpis/${id}?year=${LAST_YEAR}`, { locale, ...wishes });
    const authorization = await visitor.authorizationOf(() => visitor.signIn(ECONOMIST));
    const { page } = visitor;
    const correction = correctionIn(page, month, locale);
    await correction.opener.press('Enter');
    await correction.value.waitFor();
    return { visitor, page, ...correction, end: () => kreis.endSession(authorization) };
  }

  /** Returns the value of a month from the server. */
  async function stored(month: number) {
    const value = await gatekeeper.valueFor(KPI, { year: LAST_YEAR, month });
    if (value?.value === undefined) throw new Error(`month ${month} has no value`);
    // Each change increases the version.
    return { ...value, value: value.value, version: Number(value.etag) };
  }

  async function correctAsGatekeeper(month: number, value: number): Promise<void> {
    await gatekeeper.values.correctKpiValue({ kpiValueId: (await stored(month)).id, value });
  }

  return { gatekeeper, visit, correcting, stored, correctAsGatekeeper };
}
