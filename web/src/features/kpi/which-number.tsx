/** The two numbers that an ambiguous text can mean, to choose from. */
import { Group } from '@mantine/core';
import type { Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { formatNumber, type NumberFormat } from '#shared/numbers/formats';
import { formatValue } from '#shared/numbers/units';
import type { Written } from '#shared/numbers/written';
import { Choice } from '#shared/screens/choice';

interface Props {
  values: readonly number[];
  /** The ambiguous text. */
  text: string;
  unit: Unit;
  format: NumberFormat;
  onChoose: (number: Written) => void;
}

export function WhichNumber({ values, text, unit, format, onChoose }: Props) {
  return (
    <Group gap="xs">
      {values.map((number) => (
        <Choice
          key={number}
          about={text}
          size="compact-md"
          onClick={() => onChoose({ text: formatNumber(number, format), format })}
        >
          {formatValue(number, unit, format)}
        </Choice>
      ))}
    </Group>
  );
}
