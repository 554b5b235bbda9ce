/** Offers drafts that are not on the screen: to go on with them, or to discard them. */
import { Trans } from '@lingui/react/macro';
import { Alert, Button, Group, Text } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import { type DraftRecord, keyOf } from './draft-records';

/** What is being saved while a screen is left has its answer by then. */
const SETTLED_MS = 1_000;

interface Props<Draft> {
  records: readonly DraftRecord<Draft>[];
  /** What a record has, in a sentence. */
  sentenceOf: (record: DraftRecord<Draft>) => ReactNode;
  onContinue: (record: DraftRecord<Draft>) => void;
  onDiscard: (record: DraftRecord<Draft>) => void;
}

/** To be given a key for each screen. */
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
