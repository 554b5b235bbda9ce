/** Shows the beginning of a long list, and more of it on request. */
import { Trans } from '@lingui/react/macro';
import { Button, Group, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';

const AT_ONCE = 100;

interface ManyProps<Thing> {
  things: Thing[];
  children: (shown: Thing[]) => ReactNode;
}

export function Many<Thing>({ things, children }: ManyProps<Thing>) {
  const [most, setMost] = useState(AT_ONCE);
  const shown = things.slice(0, most);
  const [count, total] = [shown.length, things.length];
  return (
    <>
      {children(shown)}
      {count < total && (
        <Group mt="md">
          <Button variant="default" onClick={() => setMost(most + AT_ONCE)}>
            <Trans>Show more</Trans>
          </Button>
          <Text className="quiet">
            <Trans>
              {count} of {total}
            </Trans>
          </Text>
        </Group>
      )}
    </>
  );
}
