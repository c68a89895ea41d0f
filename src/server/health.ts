// Health: answers for those who watch over the process.

import { textResponse } from "./handshake.ts";

/** Paths at which a server tells how it is. */
export interface HealthPaths {
  /** Answers 200 as long as the process works at all: what gets no answer is to be started again. Default: nowhere. */
  live?: string;
  /** Readiness: answers 200 while the server accepts clients. Answers 503 if it closes, is full or cannot listen. Default: nowhere. */
  ready?: string;
}

/** Where a server tells how it is, unless it is told otherwise. */
export const HEALTH_PATHS: HealthPaths = { live: "/healthz", ready: "/readyz" };

/** Whether a server takes clients. */
export type Readiness = "ready" | "closing" | "full" | "not listening";

/** Answers a GET or a HEAD of one of these paths; `undefined`: it is none of them. Nothing is told but the state itself. */
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
