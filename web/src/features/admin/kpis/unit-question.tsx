/** Asks before a new unit applies to the numbers that a KPI has. */
import '@mantine/core/styles/Overlay.css';
import '@mantine/core/styles/ModalBase.css';
import '@mantine/core/styles/Modal.css';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import type { Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { UNIT_NAMES } from '#shared/kpis/names';
import { useNumberFormat } from '#shared/numbers/formats';
import { formatValue } from '#shared/numbers/units';

interface Props {
  from: Unit;
  /** Absent if there is no question. */
  to: Unit | undefined;
  /** The KPI's numbers, oldest first. */
  numbers: readonly number[];
  onChange: () => void;
  onCancel: () => void;
}

export function UnitQuestion({ from, to, numbers, onChange, onCancel }: Props) {
  const { i18n } = useLingui();
  const format = useNumberFormat();
  const unit = to ?? from;
  const [before, after] = [i18n._(UNIT_NAMES[from]), i18n._(UNIT_NAMES[unit])];
  const newest = numbers.at(-1) ?? 0;
  const [now, then] = [formatValue(newest, from, format), formatValue(newest, unit, format)];
  return (
    <Modal
      opened={to !== undefined}
      onClose={onCancel}
      title={
        <Trans>
          Change the unit from {before} to {after}?
        </Trans>
      }
      withCloseButton={false}
      centered
    >
      <Stack>
        <Text>
          <Plural
            value={numbers.length}
            one="The KPI has # value, and its number stays:"
            other="The KPI has # values, and their numbers stay:"
          />{' '}
          <Trans>
            {now} becomes {then}. The same holds for baselines and targets.
          </Trans>
        </Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel} data-autofocus>
            <Trans>Cancel</Trans>
          </Button>
          <Button onClick={onChange}>
            <Trans>Change the unit</Trans>
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
