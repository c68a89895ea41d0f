// Nginx: a reverse proxy before a server, configured as in docs/deployment.md.

import { within } from "./events.ts";
import { freePort } from "./free_port.ts";
import { PROJECT } from "./project_files.ts";

const DOCS = new URL("docs/deployment.md", PROJECT);

/** Options of {@linkcode Nginx.start}. */
export interface NginxOptions {
  /** The server, which has no TLS, as the directive `proxy_pass` names it: `127.0.0.1:8765` or `unix:/run/ws.sock:`. */
  upstream: string;
  /** Clients then connect with TLS. Both are PEM text. */
  certificate?: { cert: string; key: string };
}

/** A running nginx on 127.0.0.1. The server is at the path `/robot/`. Disposal ends the process. */
export class Nginx implements AsyncDisposable {
  readonly port: number;
  readonly #folder: string;
  readonly #process: Deno.ChildProcess;
  readonly #stderr: Promise<string>;
  readonly #ended: Promise<void>;
  #hasEnded = false;

  /** Starts the program at `path`, and waits until it listens. */
  static async start(path: string, options: NginxOptions): Promise<Nginx> {
    const folder = await Deno.makeTempDir({ prefix: "nginx_" });
    const port = freePort();
    if (options.certificate) {
      await Deno.writeTextFile(`${folder}/cert.pem`, options.certificate.cert);
      await Deno.writeTextFile(`${folder}/key.pem`, options.certificate.key);
    }
    await Deno.writeTextFile(`${folder}/nginx.conf`, await configFor(folder, port, options));
    const nginx = new Nginx(path, folder, port);
    try {
      await within(nginx.#listening(), "nginx");
    } catch (error) {
      await nginx[Symbol.asyncDispose]();
      throw new Error(`nginx said "${await nginx.#stderr}"`, { cause: error });
    }
    return nginx;
  }

  private constructor(path: string, folder: string, port: number) {
    this.port = port;
    this.#folder = folder;
    this.#process = new Deno.Command(path, {
      args: ["-p", folder, "-e", "stderr", "-c", `${folder}/nginx.conf`],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    this.#stderr = this.#process.stderr.text();
    this.#ended = this.#process.status.then(() => void (this.#hasEnded = true));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#hasEnded) this.#process.kill("SIGTERM");
    await Promise.all([this.#ended, this.#stderr]);
    await Deno.remove(this.#folder, { recursive: true });
  }

  async #listening(): Promise<void> {
    for (;;) {
      if (this.#hasEnded) throw new Error("It has ended");
      try {
        (await Deno.connect({ hostname: "127.0.0.1", port: this.port })).close();
        return;
      } catch (error) {
        if (!(error instanceof Deno.errors.ConnectionRefused)) throw error;
      }
    }
  }
}

/** Returns the recommended configuration of the docs, with this port, server and files. */
async function configFor(folder: string, port: number, { upstream, certificate }: NginxOptions): Promise<string> {
  const [, recommended] = /^```nginx\n(.*?)^```$/ms.exec(await Deno.readTextFile(DOCS)) ?? [];
  if (recommended === undefined) throw new Error("docs/deployment.md shows no nginx configuration");
  const adapted = recommended
    .replace("listen 443 ssl;", `listen 127.0.0.1:${port}${certificate ? " ssl" : ""};`)
    .replace("robot.example.com;", "localhost;")
    .replace("/etc/ssl/robot.example.com.crt", `${folder}/cert.pem`)
    .replace("/etc/ssl/robot.example.com.key", `${folder}/key.pem`)
    .replace("127.0.0.1:8765", upstream);
  const temporaryFolders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((each) =>
    `${each}_temp_path ${folder};`
  );
  return [
    // A single process, which ends at a signal.
    `daemon off; master_process off; pid ${folder}/nginx.pid; events {}`,
    `http { access_log off; ${temporaryFolders.join(" ")}`,
    certificate ? adapted : adapted.replaceAll(/^ *ssl_certificate.*$/gm, ""),
    "}",
  ].join("\n");
}
