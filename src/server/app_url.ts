// appUrl(): links that open an app with a connection to the server.

/** Options of `FoxgloveServer.appUrl()`. */
export interface AppUrlOptions {
  /** The app to open. */
  app: "foxglove" | "lichtblick";
  /**
   * The address of the app, such as `http://localhost:8080` for a Lichtblick of your own. Required for Lichtblick.
   * Default for Foxglove: `https://app.foxglove.dev/~/view`.
   */
  base?: string | URL;
  /**
   * The address of the server for the app. Required if the server listens on a Unix socket. Default:
   * `FoxgloveServer.url`, which only works on the same machine.
   */
  url?: string | URL;
  /** The id of a saved layout. Default: the layout that the app last showed. */
  layoutId?: string;
  /**
   * Whether the link opens the desktop app.
   *
   * @default {"web"}
   */
  openIn?: "web" | "desktop";
}

const FOXGLOVE = "https://app.foxglove.dev/~/view";
const CANNOT = "Cannot make a link";

/**
 * Returns a link that opens an app. `serverUrl`: the address of the server if `url` is absent.
 *
 * @throws {TypeError} If an option is missing or has the wrong value.
 */
export function appUrlFrom(serverUrl: string | undefined, options: AppUrlOptions): string {
  if (typeof options !== "object" || options === null) {
    throw new TypeError(`${CANNOT}: "app" is missing, use { app: "foxglove" }`);
  }
  const { app, base = app === "foxglove" ? FOXGLOVE : undefined, url = serverUrl, layoutId, openIn = "web" } = options;
  if (app !== "foxglove" && app !== "lichtblick") throw new TypeError(`${CANNOT}: unknown app "${app}"`);
  if (base === undefined) throw new TypeError(`${CANNOT}: Lichtblick has no public address, so "base" is required`);
  if (options.url === undefined && serverUrl?.startsWith("ws+unix:")) {
    throw new TypeError(`${CANNOT}: apps cannot connect to a Unix socket, so "url" is required`);
  }
  if (url === undefined) throw new TypeError(`${CANNOT}: the server does not listen, so "url" is required`);
  if (openIn !== "web" && openIn !== "desktop") throw new TypeError(`${CANNOT}: unknown openIn "${openIn}"`);
  const parameters: [name: string, value: string][] = [["ds", "foxglove-websocket"], ["ds.url", `${url}`]];
  if (layoutId !== undefined) parameters.push(["layoutId", layoutId]);
  if (openIn === "desktop") parameters.push(["openIn", "desktop"]);
  const link = parseBase(base);
  for (const [name, value] of parameters) link.searchParams.set(name, value);
  return link.href;
}

function parseBase(base: string | URL): URL {
  try {
    return new URL(base);
  } catch (cause) {
    throw new TypeError(`${CANNOT}: "${base}" is not a URL`, { cause });
  }
}
