/** The words for states, and why there is no statement. */
import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { KpiState, NoStatementReason } from '#gen/kreis/kpi/v1/state_pb';

export const STATE_NAMES: Record<KpiState, MessageDescriptor> = {
  [KpiState.UNSPECIFIED]: msg`no statement`,
  [KpiState.ON_TRACK]: msg`on track`,
  [KpiState.SLIGHTLY_BEHIND]: msg`slightly behind`,
  [KpiState.BEHIND]: msg`behind`,
  [KpiState.NO_STATEMENT]: msg`no statement`,
};

export const REASON_NAMES: Record<NoStatementReason, MessageDescriptor | undefined> = {
  [NoStatementReason.UNSPECIFIED]: undefined,
  [NoStatementReason.NO_VALUE]: msg`no value in the last 13 months`,
  [NoStatementReason.NO_TARGET]: msg`no target`,
  [NoStatementReason.TOO_EARLY]: msg`the target begins later`,
  [NoStatementReason.TARGET_IS_BASELINE]: msg`target and baseline are equal`,
  [NoStatementReason.PERIODS_MISSING]: msg`values of the year are missing`,
};
