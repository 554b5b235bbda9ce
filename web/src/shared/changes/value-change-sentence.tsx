/** Says in a sentence what a person did to a value or its comment, with the old and the new content. */
import { Trans, useLingui } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import { Activity, type Change, type ValueChange } from '#gen/kreis/kpi/v1/change_log_service_pb';
import { useNumberFormat } from '#shared/numbers/formats';
import { formatValue } from '#shared/numbers/units';
import { periodName } from '#shared/periods/names';
import { OldAndNew } from './old-and-new';

interface Props {
  who: ReactNode;
  /** The activity, and the unit and periodicity of the KPI. */
  kpi: Pick<Change, 'activity' | 'kpiUnit' | 'kpiPeriodicity'>;
  change: ValueChange;
}

export function ValueChangeSentence({ who, kpi, change }: Props) {
  const { activity, kpiUnit, kpiPeriodicity } = kpi;
  const { i18n } = useLingui();
  const format = useNumberFormat();
  const { oldValue, newValue, oldComment, comment } = change;
  const period = change.period === undefined ? '' : periodName(change.period, kpiPeriodicity, i18n);
  const show = (value: number | undefined) =>
    value === undefined ? '' : formatValue(value, kpiUnit, format);
  // A correction may keep an earlier comment, perhaps by another person. The sentence does not repeat it.
  const isSaid = comment !== '' && (activity !== Activity.CORRECTED || comment !== oldComment);

  if (activity === Activity.CORRECTED && oldValue === newValue) {
    if (comment === '') {
      return (
        <Trans>
          {who} removed the comment on the value for {period}.
        </Trans>
      );
    }
    return (
      <>
        <Trans>
          {who} commented on the value for {period}:
        </Trans>{' '}
        <Comment text={comment} />
      </>
    );
  }
  return (
    <>
      <Deed who={who} activity={activity} period={period} />{' '}
      {activity !== Activity.NOTHING_TO_REPORT && (
        <OldAndNew before={show(oldValue)} after={show(newValue)} />
      )}
      {isSaid && (
        <>
          {' '}
          <Comment text={comment} />
        </>
      )}
    </>
  );
}

/** The translation sets the quotation marks: the language of the screens may differ from the browser's. */
function Comment({ text }: { text: string }) {
  return <Trans>“{text}”</Trans>;
}

interface DeedProps {
  who: ReactNode;
  activity: Activity;
  period: string;
}

function Deed({ who, activity, period }: DeedProps) {
  switch (activity) {
    case Activity.RECORDED:
      return (
        <Trans>
          {who} recorded the value for {period}:
        </Trans>
      );
    case Activity.CORRECTED:
      return (
        <Trans>
          {who} corrected the value for {period}:
        </Trans>
      );
    case Activity.RETRACTED:
      return (
        <Trans>
          {who} took back the value for {period}:
        </Trans>
      );
    case Activity.NOTHING_TO_REPORT:
      return (
        <Trans>
          {who} said that there is nothing to report for {period}:
        </Trans>
      );
    default:
      return (
        <Trans>
          {who} changed the value for {period}:
        </Trans>
      );
  }
}
