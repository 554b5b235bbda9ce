/** Fills one demo before the first test: each file of browser tests begins with a copy of it. */
import type { TestProject } from 'vitest/node';
import { Kreis } from './kreis';

declare module 'vitest' {
  interface ProvidedContext {
    /** The data directory of a demo that does not run. */
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
