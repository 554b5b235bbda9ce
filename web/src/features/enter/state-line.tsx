/** The state of the month: entered values, open questions, and unsaved input. */
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Text } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import { listOf } from '#shared/unsaved/unsent-names';
import { type Cell, isBlank, isMarked, isUnsaved, needsAnswer } from './cell';
import classes from './grid.module.css';
import type { Row } from './rows';
import type { Sheet } from './sheet';
import { useTakesLong } from './takes-long';

interface Props {
  sheet: Sheet;
  all: readonly Row[];
  /** The rows of the chosen circle, or all rows. */
  shown: readonly Row[];
  /** Where a paste waits to be checked; nothing of it is entered yet. */
  pasteWaits: 'here' | 'elsewhere' | false;
}

export function StateLine({ sheet, all, shown, pasteWaits }: Props) {
  const { i18n } = useLingui();
  useSyncExternalStore(sheet.watch, () => sheet.version);
  const cells = shown.map(({ kpi }) => sheet.cell(kpi.id));
  const total = cells.length;
  const entered = cells.filter(({ value }) => !isBlank(value) || isMarked(value)).length;
  const asked = cells.filter(needsAnswer).length;
  const unsaved = cells.filter((cell) => isUnsaved(cell) && !needsAnswer(cell)).length;
  const elsewhere = all.filter((row) => !shown.includes(row) && isLeft(sheet.cell(row.kpi.id)));
  const names = listOf(
    elsewhere.map(({ kpi }) => kpi.name),
    i18n,
  );
  const isComplete =
    entered === total && asked === 0 && unsaved === 0 && elsewhere.length === 0 && pasteWaits === false;
  const slow = useTakesLong(oldestCall(cells));
  return (
    <>
      <Text role="status" span>
        {isComplete ? (
          <span>
            <Plural value={total} one="The value is in. Thank you!" other="All # values are in. Thank you!" />
          </span>
        ) : (
          <span>
            <Plural
              value={total}
              one={`${entered} of # value is in.`}
              other={`${entered} of # values are in.`}
            />
          </span>
        )}
        {asked > 0 && (
          <span className={classes.part}>
            <Trans>{asked} please check.</Trans>
          </span>
        )}
        {pasteWaits === 'here' && (
          <span className={classes.part}>
            <Trans>A paste waits to be checked.</Trans>
          </span>
        )}
        {pasteWaits === 'elsewhere' && (
          <span className={classes.part}>
            <Trans>A paste waits to be checked: choose the circle that was shown before.</Trans>
          </span>
        )}
        {elsewhere.length > 0 && (
          <span className={classes.part}>
            <Trans>Open in other circles: {names}.</Trans>
          </span>
        )}
      </Text>
      {/* Outside the live region, because it changes with the first key in a cell. */}
      {unsaved > 0 && (
        <Text span className={classes.part}>
          <Trans>{unsaved} not saved yet.</Trans>
        </Text>
      )}
      <Text role="status" className={classes.attention}>
        {slow && <Trans>The server takes longer than usual. What you entered is kept.</Trans>}
      </Text>
    </>
  );
}

/** Whether the cell is not saved, and no request is in progress that may save it. */
function isLeft(cell: Cell): boolean {
  return isUnsaved(cell) && cell.state.kind !== 'saving';
}

/** When the oldest request in progress began; absent if there is none. */
function oldestCall(cells: readonly Cell[]): number | undefined {
  const since = cells.flatMap(({ state }) => (state.kind === 'saving' ? [state.since] : []));
  return since.length === 0 ? undefined : Math.min(...since);
}
