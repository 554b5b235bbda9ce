/** The messages of an empty overview, with the next thing to do. */
import { Trans } from '@lingui/react/macro';
import { Anchor, Button, Group, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';

interface Props {
  title: ReactNode;
  children: ReactNode;
}

function Empty({ title, children }: Props) {
  return (
    <Stack align="flex-start" gap="xs" py="lg">
      <Title order={2} size="h4">
        {title}
      </Title>
      {children}
    </Stack>
  );
}

export function NoCircles({ gatekeeper }: { gatekeeper: boolean }) {
  return (
    <Empty title={<Trans>There are no circles yet</Trans>}>
      {gatekeeper ? (
        <>
          <Text>
            <Trans>Create a circle first, then define its KPIs.</Trans>
          </Text>
          <Group>
            <Anchor component={Link} to="/admin/circles">
              <Trans>Create a circle</Trans>
            </Anchor>
            <Anchor component={Link} to="/admin/kpis/new">
              <Trans>Create a KPI</Trans>
            </Anchor>
          </Group>
        </>
      ) : (
        <Text>
          <Trans>Ask your gatekeeper to create your circle.</Trans>
        </Text>
      )}
    </Empty>
  );
}

export function UnknownCircle({ onShowAll }: { onShowAll: () => void }) {
  return (
    <Empty title={<Trans>This circle does not exist</Trans>}>
      <Text>
        <Trans>The address may be mistyped, or the circle was deleted.</Trans>
      </Text>
      <Button variant="default" onClick={onShowAll}>
        <Trans>Show all circles</Trans>
      </Button>
    </Empty>
  );
}

export function NothingFound({ words, onClear }: { words: string; onClear: () => void }) {
  return (
    <Empty
      title={
        words === '' ? (
          <Trans>No KPI here is in this state</Trans>
        ) : (
          <Trans>No KPI here is called “{words}”</Trans>
        )
      }
    >
      <Text>
        <Trans>Try fewer words, or choose more circles.</Trans>
      </Text>
      <Button variant="default" onClick={onClear}>
        {words === '' ? <Trans>Show all states</Trans> : <Trans>Clear the search</Trans>}
      </Button>
    </Empty>
  );
}
