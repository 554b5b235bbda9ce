import { msg } from '@lingui/core/macro';
import type { FieldRules } from '../forms/complaints';

/** The rule for the name of a circle, and the field that each refusal reason concerns. */
export const CIRCLE_FIELD_RULES: FieldRules = {
  rules: { name: msg`Please enter 1 to 100 characters.` },
  fieldOfReason: { CIRCLE_NAME_TAKEN: 'name' },
};
