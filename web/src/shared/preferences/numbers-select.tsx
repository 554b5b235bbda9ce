/** A select for the number format. Each option shows an example. */
import { Trans } from '@lingui/react/macro';
import { NativeSelect } from '@mantine/core';
import { chooseFormat, FORMATS, formatNumber, useNumberFormat } from '#shared/numbers/formats';

const EXAMPLE = 1_234_567.5;

export function NumbersSelect() {
  const chosen = useNumberFormat();
  return (
    <NativeSelect
      label={<Trans>Numbers</Trans>}
      value={chosen}
      data={FORMATS.map((format) => ({ value: format, label: formatNumber(EXAMPLE, format) }))}
      onChange={({ currentTarget: { value } }) => {
        const format = FORMATS.find((known) => known === value);
        if (format !== undefined) chooseFormat(format);
      }}
    />
  );
}
