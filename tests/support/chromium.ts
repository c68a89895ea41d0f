// Chromium: a browser without a window, and its pages, steered by the DevTools protocol.
//
// Not by npm's playwright-core, which asks for every permission that there is.

import { MS, once, within } from "./events.ts";
import { lines } from "./program.ts";

/** The first start after the machine's is slow. */
const START_LIMIT_MS = 20_000 * MS;

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-dev-shm-usage",
  "--disable-extensions",
  "--disable-sync",
  "--no-first-run",
  "--remote-debugging-port=0",
];

interface Answer {
  id?: number;
  result?: Record<string, unknown>;
  error?: { message: string };
  method?: string;
  sessionId?: string;
}

/** A running browser; when it goes out of scope it ends, and what it wrote is gone. */
export class Chromium implements AsyncDisposable {
  readonly #process: BrowserProcess;
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number | string, PromiseWithResolvers<Record<string, unknown>>>();
  #lastId = 0;

  /** Starts the program at `path`. */
  static async launch(path: string): Promise<Chromium> {
    const process = new BrowserProcess(path);
    try {
      const socket = new WebSocket(await within(process.debuggerUrl(), "Chromium to start", START_LIMIT_MS));
      await once(socket, "open");
      return new Chromium(process, socket);
    } catch (error) {
      await process[Symbol.asyncDispose]();
      throw error;
    }
  }

  private constructor(process: BrowserProcess, socket: WebSocket) {
    this.#process = process;
    this.#socket = socket;
    socket.onmessage = ({ data }) => this.#hear(JSON.parse(data));
    socket.onclose = () => {
      for (const { reject } of this.#waiting.values()) reject(new Error("Cannot steer Chromium: it has ended"));
      this.#waiting.clear();
    };
  }

  /** Opens a page, and waits until it is there. */
  async open(url: string): Promise<Page> {
    const { targetId } = await this.command("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await this.command("Target.attachToTarget", { targetId, flatten: true });
    const page = new Page(this, sessionId as string);
    await page.command("Page.enable");
    const loaded = this.#wait(`${sessionId} Page.loadEventFired`);
    await page.command("Page.navigate", { url });
    await within(loaded, `${url} to load`);
    return page;
  }

  /** Sends a command of the protocol, and waits for its result. */
  command(method: string, params: object = {}, sessionId?: string): Promise<Record<string, unknown>> {
    const id = ++this.#lastId;
    this.#socket.send(JSON.stringify({ id, method, params, sessionId }));
    return this.#wait(id);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#socket.readyState === WebSocket.OPEN) {
      const closed = once(this.#socket, "close");
      this.#socket.send(JSON.stringify({ id: 0, method: "Browser.close" }));
      await closed;
    }
    await this.#process[Symbol.asyncDispose]();
  }

  #wait(what: number | string): Promise<Record<string, unknown>> {
    const waiting = Promise.withResolvers<Record<string, unknown>>();
    this.#waiting.set(what, waiting);
    return waiting.promise;
  }

  #hear({ id, method, sessionId, result = {}, error }: Answer): void {
    const what = id ?? `${sessionId} ${method}`;
    const waiting = this.#waiting.get(what);
    this.#waiting.delete(what);
    if (error) waiting?.reject(new Error(`Cannot steer Chromium: ${error.message}`));
    else waiting?.resolve(result);
  }
}

/** A page of a browser. */
export class Page {
  readonly #browser: Chromium;
  readonly #sessionId: string;

  constructor(browser: Chromium, sessionId: string) {
    this.#browser = browser;
    this.#sessionId = sessionId;
  }

  /** Sends a command of the protocol to this page. */
  command(method: string, params: object = {}): Promise<Record<string, unknown>> {
    return this.#browser.command(method, params, this.#sessionId);
  }

  /** The value of an expression, or what its promise is fulfilled with; anything that JSON can hold. */
  async evaluate<T>(expression: string): Promise<T> {
    const answer = await this.command("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
    const { result, exceptionDetails } = answer as {
      result: { value: T };
      exceptionDetails?: { text: string; exception?: { description?: string } };
    };
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  /** Waits until an expression holds, which is looked at with each frame. */
  async until(expression: string): Promise<void> {
    const look = `const look = () => ${expression} ? resolve() : requestAnimationFrame(look); look();`;
    await within(this.evaluate(`new Promise((resolve) => { ${look} })`), expression);
  }
}

/** The program, and where it keeps its files. */
class BrowserProcess implements AsyncDisposable {
  readonly #folder = Deno.makeTempDirSync();
  readonly #child: Deno.ChildProcess;
  readonly #stderr: AsyncIterator<string>;

  constructor(path: string) {
    const args = [...FLAGS, `--user-data-dir=${this.#folder}`];
    this.#child = new Deno.Command(path, { args, stdin: "null", stdout: "null", stderr: "piped" }).spawn();
    this.#stderr = lines(this.#child.stderr);
  }

  /** Where it can be steered, which it prints first of all. */
  async debuggerUrl(): Promise<string> {
    const said: string[] = [];
    while (true) {
      const { done, value } = await this.#stderr.next();
      if (done) throw new Error(`Cannot start Chromium: it ended, saying "${said.join("\n")}"`);
      const url = /^DevTools listening on (ws:.*)$/.exec(value)?.[1];
      if (url) return url;
      said.push(value);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill();
    } catch {
      // It has ended already.
    }
    // Until its own children have closed it as well, who would write into the folder again.
    while (!(await this.#stderr.next()).done);
    await this.#child.status;
    await Deno.remove(this.#folder, { recursive: true });
  }
}
