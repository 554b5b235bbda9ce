import { useLingui } from '@lingui/react/macro';
import { Skeleton, Stack } from '@mantine/core';

const ROWS = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth'];

/** A placeholder in the shape of the overview. */
export function Loading() {
  const { t } = useLingui();
  return (
    <Stack gap="md" role="status" aria-label={t`Loading`} py="md">
      <Skeleton h={24} maw={320} />
      {ROWS.map((row) => (
        <Skeleton key={row} h={44} />
      ))}
    </Stack>
  );
}
