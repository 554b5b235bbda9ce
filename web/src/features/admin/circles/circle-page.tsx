/** One circle: its economists, its name, and a way to delete a circle that was created by mistake. */
import { useMutation, useQuery } from '@connectrpc/connect-query';
import { Trans } from '@lingui/react/macro';
import { Skeleton, Stack, TextInput } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { type Circle, CircleService } from '#gen/kreis/org/v1/circle_service_pb';
import { withSortedMembers } from '#shared/circles/circles';
import { useComplaints } from '../forms/complaints';
import { Form } from '../forms/form';
import { useRefresh } from '../forms/refresh';
import { type Seen, useSeen } from '../forms/seen';
import { Heading } from '../layout/heading';
import { TextLink } from '../layout/links';
import { Section } from '../layout/section';
import { CIRCLE_FIELD_RULES } from './circle-field-rules';
import { Deleting } from './deleting';
import { Members } from './members';

export function CirclePage() {
  const { circleId } = useParams({ from: '/frame/admin/circles/$circleId' });
  const { data, refetch } = useQuery(CircleService.method.getCircle, { circleId });
  if (data?.circle === undefined) return <Skeleton h={320} />;
  const read = async () => (await refetch()).data?.circle;
  return <Parts key={circleId} newest={data.circle} read={read} />;
}

interface PartsProps {
  newest: Circle;
  read: () => Promise<Circle | undefined>;
}

function Parts({ newest, read }: PartsProps) {
  const seen = useSeen(newest, read);
  return (
    <>
      <Heading
        above={
          <TextLink to="/admin/circles" size="sm">
            <Trans>All circles</Trans>
          </TextLink>
        }
      >
        {seen.thing.name}
      </Heading>
      <Stack>
        <Section title={<Trans>Economists</Trans>}>
          <Members circle={withSortedMembers(newest)} />
        </Section>
        <Section title={<Trans>Name</Trans>}>
          <RenameForm key={seen.round} seen={seen} />
        </Section>
        <Section title={<Trans>Delete</Trans>}>
          <Deleting circle={newest} etag={seen.thing.etag} />
        </Section>
      </Stack>
    </>
  );
}

function RenameForm({ seen }: { seen: Seen<Circle> }) {
  const refresh = useRefresh();
  const update = useMutation(CircleService.method.updateCircle, {
    onSuccess: ({ circle }) => {
      if (circle !== undefined) seen.see(circle);
      refresh();
    },
  });
  const complaints = useComplaints(update.error, CIRCLE_FIELD_RULES);
  const { id, name, etag } = seen.thing;
  return (
    <Form
      action={<Trans>Rename</Trans>}
      pending={update.isPending}
      complaints={complaints}
      done={update.isSuccess && <Trans>Saved.</Trans>}
      onSubmit={(fields) => update.mutate({ circleId: id, name: fields.text('name'), etag })}
      onShowNewest={seen.showNewest}
    >
      <TextInput
        name="name"
        label={<Trans>Name of the circle</Trans>}
        defaultValue={name}
        error={complaints.fields.name}
        autoComplete="off"
        maw={420}
      />
    </Form>
  );
}
