/** What the server says when it refuses: the reason, for programs. */
import { Code, ConnectError } from '@connectrpc/connect';
import { type BadRequest, BadRequestSchema, ErrorInfoSchema } from '#gen/google/rpc/error_details_pb';

export interface Refusal {
  code: Code;
  /** Such as `kreis.kpi`; empty where no server of kreis answered. */
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
 * Whether a call lacked a session: it had no token, or one that is not accepted
 * any more. A refused password or invitation is something else.
 */
export function isWithoutSession(error: unknown): boolean {
  const { code, domain, reason } = refusalOf(error);
  const known = reason === 'UNAUTHENTICATED' || reason === 'TOKEN_EXPIRED';
  return code === Code.Unauthenticated && domain === 'kreis.access' && known;
}

/**
 * Whether the same call may well succeed in a moment: the connection was lost,
 * or the server is busy or away. What a server of kreis refused otherwise stays
 * refused.
 */
export function isPassing(error: unknown): boolean {
  const { code, domain, reason } = refusalOf(error);
  switch (code) {
    case Code.Unavailable:
    case Code.DeadlineExceeded:
      return true;
    case Code.ResourceExhausted:
      return reason !== 'MESSAGE_TOO_LARGE';
    case Code.Unknown:
    case Code.Internal:
    case Code.Canceled:
      // A connection that broke has no answer of ours.
      return domain === '';
    default:
      return false;
  }
}
