import { msg } from '@lingui/core/macro';
import type { Housing } from '../forms/complaints';

/** The rule for the name of a circle, and the field that each refusal reason concerns. */
export const CIRCLE_HOUSING: Housing = {
  rules: { name: msg`Please enter 1 to 100 characters.` },
  homes: { CIRCLE_NAME_TAKEN: 'name' },
};
