// Harness: the HTTP server through which cases call a server driver. It also serves a page and modules to browsers.

import { stripTypeScriptTypes } from "node:module";
import { ServerDriver } from "./server_driver.ts";
import { fromText, toText } from "./text.ts";

const ROOT = new URL("../../", import.meta.url);

/** A page that can import modules, because it has the same origin. */
const BLANK_PAGE = "<!doctype html><title>foxglove-ws</title>";

/** Serves a server driver until it is disposed. */
export class Harness implements AsyncDisposable {
  readonly #driver = new ServerDriver();
  readonly #http: Deno.HttpServer<Deno.NetAddr>;

  constructor() {
    this.#http = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => this.#respond(request));
  }

  /** Such as `http://127.0.0.1:51234`. */
  get origin(): string {
    return `http://127.0.0.1:${this.#http.addr.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#driver.reset();
    await this.#http.shutdown();
  }

  async #respond(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    switch (pathname) {
      case "/":
        return new Response(BLANK_PAGE, { headers: { "content-type": "text/html" } });
      case "/driver":
        return await this.#call(await request.text());
      case "/raw": {
        const { socket, response } = Deno.upgradeWebSocket(request);
        // Set here, because the option of upgradeWebSocket() expects a space after each comma, and ws does not send
        // one.
        response.headers.set("sec-websocket-protocol", "foxglove.websocket.v1");
        this.#driver.acceptRaw(socket);
        return response;
      }
      case "/refused":
        return new Response("no", { status: 400 });
      default:
        return await serveModule(pathname);
    }
  }

  async #call(text: string): Promise<Response> {
    const [name, args] = fromText(text) as [keyof ServerDriver, never[]];
    try {
      const result = await (this.#driver[name] as (...args: never[]) => unknown).call(this.#driver, ...args);
      return new Response(toText(result));
    } catch (error) {
      return new Response(String(error), { status: 500 });
    }
  }
}

/** Serves a file of the project without its types, so that browsers can run it. */
async function serveModule(pathname: string): Promise<Response> {
  if (!pathname.endsWith(".ts")) return new Response("Not found", { status: 404 });
  const source = await Deno.readTextFile(new URL(`.${pathname}`, ROOT));
  return new Response(stripTypeScriptTypes(source), { headers: { "content-type": "text/javascript" } });
}
