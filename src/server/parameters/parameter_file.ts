// ParameterFile: keeps the values of parameters in a JSON file.

import { textOf } from "../../error_text.ts";
import type { Logger } from "../../logger.ts";
import { type Files, platformFiles } from "./file_system.ts";
import { loadParameterFile } from "./load_parameter_file.ts";
import { replaceFile } from "./replace_file.ts";

/**
 * The saved parameters. Changes are written one after the other. Those that are made during a write are written
 * together by the next one.
 */
export class ParameterFile {
  readonly #files: Files;
  readonly #path: string;
  /** The JSON text of each saved value, by name. */
  readonly #members: Map<string, string>;
  readonly #logger: Logger;
  /** Why the file must not be written. */
  readonly #unusable: Error | undefined;
  /** The number of changes, and how many of them are on the disk. */
  #changes = 0;
  #savedChanges = 0;
  #writing: Promise<void> | undefined;
  /** Why the last write failed. */
  #failure: unknown;
  /** The failures that were logged since the last successful write. */
  readonly #loggedFailures = new Set<string>();
  #isClosed = false;

  /**
   * Reads the file.
   *
   * @throws {TypeError} If `file` is not a path or a `file:` URL, or if the platform has no files.
   */
  constructor(file: string | URL, logger: Logger, files: Files = platformFiles()) {
    this.#files = files;
    const { path, members, failure } = loadParameterFile(files, pathOf(files, file), logger);
    this.#path = path;
    this.#members = members;
    this.#unusable = failure;
    this.#logger = logger;
  }

  /** The absolute path of the file. */
  get path(): string {
    return this.#path;
  }

  /** Returns the JSON text of a saved value. */
  get(name: string): string | undefined {
    return this.#members.get(name);
  }

  /** Saves a value, given as JSON text. Starts writing when the currently running code has ended. */
  set(name: string, text: string): void {
    if (this.#unusable || this.#isClosed) return;
    this.#members.set(name, text);
    this.#changes += 1;
    this.#write();
  }

  /** Waits until all changes are on the disk. Rejects if the last write failed. */
  async flush(): Promise<void> {
    if (this.#changes > this.#savedChanges) this.#write();
    await this.#writing;
    const cause = this.#unusable ?? this.#failure;
    if (cause !== undefined) throw new Error(`${this.#cannotWrite}: ${textOf(cause)}`, { cause });
  }

  /** Ignores all later changes, and waits until the earlier ones are on the disk. Never rejects. */
  async close(): Promise<void> {
    this.#isClosed = true;
    // The failure is logged already.
    await this.flush().catch(() => {});
  }

  get #cannotWrite(): string {
    return `Cannot write parameters to "${this.#path}"`;
  }

  #write(): void {
    this.#writing ??= this.#writeAll().finally(() => this.#writing = undefined);
  }

  async #writeAll(): Promise<void> {
    // Waits for other changes by the currently running code.
    await Promise.resolve();
    while (this.#changes > this.#savedChanges) {
      const changes = this.#changes;
      try {
        await replaceFile(this.#files, this.#path, this.#text());
        this.#savedChanges = changes;
        this.#failure = undefined;
        this.#loggedFailures.clear();
      } catch (error) {
        this.#failed(error);
        // The next change tries again.
        if (changes === this.#changes) return;
      }
    }
  }

  #failed(error: unknown): void {
    this.#failure = error;
    const line = `${this.#cannotWrite}: ${textOf(error)}`;
    if (this.#loggedFailures.has(line)) return;
    this.#loggedFailures.add(line);
    this.#logger.error(line);
  }

  #text(): string {
    const members = [...this.#members].map(([name, text]) => `  ${JSON.stringify(name)}: ${text}`);
    return members.length === 0 ? "{}\n" : `{\n${members.join(",\n")}\n}\n`;
  }
}

function pathOf({ path, url }: Files, file: string | URL): string {
  if (file instanceof URL && file.protocol === "file:") return path.resolve(url.fileURLToPath(file));
  if (typeof file === "string" && file !== "") return path.resolve(file);
  throw new TypeError(`Cannot open a parameter file: "${file}" is not a path or a file: URL`);
}
