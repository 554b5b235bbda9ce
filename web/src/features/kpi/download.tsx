/** Hands the KPI's values over as a file, and their chart as a picture. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import type { Kpi, KpiValue } from '#gen/kreis/kpi/v1/kpi_pb';
import type { ChartShape } from './chart-shape';
import { valuesFile } from './values-file';

export function DownloadValues({ kpi, values }: { kpi: Kpi; values: readonly KpiValue[] }) {
  return (
    <Button
      variant="default"
      onClick={() =>
        save(new Blob([valuesFile(kpi, values)], { type: 'text/csv;charset=utf-8' }), `${fileName(kpi)}.csv`)
      }
    >
      <Trans>Download as CSV</Trans>
    </Button>
  );
}

/** `year` is the one that the chart shows, absent where it shows all. */
export function DownloadChart({
  kpi,
  shape,
  year,
}: {
  kpi: Kpi;
  shape: ChartShape;
  year: number | undefined;
}) {
  const { i18n } = useLingui();

  async function download() {
    const { pictureOf } = await import('./picture');
    const name = year === undefined ? fileName(kpi) : `${fileName(kpi)}-${year}`;
    save(await pictureOf(kpi, shape, i18n), `${name}.png`);
  }

  return (
    <Button variant="default" onClick={() => void download()}>
      <Trans>Download as PNG</Trans>
    </Button>
  );
}

function save(file: Blob, name: string) {
  const address = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}

/** Without what file systems refuse. */
function fileName({ circleName, name }: Kpi): string {
  return `${circleName} ${name}`.replaceAll(/[^\p{L}\p{N}]+/gu, '-');
}
