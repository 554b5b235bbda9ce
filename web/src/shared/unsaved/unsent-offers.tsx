/** Offers to continue or to discard drafts that are not on the screen. */
import { Trans } from '@lingui/react/macro';
import { Alert, Button, Group, Text } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import { type DraftRecord, keyOf } from './draft-records';

/** Saves that were in progress when the person left a screen have their answer by then, in milliseconds. */
const SETTLED_MS = 1_000;

interface Props<Draft> {
  records: readonly DraftRecord<Draft>[];
  /** Describes a record in a sentence. */
  sentenceOf: (record: DraftRecord<Draft>) => ReactNode;
  onContinue: (record: DraftRecord<Draft>) => void;
  onDiscard: (record: DraftRecord<Draft>) => void;
}

/** Needs a `key` per screen: the wait starts again with each screen. */
export function UnsentOffers<Draft>({ records, sentenceOf, onContinue, onDiscard }: Props<Draft>) {
  const [settled, setSettled] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(true), SETTLED_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    settled &&
    records.map((record) => (
      <Alert key={keyOf(record)} color="yellow" variant="light" role="alert" mb="md">
        <Group gap="sm">
          <Text size="sm">{sentenceOf(record)}</Text>
          <Button size="compact-sm" variant="default" onClick={() => onContinue(record)}>
            <Trans>Continue</Trans>
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => onDiscard(record)}>
            <Trans>Discard</Trans>
          </Button>
        </Group>
      </Alert>
    ))
  );
}
