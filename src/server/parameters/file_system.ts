// Files: the functions of node:fs, node:path and node:url that parameter files use. Deno, Node and Bun have them.

import { builtinModule } from "../../platform.ts";

/** The part of a `FileHandle` of `node:fs/promises` that is used. */
export interface FileHandle {
  writeFile(text: string): Promise<void>;
  chmod(mode: number): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** The part of `node:fs` that is used. */
export interface FileSystem {
  closeSync(descriptor: number): void;
  openSync(path: string, flags: string): number;
  readFileSync(path: string): Uint8Array<ArrayBuffer>;
  readlinkSync(path: string): string;
  realpathSync(path: string): string;
  renameSync(from: string, to: string): void;
  rmSync(path: string): void;
  statSync(path: string): { isDirectory(): boolean; isFile(): boolean };
  promises: {
    open(path: string, flags: string, mode?: number): Promise<FileHandle>;
    rename(from: string, to: string): Promise<void>;
    rm(path: string, options: { force: boolean }): Promise<void>;
    stat(path: string): Promise<{ readonly mode: number }>;
  };
}

/** The functions for files and their paths. */
export interface Files {
  fs: FileSystem;
  path: { dirname(path: string): string; resolve(...paths: string[]): string };
  url: { fileURLToPath(url: URL): string };
}

/**
 * Returns the file functions of the platform. They are not imported, because a server without a parameter file must
 * also run on platforms without `node:` modules.
 *
 * @throws {TypeError} If the platform does not have them.
 */
export function platformFiles(): Files {
  const files = { fs: builtinModule("node:fs"), path: builtinModule("node:path"), url: builtinModule("node:url") };
  if (!files.fs || !files.path || !files.url) {
    throw new TypeError("Cannot use a parameter file: this platform has no node:fs");
  }
  return files as Files;
}

/** Whether a file operation failed because the file does not exist. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && (error as { code?: unknown }).code === "ENOENT";
}
