/** All circles with their economists, and a form to create a circle. */
import { useMutation } from '@connectrpc/connect-query';
import { Trans, useLingui } from '@lingui/react/macro';
import { Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { type Circle, CircleService } from '#gen/kreis/org/v1/circle_service_pb';
import { useCircles } from '#shared/circles/circles';
import { useRequestId } from '#shared/rpc/request-id';
import { useComplaints } from '../forms/complaints';
import { Form } from '../forms/form';
import { useRefresh } from '../forms/refresh';
import { Heading } from '../layout/heading';
import { TextLink } from '../layout/links';
import { Section } from '../layout/section';
import classes from '../lists/list.module.css';
import { LongList } from '../lists/long-list';
import { CIRCLE_FIELD_RULES } from './circle-field-rules';

export function CircleList() {
  const circles = useCircles();
  return (
    <>
      <Heading>
        <Trans>Circles</Trans>
      </Heading>
      <Stack gap="lg">
        {circles === undefined ? (
          <Skeleton h={240} />
        ) : (
          <LongList items={circles}>{(visible) => <CircleTable circles={visible} />}</LongList>
        )}
        <Section title={<Trans>Create a circle</Trans>}>
          <CreateForm />
        </Section>
      </Stack>
    </>
  );
}

function CircleTable({ circles }: { circles: Circle[] }) {
  const { t } = useLingui();
  if (circles.length === 0) {
    return (
      <Text>
        <Trans>There is no circle yet. Create the first one.</Trans>
      </Text>
    );
  }
  return (
    <table className={`${classes.table} ${classes.wide}`}>
      <thead>
        <tr>
          <th scope="col">{t`Name`}</th>
          <th scope="col">{t`Economists`}</th>
        </tr>
      </thead>
      <tbody>
        {circles.map(({ id, name, members }) => (
          <tr key={id}>
            <td className={classes.name}>
              <TextLink to="/admin/circles/$circleId" params={{ circleId: id }} fw={600}>
                {name}
              </TextLink>
            </td>
            <td data-label={t`Economists`} className={classes.person}>
              {members.map(({ displayName }) => displayName).join(', ') || '–'}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function CreateForm() {
  const navigate = useNavigate();
  const requestIdOf = useRequestId();
  const refresh = useRefresh();
  const create = useMutation(CircleService.method.createCircle, {
    onSuccess: ({ circle }) => {
      refresh();
      // The circle is saved, but the form still counts as pending: its page guard would ask.
      void navigate({
        to: '/admin/circles/$circleId',
        params: { circleId: circle?.id ?? '' },
        ignoreBlocker: true,
      });
    },
  });
  const complaints = useComplaints(create.error, CIRCLE_FIELD_RULES);
  return (
    <Form
      action={<Trans>Create</Trans>}
      pending={create.isPending}
      complaints={complaints}
      onSubmit={(fields) => {
        const circle = { name: fields.text('name') };
        create.mutate({ ...circle, requestId: requestIdOf(circle) });
      }}
    >
      <TextInput
        name="name"
        label={<Trans>Name of the circle</Trans>}
        error={complaints.fields.name}
        autoComplete="off"
        maw={420}
      />
    </Form>
  );
}
