/** Reads the machine-readable reason of a refusal. */
import { Code, ConnectError } from '@connectrpc/connect';
import { type BadRequest, BadRequestSchema, ErrorInfoSchema } from '#gen/google/rpc/error_details_pb';

export interface Refusal {
  code: Code;
  /** Such as `kreis.kpi`; empty if the answer did not come from a server of kreis. */
  domain: string;
  /** Such as `VALUE_OUTSIDE_LIMITS`. */
  reason: string;
  metadata: Record<string, string>;
  violations: BadRequest['fieldViolations'];
}

export function refusalOf(error: unknown): Refusal {
  const refused = ConnectError.from(error);
  const info = refused.findDetails(ErrorInfoSchema)[0];
  return {
    code: refused.code,
    domain: info?.domain ?? '',
    reason: info?.reason ?? '',
    metadata: info?.metadata ?? {},
    violations: refused.findDetails(BadRequestSchema).flatMap((bad) => bad.fieldViolations),
  };
}

/**
 * Whether a call lacked a session: it had no token, or its token is no longer accepted. A refused
 * password or invitation does not count.
 */
export function isWithoutSession(error: unknown): boolean {
  const { code, domain, reason } = refusalOf(error);
  const known = reason === 'UNAUTHENTICATED' || reason === 'TOKEN_EXPIRED';
  return code === Code.Unauthenticated && domain === 'kreis.access' && known;
}

/**
 * Whether the same call may succeed in a moment: the connection was lost, or the server is busy or
 * unreachable. A retry does not change any other refusal.
 */
export function isPassing(error: unknown): boolean {
  const { code, domain, reason } = refusalOf(error);
  switch (code) {
    case Code.Unavailable:
      // The provider for single sign-on is away, and not kreis.
      return reason !== 'PROVIDER_UNAVAILABLE';
    case Code.DeadlineExceeded:
      return true;
    case Code.ResourceExhausted:
      return reason !== 'MESSAGE_TOO_LARGE';
    case Code.Unknown:
    case Code.Internal:
    case Code.Canceled:
      // An error without a domain is a broken connection, not an answer of kreis.
      return domain === '';
    default:
      return false;
  }
}
