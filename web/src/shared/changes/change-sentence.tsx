/** Says in a sentence what a person did to a KPI or a value, with the old and the new content. */
import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import { Activity, type Change, type DefinitionChange } from '#gen/kreis/kpi/v1/change_log_service_pb';
import { Periodicity, Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { useCircles } from '#shared/circles/circles';
import { PERIODICITIES, PERIODICITY_NAMES, UNIT_NAMES, UNITS } from '#shared/kpis/names';
import { formatNumber, useNumberFormat } from '#shared/numbers/formats';
import { formatValue } from '#shared/numbers/units';
import { OldAndNew } from './old-and-new';
import { ValueChangeSentence } from './value-change-sentence';
import { Who } from './who';

export function ChangeSentence({ change }: { change: Change }) {
  const { detail } = change;
  const who = <Who person={change.changedBy} owner={change.owner} />;
  switch (detail.case) {
    case 'value':
      return <ValueChangeSentence who={who} kpi={change} change={detail.value} />;
    case 'definition':
      return <OfDefinition who={who} kpi={change} change={detail.value} />;
    default:
      return <Trans>{who} changed something that this page does not know yet.</Trans>;
  }
}

interface DefinitionProps {
  who: ReactNode;
  /** The activity, and the unit of the KPI. */
  kpi: Pick<Change, 'activity' | 'kpiUnit'>;
  change: DefinitionChange;
}

function OfDefinition({ who, kpi, change }: DefinitionProps) {
  const { i18n } = useLingui();
  const { activity, kpiUnit } = kpi;
  const { field } = change;
  const year = /^targets\[(\d+)\]$/.exec(field)?.[1] ?? '';
  switch (activity) {
    case Activity.KPI_CREATED:
      return <Trans>{who} created the KPI.</Trans>;
    case Activity.KPI_ACTIVATED:
      return <Trans>{who} activated the KPI.</Trans>;
    case Activity.KPI_DEACTIVATED:
      return <Trans>{who} deactivated the KPI.</Trans>;
    case Activity.TARGET_SET:
      return (
        <>
          <Trans>
            {who} set baseline and target from {year} on:
          </Trans>{' '}
          <Texts change={change} unit={kpiUnit} />
        </>
      );
    case Activity.TARGET_REMOVED:
      return (
        <>
          <Trans>
            {who} removed baseline and target from {year} on:
          </Trans>{' '}
          <Texts change={change} unit={kpiUnit} />
        </>
      );
    default: {
      const known = FIELD_NAMES[field];
      const name = known === undefined ? field : i18n._(known);
      return (
        <>
          <Trans>{who} changed the KPI:</Trans> {name} <Texts change={change} unit={kpiUnit} />
        </>
      );
    }
  }
}

const FIELD_NAMES: Record<string, MessageDescriptor> = {
  circle_id: msg`circle`,
  name: msg`name`,
  description: msg`description`,
  periodicity: msg`periodicity`,
  unit: msg`unit`,
  minimum: msg`minimum`,
  maximum: msg`maximum`,
  steward: msg`whom to ask`,
  on_track_from: msg`on track from`,
  slightly_behind_from: msg`slightly behind from`,
};

/** The log stores an enum value as its name in lower case. */
const WORDS = new Map([
  ...PERIODICITIES.map((value) => [Periodicity[value].toLowerCase(), PERIODICITY_NAMES[value]] as const),
  ...UNITS.map((value) => [Unit[value].toLowerCase(), UNIT_NAMES[value]] as const),
]);

function Texts({ change: { field, oldText, newText }, unit }: { change: DefinitionChange; unit: Unit }) {
  const read = useReader(field, unit);
  return <OldAndNew before={read(oldText)} after={read(newText)} />;
}

/** Returns a function that turns the log's text of a field into text for the reader. */
function useReader(field: string, unit: Unit): (text: string) => string {
  const { i18n, t } = useLingui();
  const format = useNumberFormat();
  const circles = useCircles();
  const number = (text: string) => formatValue(Number(text), unit, format);
  return (text) => {
    if (text === '') return '';
    if (field.startsWith('targets[')) {
      const [initial = '', target = ''] = text.split(' → ').map(number);
      return t`from ${initial} to ${target}`;
    }
    switch (field) {
      case 'circle_id':
        return circles?.find(({ id }) => id === text)?.name ?? `#${text}`;
      case 'minimum':
      case 'maximum':
        return number(text);
      case 'on_track_from':
      case 'slightly_behind_from':
        return formatNumber(Number(text), format);
      case 'periodicity':
      case 'unit': {
        const word = WORDS.get(text);
        return word === undefined ? text : i18n._(word);
      }
      default:
        return text;
    }
  };
}
