// StatusPageOptions: where the status page is, and the addresses of what belongs to it.

import { kindOf } from "../../protocol/bytes.ts";

/** Options of the status page. */
export interface StatusPageOptions {
  /**
   * The path of the page, such as `"/status"`. The statistics are at `/status/api/stats` and the metrics at
   * `/status/metrics`.
   *
   * @default {"/"}
   */
  path?: string;
}

/** What a request asks for: the page, its address without the slash at the end, or its data. */
export type StatusRoute = "page" | "redirect" | "stats" | "metrics";

const CANNOT = 'Cannot create a server: "statusPage"';

/**
 * Returns the path of the page without a slash at its end, so `""` for `"/"`. Returns `undefined` if the server must
 * never have a page.
 *
 * @throws {TypeError} If the option is not valid.
 */
export function statusBaseFrom(option: false | StatusPageOptions = {}): string | undefined {
  if (option === false) return undefined;
  if (typeof option !== "object" || option === null) {
    throw new TypeError(`${CANNOT} is ${kindOf(option)}, not false or an object such as { path: "/status" }`);
  }
  const { path = "/" } = option;
  if (typeof path !== "string") throw new TypeError(`${CANNOT}: its path is ${kindOf(path)}, not text`);
  if (!path.startsWith("/")) throw new TypeError(`${CANNOT}: its path "${path}" does not begin with "/"`);
  const canonical = URL.parse(path, "http://localhost");
  if (canonical?.href !== `http://localhost${path}` || /[?#]/.test(path)) {
    throw new TypeError(`${CANNOT}: "${path}" is not the path of a URL, such as "/status"`);
  }
  return path.replace(/\/$/, "");
}

/** Returns what a path means below the path of the page; `undefined` if it means nothing. */
export function routeOf(pathname: string, base: string): StatusRoute | undefined {
  switch (pathname) {
    case `${base}/`:
      return "page";
    case base:
      return "redirect";
    case `${base}/api/stats`:
      return "stats";
    case `${base}/metrics`:
      return "metrics";
    default:
      return undefined;
  }
}
