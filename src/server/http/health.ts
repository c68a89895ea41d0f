// Health: answers liveness and readiness checks.

import { textResponse } from "./responses.ts";

/** The paths of the health checks. */
export interface HealthPaths {
  /** Liveness: answers 200 while the process responds. Restart the process if there is no answer. Default: no path. */
  live?: string;
  /**
   * Readiness: answers 200 while the server accepts clients. Answers 503 if it closes, is full or cannot listen.
   * Default: no path.
   */
  ready?: string;
}

/** The default of the option `healthPaths`. */
export const HEALTH_PATHS: HealthPaths = { live: "/healthz", ready: "/readyz" };

/** Whether a server accepts clients and, if not, the reason. */
export type Readiness = "ready" | "closing" | "full" | "not listening";

/**
 * Answers a GET or HEAD request for one of these paths. Returns `undefined` for other requests. Answers contain only
 * the state.
 */
export function answerHealth(request: Request, paths: HealthPaths, readiness: Readiness): Response | undefined {
  const { method } = request;
  if (method !== "GET" && method !== "HEAD") return undefined;
  const { pathname } = new URL(request.url);
  if (pathname === paths.live) return report(method, 200, "ok");
  if (pathname === paths.ready) return report(method, readiness === "ready" ? 200 : 503, readiness);
  return undefined;
}

function report(method: "GET" | "HEAD", status: number, text: string): Response {
  const response = textResponse(status, text, { "cache-control": "no-store" });
  return method === "HEAD" ? new Response(null, response) : response;
}
