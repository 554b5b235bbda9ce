/** Assigns the sentences of a refusal to the fields that they concern, or to the whole form. */
import type { I18n, MessageDescriptor } from '@lingui/core';
import { useLingui } from '@lingui/react';
import { useMemo } from 'react';
import { refusalOf } from '#shared/errors/refusal';
import { sentenceOf } from '#shared/errors/sentences';

export interface Complaints {
  /** By the field's path in the request, such as `display_name`. */
  fields: Record<string, string>;
  form?: string;
  /** Another person changed the data after the form was shown. */
  stale: boolean;
}

export const NO_COMPLAINTS: Complaints = { fields: {}, stale: false };

/** Each form defines its own as a constant. */
export interface FieldRules {
  /** The rule of each field, by its path in the request. */
  rules: Record<string, MessageDescriptor>;
  /** The field that each refusal reason concerns. */
  fieldOfReason: Record<string, string>;
}

export function useComplaints(error: unknown, fieldRules: FieldRules): Complaints {
  const { i18n } = useLingui();
  return useMemo(() => complaintsOf(error, i18n, fieldRules), [error, i18n, fieldRules]);
}

export function complaintsOf(error: unknown, i18n: I18n, { rules, fieldOfReason }: FieldRules): Complaints {
  if (error === null || error === undefined) return NO_COMPLAINTS;
  const { reason, metadata, violations } = refusalOf(error);
  const sentence = named(sentenceOf(error, i18n), metadata.periods);
  const concerned = fieldOfReason[reason] ?? metadata.field;
  if (concerned !== undefined) return { fields: { [concerned]: sentence }, stale: false };
  const fields: Record<string, string> = {};
  for (const { field } of violations) {
    const rule = rules[field];
    if (rule !== undefined) fields[field] = i18n._(rule);
  }
  const stale = reason === 'ETAG_MISMATCH';
  const haveRules = violations.length > 0 && violations.every(({ field }) => field in rules);
  return haveRules ? { fields, stale } : { fields, form: sentence, stale };
}

/** Adds the periods, if the server names them. */
function named(sentence: string, periods: string | undefined): string {
  return periods === undefined ? sentence : `${sentence} (${periods})`;
}
