/** The id of a failed call. The operator of kreis finds it in the log. */
import { Trans } from '@lingui/react/macro';
import { Text } from '@mantine/core';
import { refusalOf } from './refusal';

export function CallId({ error }: { error: unknown }) {
  const callId = refusalOf(error).metadata.call_id;
  if (callId === undefined) return null;
  return (
    <Text size="sm" className="quiet" style={{ overflowWrap: 'anywhere' }}>
      <Trans>If you ask for help, name this number: {callId}</Trans>
    </Text>
  );
}
