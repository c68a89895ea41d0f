// Prometheus: scrapes a server, configured as in docs/monitoring.md.

import { delay } from "@std/async/delay";
import { within } from "./events.ts";
import { freePort } from "./free_port.ts";
import { PROJECT } from "./project_files.ts";

const DOCS = new URL("docs/monitoring.md", PROJECT);
/** Its first scrape comes 5 s after its start, and later on a busy machine. */
const FIRST_SCRAPE_MS = 30_000;
const PAUSE_MS = 200;

/** Options of {@linkcode Prometheus.start}. */
export interface PrometheusOptions {
  /** The server, such as `127.0.0.1:8765`. */
  target: string;
  /** The token of the server. Default: the server needs none. */
  token?: string;
}

/** A running Prometheus. Disposal ends the process. */
export class Prometheus implements AsyncDisposable {
  readonly #port: number;
  readonly #folder: string;
  readonly #process: Deno.ChildProcess;
  readonly #stderr: Promise<string>;

  /** Starts the program at `path`. */
  static async start(path: string, options: PrometheusOptions): Promise<Prometheus> {
    const folder = await Deno.makeTempDir({ prefix: "prometheus_" });
    await Deno.writeTextFile(`${folder}/prometheus.yml`, await configFor(options));
    return new Prometheus(path, folder, freePort());
  }

  private constructor(path: string, folder: string, port: number) {
    this.#port = port;
    this.#folder = folder;
    this.#process = new Deno.Command(path, {
      args: [
        `--config.file=${folder}/prometheus.yml`,
        `--storage.tsdb.path=${folder}/data`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    this.#stderr = this.#process.stderr.text();
  }

  /** Waits until a query has a result. Returns its values by their labels, as JSON without the name of the job. */
  async query(query: string): Promise<Map<string, number>> {
    return await within(this.#resultOf(query), `a result of "${query}"`, FIRST_SCRAPE_MS);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill("SIGTERM");
    await Promise.all([this.#process.status, this.#stderr]);
    await Deno.remove(this.#folder, { recursive: true });
  }

  async #resultOf(query: string): Promise<Map<string, number>> {
    for (;;) {
      const result = await this.#ask(query);
      if (result.length > 0) {
        return new Map(result.map(({ metric, value }) => [withoutTarget(metric), Number(value[1])]));
      }
      await delay(PAUSE_MS);
    }
  }

  /** Returns the current result of a query. It is empty before the first scrape. */
  async #ask(query: string): Promise<QueryResult> {
    let response: Response;
    try {
      response = await fetch(`http://127.0.0.1:${this.#port}/api/v1/query?query=${encodeURIComponent(query)}`);
    } catch {
      return []; // It does not listen yet.
    }
    const text = await response.text();
    if (response.status === 503) return [];
    if (!response.ok) throw new Error(`Prometheus answered with ${response.status}: ${text}`);
    return JSON.parse(text).data.result;
  }
}

/** The samples that a query finds. A value is a time in seconds and a number as text. */
type QueryResult = readonly { metric: Record<string, string>; value: [number, string] }[];

/** Returns labels as JSON, without those that Prometheus adds. */
function withoutTarget({ job: _job, instance: _instance, __name__: _name, ...labels }: Record<string, string>): string {
  return JSON.stringify(labels);
}

/** Returns the configuration of the docs, for this server. */
async function configFor({ target, token }: PrometheusOptions): Promise<string> {
  const [, recommended] = /^```yaml\n(scrape_configs:.*?)^```$/ms.exec(await Deno.readTextFile(DOCS)) ?? [];
  if (recommended === undefined) throw new Error("docs/monitoring.md shows no configuration of Prometheus");
  const adapted = recommended.replace("robot.local:8765", target).replace(
    /scrape_interval: \w+/,
    "scrape_interval: 1s",
  );
  if (token !== undefined) return adapted.replace(/credentials: .*/, `credentials: ${token}`);
  return adapted.replace(/^ *authorization:\n.*\n/m, "");
}
