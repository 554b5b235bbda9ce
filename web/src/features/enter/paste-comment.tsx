/** The message about a line of a paste, with the possible answers. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { NumberFormat } from '#shared/numbers/formats';
import { SlipSentence } from '#shared/numbers/slip-sentence';
import { type Month, monthName } from '#shared/periods/months';
import { listOf } from '#shared/unsaved/unsent-names';
import { Choice } from './choice';
import { canBeRight, type PasteQuestion, type Plan, type PlannedLine } from './paste-plan';
import classes from './paste-preview.module.css';

interface Props {
  line: PlannedLine;
  /** The month on the screen. */
  month: Month;
  format: NumberFormat;
  onRight: () => void;
  onLeaveOut: () => void;
  /** The answers for a doubtful line at the top. */
  onHeading: () => void;
  onValue: () => void;
  onSum: () => void;
  onThisMonth: () => void;
  onTheseCircles: () => void;
}

export function PasteComment({ line, month, format, ...on }: Props) {
  const { plan } = line;
  const { i18n } = useLingui();
  const shown = monthName(month, i18n.locale);
  switch (plan.kind) {
    case 'new':
      return <Trans>new</Trans>;
    case 'same':
      return <Trans>stays as it is</Trans>;
    case 'over':
      return (
        <span className={classes.over}>
          <Trans>takes the place of what is there</Trans>
        </span>
      );
    case 'skipped':
      return <Skipped why={plan.why} />;
    case 'heading-or-value':
      return (
        <Asked
          actions={
            <>
              <Choice onClick={on.onHeading}>
                <Trans>Heading</Trans>
              </Choice>
              <Choice onClick={on.onValue}>
                {line.text === '' ? <Trans>Blank value</Trans> : <Trans>Value</Trans>}
              </Choice>
            </>
          }
        >
          {line.text === '' ? (
            <Trans>Does this blank line belong to the heading, or is it the first value?</Trans>
          ) : (
            <Trans>Is “{line.text}” the heading of the column, or its first value?</Trans>
          )}
        </Asked>
      );
    case 'other-period':
      return (
        <Asked
          actions={
            <Choice onClick={on.onThisMonth}>
              <Trans>They are for {shown}</Trans>
            </Choice>
          }
        >
          <Trans>
            “{plan.heading}” stands above the values, and the screen shows {shown}. Cancel if they are for
            another month.
          </Trans>
        </Asked>
      );
    case 'not-of-circle':
      return <NotOfCircle {...plan} onTheseCircles={on.onTheseCircles} />;
    case 'question':
      return (
        <Asked
          actions={
            <>
              {canBeRight(plan.question) && (
                <Choice onClick={on.onRight}>
                  <Trans>It is right</Trans>
                </Choice>
              )}
              {plan.question.kind === 'sum' ? (
                <Choice onClick={on.onSum}>
                  <Trans>It is a sum</Trans>
                </Choice>
              ) : (
                <Choice onClick={on.onLeaveOut}>
                  <Trans>Leave out</Trans>
                </Choice>
              )}
            </>
          }
        >
          <Question question={plan.question} line={line} format={format} />
        </Asked>
      );
  }
}

function NotOfCircle({
  heading,
  circles,
  onTheseCircles,
}: {
  heading: string;
  circles: readonly string[];
  onTheseCircles: () => void;
}) {
  const { i18n } = useLingui();
  const names = listOf(circles, i18n);
  return (
    <Asked
      actions={
        <Choice onClick={onTheseCircles}>
          <Trans>They are for {names}</Trans>
        </Choice>
      }
    >
      <Trans>
        “{heading}” stands above the values, and they would go to {names}. Cancel if they are for another
        circle.
      </Trans>
    </Asked>
  );
}

function Question({
  question,
  line,
  format,
}: {
  question: PasteQuestion;
  line: PlannedLine;
  format: NumberFormat;
}) {
  switch (question.kind) {
    case 'slip':
      return <SlipSentence slip={question.slip} format={format} />;
    case 'sum':
      return <Trans>The lines above add up to this. Is it a value of its own?</Trans>;
    case 'limits':
      return <Trans>This lies outside the limits of the KPI.</Trans>;
    case 'ambiguous':
      return <Trans>“{line.text}” can be read in two ways: see above.</Trans>;
    case 'unreadable':
      return <Trans>“{line.text}” is not a number that can be read here.</Trans>;
  }
}

function Skipped({ why }: { why: Extract<Plan, { kind: 'skipped' }>['why'] }) {
  switch (why.kind) {
    case 'heading':
      return <Trans>heading, left out</Trans>;
    case 'sum':
      return <Trans>sum, left out</Trans>;
    case 'blank':
      return <Trans>blank, stays as it is</Trans>;
    case 'unknown':
      return <Trans>Left out: no KPI on this screen is called so. Check the name, or the circle.</Trans>;
    case 'elsewhere':
      return (
        <Trans>
          Left out: it belongs to {why.circle}, which is not shown. Choose all circles to paste it too.
        </Trans>
      );
    case 'other-circle':
      return <Trans>Left out: {why.circle} has no KPI of this name on this screen.</Trans>;
    case 'same-name':
      return <Trans>Left out: several KPIs are called so. Choose the circle first.</Trans>;
    case 'twice':
      return <Trans>Left out: the KPI was pasted more than once. Enter its value by hand.</Trans>;
    case 'no-row':
      return <Trans>Left out: there is no row left for it.</Trans>;
    case 'gone':
      return <Trans>Left out: this KPI is no longer on this screen.</Trans>;
    case 'out':
      return <Trans>left out</Trans>;
  }
}

function Asked({ children, actions }: { children: ReactNode; actions: ReactNode }) {
  return (
    <Group gap="sm">
      <Text size="sm" className={classes.open}>
        {children}
      </Text>
      {actions}
    </Group>
  );
}
