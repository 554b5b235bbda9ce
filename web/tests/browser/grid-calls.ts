/** The calls by which a page changes values: some are held up, some are lost on either way. */
import { fromBinary } from '@bufbuild/protobuf';
import type { Page, Request, Route } from 'playwright-core';
import {
  CorrectKpiValueRequestSchema,
  RecordKpiValueRequestSchema,
  RetractKpiValueRequestSchema,
} from '#gen/kreis/kpi/v1/kpi_value_service_pb';

export type Fault = 'lost-request' | 'lost-answer' | 'held';

const WRITES = /\/(Record|Correct|Retract)KpiValue$/;
/** A grpc-web message follows one byte of flags and four of its length. */
const HEADER_BYTES = 5;
const HELD_MS = 60;

export class GridCalls {
  /** Ids of changes whose answer has not reached the page. */
  readonly unanswered = new Set<string>();
  /** Happens to the next change. */
  fault: Fault | undefined;
  /** What the page signs its calls with. */
  authorization = '';

  async watch(page: Page): Promise<void> {
    page.on('request', (request) => {
      this.authorization = request.headers().authorization ?? this.authorization;
      if (WRITES.test(request.url())) this.unanswered.add(requestIdOf(request));
    });
    page.on('requestfinished', (request) => {
      if (WRITES.test(request.url())) this.unanswered.delete(requestIdOf(request));
    });
    // A page that is loaded again makes the calls again that it has no answer to.
    page.on('framenavigated', () => this.unanswered.clear());
    await page.route(WRITES, (route) => this.#pass(route));
  }

  async #pass(route: Route): Promise<void> {
    const { fault } = this;
    this.fault = undefined;
    try {
      if (fault === 'lost-answer') await route.fetch();
      if (fault === 'held') await new Promise((resolve) => setTimeout(resolve, HELD_MS));
      if (fault === undefined || fault === 'held') await route.continue();
      else await route.abort('connectionreset');
    } catch {
      // The page was loaded again meanwhile, and the call went with it.
    }
  }
}

function requestIdOf(request: Request): string {
  const bytes = request.postDataBuffer()?.subarray(HEADER_BYTES) ?? new Uint8Array();
  if (request.url().endsWith('/RecordKpiValue'))
    return fromBinary(RecordKpiValueRequestSchema, bytes).requestId;
  if (request.url().endsWith('/CorrectKpiValue'))
    return fromBinary(CorrectKpiValueRequestSchema, bytes).requestId;
  return fromBinary(RetractKpiValueRequestSchema, bytes).requestId;
}
