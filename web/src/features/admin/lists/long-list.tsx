/** Shows the beginning of a long list, and more of it on request. */
import { Trans } from '@lingui/react/macro';
import { Button, Group, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';

const STEP = 100;

interface LongListProps<Item> {
  items: Item[];
  children: (visible: Item[]) => ReactNode;
}

export function LongList<Item>({ items, children }: LongListProps<Item>) {
  const [visibleCount, setVisibleCount] = useState(STEP);
  const visible = items.slice(0, visibleCount);
  const [count, total] = [visible.length, items.length];
  return (
    <>
      {children(visible)}
      {count < total && (
        <Group mt="md">
          <Button variant="default" onClick={() => setVisibleCount(visibleCount + STEP)}>
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
