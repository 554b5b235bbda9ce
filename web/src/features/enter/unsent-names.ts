/** Names what is not saved. */
import type { I18n } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { DraftRecord } from './draft-records';

/** More would not be read. */
const MOST_NAMES = 5;

/** `consultations, donations and 3 more`. */
export function namesOf(records: readonly DraftRecord[], i18n: I18n): string {
  const names = records
    .flatMap(({ drafts }) => Object.values(drafts).map(({ name }) => name))
    .sort(new Intl.Collator(i18n.locale).compare);
  const more = names.length - MOST_NAMES;
  const named = more > 1 ? [...names.slice(0, MOST_NAMES), i18n._(msg`${more} more`)] : names;
  return new Intl.ListFormat(i18n.locale, { type: 'conjunction' }).format(named);
}

export function countOf(records: readonly DraftRecord[]): number {
  return records.reduce((sum, { drafts }) => sum + Object.keys(drafts).length, 0);
}
