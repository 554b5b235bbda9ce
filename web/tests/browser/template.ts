/** Fills one demo before the first test. Each browser test file starts with a copy of it. */
import type { TestProject } from 'vitest/node';
import { Kreis } from './kreis';

declare module 'vitest' {
  interface ProvidedContext {
    /** The data directory of a stopped demo. */
    demo: string;
  }
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const kreis = new Kreis({}, ['--demo']);
  await kreis.start();
  await kreis.stop();
  project.provide('demo', kreis.dataDir);
  return () => kreis.remove();
}
