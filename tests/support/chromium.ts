// Chromium: drives a headless browser and its pages through the DevTools protocol.
//
// npm's playwright-core does the same, but it requires all permissions.

import { once, within } from "./events.ts";
import { lines } from "./program.ts";

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

interface DevToolsMessage {
  id?: number;
  result?: Record<string, unknown>;
  error?: { message: string };
  method?: string;
  sessionId?: string;
}

/** A running browser. Disposal closes it and deletes its files. */
export class Chromium implements AsyncDisposable {
  readonly #process: BrowserProcess;
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number | string, PromiseWithResolvers<Record<string, unknown>>>();
  #lastId = 0;

  /** Starts the program at `path`. */
  static async launch(path: string): Promise<Chromium> {
    const process = new BrowserProcess(path);
    try {
      const socket = new WebSocket(await within(process.debuggerUrl(), "Chromium to start"));
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
    socket.onmessage = ({ data }) => this.#receive(JSON.parse(data));
    socket.onclose = () => {
      for (const { reject } of this.#waiting.values()) reject(new Error("Cannot control Chromium: it has exited"));
      this.#waiting.clear();
    };
  }

  /** Opens a page, and waits until it has loaded. */
  async open(url: string): Promise<Page> {
    const { targetId } = await this.command("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await this.command("Target.attachToTarget", { targetId, flatten: true });
    const page = new Page(this, sessionId as string);
    await page.command("Page.enable");
    await page.navigate(url);
    return page;
  }

  /** Sends a DevTools command, and waits for its result. */
  command(method: string, params: object = {}, sessionId?: string): Promise<Record<string, unknown>> {
    const id = ++this.#lastId;
    this.#socket.send(JSON.stringify({ id, method, params, sessionId }));
    return this.#wait(id);
  }

  /** Waits for the next event of a page. */
  event(method: string, sessionId: string): Promise<Record<string, unknown>> {
    return this.#wait(`${sessionId} ${method}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#socket.readyState === WebSocket.OPEN) {
      const closed = once(this.#socket, "close");
      this.#socket.send(JSON.stringify({ id: 0, method: "Browser.close" }));
      await closed;
    }
    await this.#process[Symbol.asyncDispose]();
  }

  #wait(key: number | string): Promise<Record<string, unknown>> {
    const waiting = Promise.withResolvers<Record<string, unknown>>();
    this.#waiting.set(key, waiting);
    return waiting.promise;
  }

  #receive({ id, method, sessionId, result = {}, error }: DevToolsMessage): void {
    const key = id ?? `${sessionId} ${method}`;
    const waiting = this.#waiting.get(key);
    this.#waiting.delete(key);
    if (error) waiting?.reject(new Error(`Cannot control Chromium: ${error.message}`));
    else waiting?.resolve(result);
  }
}

/** A page of the browser. */
export class Page {
  readonly #browser: Chromium;
  readonly #sessionId: string;

  constructor(browser: Chromium, sessionId: string) {
    this.#browser = browser;
    this.#sessionId = sessionId;
  }

  /** Sends a DevTools command to this page. */
  command(method: string, params: object = {}): Promise<Record<string, unknown>> {
    return this.#browser.command(method, params, this.#sessionId);
  }

  /** Goes to a URL, and waits until it has loaded. */
  async navigate(url: string): Promise<void> {
    await this.#load("Page.navigate", { url });
  }

  /** Loads the page again, and waits until it has loaded. */
  async reload(): Promise<void> {
    await this.#load("Page.reload");
  }

  /** Returns the value of an expression, or the value of its promise. The value must be JSON. */
  async evaluate<T>(expression: string): Promise<T> {
    const response = await this.command("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
    const { result, exceptionDetails } = response as {
      result: { value: T };
      exceptionDetails?: { text: string; exception?: { description?: string } };
    };
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  /** Waits until an expression is true, for at most `limitMs`. The page checks it once a frame. */
  async until(expression: string, limitMs?: number): Promise<void> {
    const check = `const check = () => ${expression} ? resolve() : requestAnimationFrame(check); check();`;
    await within(this.evaluate(`new Promise((resolve) => { ${check} })`), expression, limitMs);
  }

  /** An expression that runs while a page is replaced fails, or reads the old page. */
  async #load(method: string, params: object = {}): Promise<void> {
    const loaded = this.#browser.event("Page.loadEventFired", this.#sessionId);
    await this.command(method, params);
    await within(loaded, "the page to load");
  }
}

/** The process of the browser, and the folder with its files. */
class BrowserProcess implements AsyncDisposable {
  readonly #folder = Deno.makeTempDirSync();
  readonly #child: Deno.ChildProcess;
  readonly #stderr: AsyncIterator<string>;

  constructor(path: string) {
    const args = [...FLAGS, `--user-data-dir=${this.#folder}`];
    this.#child = new Deno.Command(path, { args, stdin: "null", stdout: "null", stderr: "piped" }).spawn();
    this.#stderr = lines(this.#child.stderr);
  }

  /** Returns the DevTools URL, which Chromium prints when it starts. */
  async debuggerUrl(): Promise<string> {
    const output: string[] = [];
    while (true) {
      const { done, value } = await this.#stderr.next();
      if (done) throw new Error(`Cannot start Chromium: it exited with the output "${output.join("\n")}"`);
      const url = /^DevTools listening on (ws:.*)$/.exec(value)?.[1];
      if (url) return url;
      output.push(value);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill();
    } catch {
      // The process has already exited.
    }
    // Waits until Chromium's child processes have also closed stderr, because they could still write into the folder.
    while (!(await this.#stderr.next()).done);
    await this.#child.status;
    await Deno.remove(this.#folder, { recursive: true });
  }
}
