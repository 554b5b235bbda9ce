/** Runs the measurement, which is TypeScript like the client that it measures. */
import { join } from 'node:path';
import { runnerImport } from 'vite';

const { module } = await runnerImport(join(import.meta.dirname, 'measure.ts'), {
  configFile: false,
  resolve: { tsconfigPaths: true },
});
await module.measure();
