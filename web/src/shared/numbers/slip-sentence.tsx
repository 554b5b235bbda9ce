import { Trans } from '@lingui/react/macro';
import { formatNumber, type NumberFormat } from './formats';
import type { Slip } from './slips';

export function SlipSentence({ slip, format }: { slip: Slip; format: NumberFormat }) {
  if (slip.kind === 'neighbour') {
    return <Trans>This looks like the value of “{slip.name}”, one row away. Is it right here?</Trans>;
  }
  const reference = formatNumber(slip.reference, format);
  switch (slip.kind) {
    case 'sign':
      return <Trans>The last value was {reference}. Is the sign right?</Trans>;
    case 'fraction':
      return <Trans>The last value was {reference} %. Is this meant in percent?</Trans>;
    case 'factor': {
      const times = formatNumber(slip.factor > 1 ? slip.factor : Math.round(1 / slip.factor), format);
      return slip.factor > 1 ? (
        <Trans>
          This is about {times} times the last value, {reference}. Is it right?
        </Trans>
      ) : (
        <Trans>
          The last value, {reference}, was about {times} times as much. Is this right?
        </Trans>
      );
    }
  }
}
