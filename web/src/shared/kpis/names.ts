/** Names of periodicities and units that stand alone, as in selects and labels. */
import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { Periodicity, Unit } from '#gen/kreis/kpi/v1/kpi_pb';

/** In the order of the selects. */
export const PERIODICITIES = [Periodicity.MONTHLY, Periodicity.QUARTERLY, Periodicity.YEARLY];
export const UNITS = [Unit.CHF, Unit.AMOUNT, Unit.PERCENTAGE, Unit.SCORE];

const NONE = msg`Unknown`;

export const PERIODICITY_NAMES: Record<Periodicity, MessageDescriptor> = {
  [Periodicity.UNSPECIFIED]: NONE,
  [Periodicity.MONTHLY]: msg`Monthly`,
  [Periodicity.QUARTERLY]: msg`Quarterly`,
  [Periodicity.YEARLY]: msg`Yearly`,
};

export const UNIT_NAMES: Record<Unit, MessageDescriptor> = {
  [Unit.UNSPECIFIED]: NONE,
  [Unit.CHF]: msg`Swiss francs (CHF)`,
  [Unit.AMOUNT]: msg`Amount`,
  [Unit.PERCENTAGE]: msg`Percentage`,
  [Unit.SCORE]: msg`Score`,
};
