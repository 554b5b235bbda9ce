/** Asks once about a whole pasted column that can be read in two ways. */
import { Trans } from '@lingui/react/macro';
import { Alert, Group, Text } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import type { NumberFormat } from '#shared/numbers/formats';
import { Choice, plainly } from './cell-answer';
import type { Sheet } from './sheet';

export function UnclearPaste({ sheet, format }: { sheet: Sheet; format: NumberFormat }) {
  const count = useSyncExternalStore(sheet.watch, () => sheet.unclear.length);
  const [first] = sheet.unclear;
  if (first === undefined || count < 2) return null;
  return (
    <Alert color="yellow" variant="light" role="alert">
      <Group gap="sm">
        <Text size="sm">
          <Trans>
            {count} pasted values can be read in two ways. What is “{first.text}”, and so all of them?
          </Trans>
        </Text>
        {first.values.map((value) => (
          <Choice key={value} onClick={() => sheet.chooseForAll(first, value)}>
            {plainly(value, format)}
          </Choice>
        ))}
      </Group>
    </Alert>
  );
}
