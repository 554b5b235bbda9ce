/** A button that acts at once, or after a confirmation, and shows a refusal. */
import '@mantine/core/styles/Overlay.css';
import '@mantine/core/styles/ModalBase.css';
import '@mantine/core/styles/Modal.css';
import { useLingui } from '@lingui/react';
import { Trans } from '@lingui/react/macro';
import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { CallId } from '#shared/errors/call-id';
import { type Refusal, refusalOf } from '#shared/errors/refusal';
import { sentenceOf } from '#shared/errors/sentences';

interface ActProps {
  children: ReactNode;
  act: () => Promise<unknown>;
  /** The accessible name, if the text on the button alone is not clear. */
  name?: string;
  size?: 'xs' | 'sm';
  /** Whether this button replaces a button that was pressed: it then takes the focus. */
  focused?: boolean;
}

export function Act({ children, act, name, size = 'sm', focused = false }: ActProps) {
  const { mutate, isPending, error } = useMutation({ mutationFn: act });
  return (
    <Stack gap="xs" align="flex-start">
      <Button
        variant="default"
        size={size}
        loading={isPending}
        onClick={() => mutate()}
        aria-label={name}
        autoFocus={focused}
      >
        {children}
      </Button>
      <Refused error={error} />
    </Stack>
  );
}

interface AskedActProps extends ActProps {
  question: ReactNode;
  /** What the action does, in one sentence. */
  consequence: ReactNode;
  /** Content to show below the sentence about a refusal. */
  details?: (refusal: Refusal) => ReactNode;
}

export function AskedAct({
  children,
  act,
  name,
  size = 'sm',
  focused = false,
  question,
  consequence,
  details,
}: AskedActProps) {
  const [opened, { open, close }] = useDisclosure();
  const { mutate, isPending, error, reset } = useMutation({ mutationFn: act, onSuccess: close });

  function ask() {
    reset();
    open();
  }

  return (
    <>
      <Button variant="default" size={size} onClick={ask} aria-label={name} autoFocus={focused}>
        {children}
      </Button>
      <Modal opened={opened} onClose={close} title={question} withCloseButton={false} centered>
        <Stack>
          <Text>{consequence}</Text>
          <Refused error={error} details={details} />
          <Group justify="flex-end">
            <Button variant="default" onClick={close} data-autofocus>
              <Trans>Cancel</Trans>
            </Button>
            <Button loading={isPending} onClick={() => mutate()}>
              {children}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}

function Refused({ error, details }: { error: unknown; details?: AskedActProps['details'] }) {
  const { i18n } = useLingui();
  if (error === null) return null;
  return (
    <Alert color="red" variant="light" role="alert">
      {sentenceOf(error, i18n)}
      {details?.(refusalOf(error))}
      <CallId error={error} />
    </Alert>
  );
}
