/** What periodicities and units are called. */
import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { Periodicity, Unit } from '#gen/kreis/kpi/v1/kpi_pb';

const NONE = msg`unknown`;

export const PERIODICITY_NAMES: Record<Periodicity, MessageDescriptor> = {
  [Periodicity.UNSPECIFIED]: NONE,
  [Periodicity.MONTHLY]: msg`monthly`,
  [Periodicity.QUARTERLY]: msg`quarterly`,
  [Periodicity.YEARLY]: msg`yearly`,
};

export const UNIT_NAMES: Record<Unit, MessageDescriptor> = {
  [Unit.UNSPECIFIED]: NONE,
  [Unit.CHF]: msg`Swiss francs`,
  [Unit.PERCENTAGE]: msg`percent`,
  [Unit.AMOUNT]: msg`amount`,
  [Unit.SCORE]: msg`score`,
};
