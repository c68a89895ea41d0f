// Harness: the HTTP side of a robot: what cases call, and pages and modules for those that run in a browser.

import { stripTypeScriptTypes } from "node:module";
import { Robot } from "./robot.ts";
import { fromText, toText } from "./text.ts";

const ROOT = new URL("../../", import.meta.url);

/** A page on which modules can be imported, of the same origin as they are. */
const BLANK_PAGE = "<!doctype html><title>foxglove-ws</title>";

/** Serves a robot until it is disposed of. */
export class Harness implements AsyncDisposable {
  readonly #robot = new Robot();
  readonly #http: Deno.HttpServer<Deno.NetAddr>;

  constructor() {
    this.#http = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => this.#answer(request));
  }

  /** Such as `http://127.0.0.1:51234`. */
  get origin(): string {
    return `http://127.0.0.1:${this.#http.addr.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#robot.reset();
    await this.#http.shutdown();
  }

  async #answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    switch (pathname) {
      case "/":
        return new Response(BLANK_PAGE, { headers: { "content-type": "text/html" } });
      case "/robot":
        return await this.#call(await request.text());
      case "/raw": {
        const { socket, response } = Deno.upgradeWebSocket(request);
        // Set here, for the option of upgradeWebSocket() expects a space behind each comma, and ws sends none.
        response.headers.set("sec-websocket-protocol", "foxglove.websocket.v1");
        this.#robot.acceptRaw(socket);
        return response;
      }
      case "/refused":
        return new Response("no", { status: 400 });
      default:
        return await module(pathname);
    }
  }

  async #call(text: string): Promise<Response> {
    const [name, args] = fromText(text) as [keyof Robot, never[]];
    try {
      const result = await (this.#robot[name] as (...args: never[]) => unknown).call(this.#robot, ...args);
      return new Response(toText(result));
    } catch (error) {
      return new Response(String(error), { status: 500 });
    }
  }
}

/** A file of the project as browsers take it. */
async function module(pathname: string): Promise<Response> {
  if (!pathname.endsWith(".ts")) return new Response("Not found", { status: 404 });
  const source = await Deno.readTextFile(new URL(`.${pathname}`, ROOT));
  return new Response(stripTypeScriptTypes(source), { headers: { "content-type": "text/javascript" } });
}
