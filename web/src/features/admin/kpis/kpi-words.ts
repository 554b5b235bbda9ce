/** What periodicities and units are called. */
import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { Periodicity, Unit } from '#gen/kreis/kpi/v1/kpi_pb';

export const PERIODICITIES = [Periodicity.MONTHLY, Periodicity.QUARTERLY, Periodicity.YEARLY];
export const UNITS = [Unit.CHF, Unit.AMOUNT, Unit.PERCENTAGE, Unit.SCORE];

export const PERIODICITY_NAMES: Record<Periodicity, MessageDescriptor> = {
  [Periodicity.UNSPECIFIED]: msg`Please choose`,
  [Periodicity.MONTHLY]: msg`Monthly`,
  [Periodicity.QUARTERLY]: msg`Quarterly`,
  [Periodicity.YEARLY]: msg`Yearly`,
};

export const UNIT_NAMES: Record<Unit, MessageDescriptor> = {
  [Unit.UNSPECIFIED]: msg`Please choose`,
  [Unit.CHF]: msg`Swiss francs (CHF)`,
  [Unit.AMOUNT]: msg`Amount`,
  [Unit.PERCENTAGE]: msg`Percentage`,
  [Unit.SCORE]: msg`Score`,
};

/** The chosen option of a list, which forms know as text. */
export function chosen<Option extends number>(options: readonly Option[], text: string): Option | undefined {
  return options.find((option) => String(option) === text);
}
