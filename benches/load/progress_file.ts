// ProgressFile: reports the progress of clients to a server that cannot see its own queue.

import type { LoadConnection } from "./load_connection.ts";

/**
 * Contains the number of the next message of the slowest client, as a little-endian uint64. The server maps the file
 * into its memory. Clients that have not received any message yet are ignored.
 */
export class ProgressFile implements Disposable {
  readonly #file: Deno.FsFile;
  readonly #clients: LoadConnection[] = [];
  readonly #bytes = new Uint8Array(8);
  readonly #view = new DataView(this.#bytes.buffer);
  #written = -1;

  /** Opens the file, which must exist. */
  constructor(path: string) {
    this.#file = Deno.openSync(path, { write: true });
  }

  /** Adds a client. */
  watch(client: LoadConnection): void {
    this.#clients.push(client);
    client.onWalked = () => this.#update();
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }

  #update(): void {
    let slowest = Infinity;
    for (const { sequence } of this.#clients) if (sequence >= 0) slowest = Math.min(slowest, sequence + 1);
    if (slowest === this.#written || slowest === Infinity) return;
    this.#written = slowest;
    this.#view.setBigUint64(0, BigInt(slowest), true);
    this.#file.seekSync(0, Deno.SeekMode.Start);
    this.#file.writeSync(this.#bytes);
  }
}
