/** Names the KPIs of unsaved entries. */
import type { I18n } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { compareNames } from '#shared/texts/name-order';
import type { DraftRecord } from './draft-records';

/** People would not read a longer list. */
const MOST_NAMES = 5;

export interface Named {
  /** The name of the KPI. */
  name: string;
}

/** Returns the name of the KPI of each draft. */
export function kpisOf(records: readonly DraftRecord<Named>[]): string[] {
  return records.flatMap(({ drafts }) => Object.values(drafts).map(({ name }) => name));
}

/** `consultations, donations and 3 more`. */
export function listOf(kpis: readonly string[], i18n: I18n): string {
  const names = kpis.toSorted(compareNames);
  const more = names.length - MOST_NAMES;
  const named = more > 1 ? [...names.slice(0, MOST_NAMES), i18n._(msg`${more} more`)] : names;
  return new Intl.ListFormat(i18n.locale, { type: 'conjunction' }).format(named);
}
