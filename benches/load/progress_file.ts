// ProgressFile: tells a server that cannot see its own queue how far its clients are.

import type { LoadConnection } from "./load_connection.ts";

/**
 * Holds the number of the message that the slowest of some clients waits for, as a little-endian uint64, for the server to map into
 * its memory. A client that has no message at all came late, and is not waited for.
 */
export class ProgressFile implements Disposable {
  readonly #file: Deno.FsFile;
  readonly #clients: LoadConnection[] = [];
  readonly #bytes = new Uint8Array(8);
  readonly #view = new DataView(this.#bytes.buffer);
  #written = -1;

  /** The file must exist. */
  constructor(path: string) {
    this.#file = Deno.openSync(path, { write: true });
  }

  /** Takes heed of a client, from its first message on. */
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
