import { Trans } from '@lingui/react/macro';
import { formatNumber, type NumberFormat } from './formats';
import type { Slip } from './slips';

interface Props<Kind extends Slip> {
  slip: Kind;
  format: NumberFormat;
}

export function SlipSentence({ slip, format }: Props<Slip>) {
  switch (slip.kind) {
    case 'neighbour':
      return <Trans>This looks like the value of “{slip.name}”, one row away. Is it right here?</Trans>;
    case 'first-negative':
      return <Trans>This KPI has never been negative. Is it right?</Trans>;
    case 'first-decimals':
      return <Trans>This KPI has never had decimals. Is it right?</Trans>;
    case 'swapped': {
      const usual = formatNumber(slip.usual, format);
      return <Trans>This looks like {usual} with two digits swapped. Is it right?</Trans>;
    }
    case 'spaced':
      return <Trans>There is a space in it, as between two numbers. Is it right?</Trans>;
    case 'range':
      return <OutOfRange slip={slip} format={format} />;
    default:
      return <Shifted slip={slip} format={format} />;
  }
}

function OutOfRange({ slip, format }: Props<Extract<Slip, { kind: 'range' }>>) {
  const { count } = slip;
  const least = formatNumber(slip.least, format);
  const greatest = formatNumber(slip.greatest, format);
  if (least === greatest) {
    return (
      <Trans>
        Unusual: {count} other values are all {least}. Is it right?
      </Trans>
    );
  }
  return slip.latest ? (
    <Trans>
      Unusual: the last {count} values lie between {least} and {greatest}. Is it right?
    </Trans>
  ) : (
    <Trans>
      Unusual: {count} other values lie between {least} and {greatest}. Is it right?
    </Trans>
  );
}

function Shifted({ slip, format }: Props<Extract<Slip, { reference: number }>>) {
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
