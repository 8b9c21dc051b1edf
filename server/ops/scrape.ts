import type { RequestHandler } from 'express';
import type { Metrics } from './metrics/metrics';

/** GET /metrics, as Prometheus reads it. */
export function showMetrics(metrics: Metrics): RequestHandler {
  return async (_request, response) => {
    const text = await metrics.scrape();
    response.set({ 'content-type': metrics.contentType, 'cache-control': 'no-store' }).send(text);
  };
}
