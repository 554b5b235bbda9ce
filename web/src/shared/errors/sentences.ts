/**
 * A sentence for each reason in the contract. The types ensure that none is missing: a new reason does
 * not compile until it has a sentence here.
 */
import { Code } from '@connectrpc/connect';
import type { I18n, MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { ErrorReason as AccessReason } from '#gen/kreis/access/v1/error_reason_pb';
import type { ErrorReason as AuthReason } from '#gen/kreis/auth/v1/error_reason_pb';
import type { ErrorReason as KpiReason } from '#gen/kreis/kpi/v1/error_reason_pb';
import type { ErrorReason as OrgReason } from '#gen/kreis/org/v1/error_reason_pb';
import { type Refusal, refusalOf } from './refusal';
import { waitInWords } from './wait';

type Sentences<Reasons> = Record<Exclude<keyof Reasons, 'UNSPECIFIED'>, MessageDescriptor>;

const TRY_AGAIN = msg`kreis is not available at the moment. Please try again shortly.`;
const OUR_FAULT = msg`Something went wrong in kreis. It was not your fault, and it has been recorded.`;
const UNREACHED = msg`kreis cannot be reached. Please check your connection.`;
const SIGN_IN = msg`Please sign in.`;
const NO_USER = msg`This user does not exist.`;
// One sentence for two reasons each: these are among the first sentences that load.
const REMOVED = msg`It was removed.`;
const MOST = msg`There cannot be more. Remove one first.`;
const INACTIVE_USER = msg`This user is deactivated. Reactivate them first.`;

const ACCESS: Sentences<typeof AccessReason> = {
  UNAUTHENTICATED: SIGN_IN,
  TOKEN_EXPIRED: msg`Your session has ended. Please sign in again.`,
  GATEKEEPER_REQUIRED: msg`Only a gatekeeper may do this.`,
  REVOCATIONS_UNKNOWN: TRY_AGAIN,
  SERVICE_UNAVAILABLE: TRY_AGAIN,
  DATABASE_UNAVAILABLE: TRY_AGAIN,
  MESSAGE_TOO_LARGE: msg`That is more than can be sent at once.`,
  OVERLOADED: msg`Too much is going on at the moment. Please try again shortly.`,
  DEADLINE_EXCEEDED: msg`The answer took too long. Please try again.`,
  UNKNOWN_METHOD: msg`This page is older than kreis itself. Please reload it.`,
  UNSUPPORTED_ENCODING: OUR_FAULT,
  MALFORMED_MESSAGE: msg`This page is older than kreis itself. Please reload it.`,
  INVALID_FIELDS: msg`Some of what was entered is not allowed.`,
  REQUEST_ID_REUSED: OUR_FAULT,
  ETAG_MISMATCH: msg`Another person has changed this meanwhile.`,
  CONFLICT: msg`Two changes got in each other's way. Please try again.`,
  CANCELLED: msg`The connection was lost.`,
  INTERNAL: OUR_FAULT,
  READ_ONLY: OUR_FAULT,
};

const AUTH: Sentences<typeof AuthReason> = {
  SIGN_IN_REFUSED: msg`E-mail and password do not match. Please check both.`,
  INVITATION_REFUSED: msg`This invitation is not valid any more. Ask your gatekeeper for a new one.`,
  SERVICE_SECRET_REFUSED: OUR_FAULT,
  SESSION_ENDED: msg`Your session has ended. Please sign in again.`,
  PASSWORD_TOO_EASY: msg`This password is easy to guess. Take more words, or a sentence of your own.`,
  PASSWORD_REFUSED: msg`Your current password is not right.`,
  SESSION_NOT_FOUND: msg`This session does not exist, or it has ended.`,
  TOO_MANY_GUESSES: msg`Too many wrong attempts. Try again in {wait}.`,
  MAIL_NOT_CONFIGURED: msg`kreis sends no mails here.`,
  TOO_MANY_MAILS: msg`Several such mails were sent in the last hour. Please wait a while.`,
  USER_NOT_FOUND: NO_USER,
  USER_INACTIVE: INACTIVE_USER,
  SERVICE_KEY_REFUSED: OUR_FAULT,
  PROVIDER_NOT_FOUND: msg`This way to sign in does not exist any more.`,
  PROVIDER_UNAVAILABLE: msg`The other system does not answer at the moment. Please try again shortly.`,
  SIGN_ON_REFUSED: msg`This sign-in is not valid any more. Please begin again.`,
  EMAIL_NOT_VERIFIED: msg`The other system has not verified your e-mail, so kreis does not know who you are.`,
  NO_ACCOUNT: msg`kreis has no account for you. Ask your gatekeeper.`,
  LOGOUT_TOKEN_REFUSED: OUR_FAULT,
  PASSWORDS_OFF: msg`Passwords are switched off here.`,
};

const ORG: Sentences<typeof OrgReason> = {
  USER_NOT_FOUND: NO_USER,
  CIRCLE_NOT_FOUND: msg`This circle does not exist.`,
  EMAIL_TAKEN: msg`Another user has this e-mail.`,
  DISPLAY_NAME_TAKEN: msg`Another user has this display name.`,
  CIRCLE_NAME_TAKEN: msg`Another circle has this name.`,
  LAST_GATEKEEPER: msg`No gatekeeper would be left.`,
  USER_INACTIVE: INACTIVE_USER,
  CIRCLE_IN_USE: msg`The circle still has members, service accounts, KPIs or changes.`,
  SERVICE_ACCOUNT_NOT_FOUND: REMOVED,
  SERVICE_KEY_NOT_FOUND: REMOVED,
  OWNER_REFUSED: msg`The owner must be an active gatekeeper.`,
  TOO_MANY_SERVICE_KEYS: MOST,
  TOO_MANY_SERVICE_ACCOUNTS: MOST,
};

const KPI: Sentences<typeof KpiReason> = {
  KPI_NOT_FOUND: msg`This KPI does not exist.`,
  KPI_VALUE_NOT_FOUND: msg`This value does not exist.`,
  CIRCLE_NOT_FOUND: msg`This circle does not exist.`,
  TARGET_NOT_FOUND: msg`There is no target that begins with this year.`,
  NOT_A_MEMBER: msg`You do not belong to this KPI's circle.`,
  KPI_NAME_TAKEN: msg`The circle has a KPI of this name.`,
  ALREADY_RECORDED: msg`This period already has a value of another person.`,
  PERIOD_NOT_OF_KPI: msg`This KPI has no value for this month.`,
  VALUE_OUTSIDE_LIMITS: msg`The value must lie between {minimum} and {maximum}.`,
  PERIOD_NOT_BEGUN: msg`This period has not begun yet.`,
  KPI_INACTIVE: msg`This KPI is inactive and takes no values.`,
  FROZEN_BY_VALUES: msg`The KPI has values, so this cannot be changed any more.`,
  LIMITS_EXCLUDE_VALUES: msg`Values that were entered lie outside these limits.`,
  VALUE_RETRACTED: msg`This value was taken back in the meantime.`,
  OVERVIEW_TOO_LARGE: msg`This is too much at once. Choose fewer circles.`,
  STEWARD_NOT_FOUND: msg`Whom to ask must be an active user.`,
  UNIT_CHANGED: msg`The unit of this KPI has changed in the meantime. Please reload the page and check the value.`,
  NOTHING_TO_REPORT: msg`The period was marked as having nothing to report. Enter a value anew.`,
};

const DOMAINS: Record<string, Record<string, MessageDescriptor> | undefined> = {
  'kreis.access': ACCESS,
  'kreis.auth': AUTH,
  'kreis.org': ORG,
  'kreis.kpi': KPI,
};

/** Returns a sentence in the reader's language that says why a call was refused. */
export function sentenceOf(error: unknown, i18n: I18n): string {
  const refusal = refusalOf(error);
  const sentence = DOMAINS[refusal.domain]?.[refusal.reason] ?? withoutReason(refusal);
  const values = {
    ...refusal.metadata,
    wait: waitInWords(Number(refusal.metadata.retry_seconds ?? 0), i18n.locale),
  };
  return i18n._(precise(sentence, refusal.metadata).id, values);
}

/** What prevents the deletion of a circle, by `in_use_by`. */
const CIRCLE_USES: Record<string, MessageDescriptor | undefined> = {
  members: msg`The circle still has members. Remove them from it first.`,
  kpis: msg`The circle still has KPIs. Move them to another circle first.`,
  changes: msg`The change log names the circle, so it has to stay.`,
};

/** Some reasons carry details in their metadata. A KPI may have only one of the two limits. */
function precise(sentence: MessageDescriptor, metadata: Record<string, string>): MessageDescriptor {
  if (sentence === AUTH.TOO_MANY_GUESSES && metadata.limit === 'account') {
    return msg`Too many wrong passwords for this account. Try again in {wait}.`;
  }
  if (sentence === AUTH.TOO_MANY_GUESSES && metadata.limit === 'resets') {
    return msg`Too many mails were asked for. Try again in {wait}.`;
  }
  if (sentence === ORG.CIRCLE_IN_USE) return CIRCLE_USES[metadata.in_use_by ?? ''] ?? sentence;
  if (sentence !== KPI.VALUE_OUTSIDE_LIMITS) return sentence;
  if (metadata.minimum === undefined) return msg`The value must be at most {maximum}.`;
  if (metadata.maximum === undefined) return msg`The value must be at least {minimum}.`;
  return sentence;
}

/** For errors without a known reason, such as a lost connection. */
function withoutReason({ code, domain }: Refusal): MessageDescriptor {
  if (domain === '' && (code === Code.Unknown || code === Code.Internal)) return UNREACHED;
  if (code === Code.Unavailable || code === Code.DeadlineExceeded) return TRY_AGAIN;
  return OUR_FAULT;
}
