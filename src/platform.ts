// Platform: the functions in which Deno differs from Node and Bun.

/** What is known of a file. */
export interface FileInfo {
  /** Whether it is a regular file. */
  readonly isFile: boolean;
  /** Its size in bytes. */
  readonly size: number;
  /** The number of its device; `null` or 0 if the system has none. */
  readonly dev: number | null;
  /** Its number on the device; `null` or 0 if the system has none. */
  readonly ino: number | null;
}

/** A file that is open for reading. */
export interface OpenFile {
  /** Describes the file. */
  stat(): Promise<FileInfo>;
  /** Reads the next bytes into `buffer`. Returns how many, or `null` at the end of the file. */
  read(buffer: Uint8Array): Promise<number | null>;
  /** Closes the file. */
  close(): void;
}

/** The operations on files that assets need. */
export interface FileReader {
  /** Returns the absolute path without links. */
  realPath(path: string | URL): Promise<string>;
  /** Describes a file without following links. */
  lstat(path: string): Promise<FileInfo>;
  /** Opens a file for reading. */
  open(path: string): Promise<OpenFile>;
}

/** A file that is open for writing. */
export interface OutputFile {
  /** Appends bytes, which must not change before the promise resolves. Returns how many were written. */
  write(bytes: Uint8Array): Promise<number>;
  /** Appends bytes in the calling thread. Returns how many were written. */
  writeSync(bytes: Uint8Array): number;
  /** Waits until all bytes are on the disk. */
  sync(): Promise<void>;
  /** Closes the file. */
  close(): Promise<void>;
}

/** A timer of `setTimeout()`. */
type Timer = ReturnType<typeof setTimeout>;

/** The functions in which the platforms differ. They touch the platform only when they are called. */
export interface Platform {
  /** Whether the system is Windows. */
  readonly isWindows: boolean;
  /** The operations on files. */
  readonly files: FileReader;
  /** Creates a file. If it exists, replaces it if `isReplaced`, otherwise rejects with the code `EEXIST`. */
  createFile(path: string | URL, isReplaced: boolean): Promise<OutputFile>;
  /** Removes a file. */
  removeFile(path: string | URL): Promise<void>;
  /** Reads a whole file. */
  readTextFile(path: string | URL): string;
  /** Formats a value in one line, as `console` does. */
  inspect(value: unknown): string;
  /** Whether a value is an error, and not a proxy of one. */
  isError(value: unknown): boolean;
  /** Lets the process end although the timer runs. */
  unrefTimer(timer: Timer): void;
  /** Calls `handler` for each signal of this name, and keeps no process alive. Returns a function that stops this. */
  onSignal(name: string, handler: () => void): () => void;
  /**
   * Ignores errors that no code catches, and rejections that no code handles, for which `isExpected` returns `true`.
   * Others still end the process. Returns a function that stops this.
   */
  ignoreUncaught(isExpected: (error: unknown) => boolean): () => void;
  /** Ends the process. The default code is the one that the program has set, or 0. */
  exit(code?: number): never;
}

const HAS_DENO = typeof Deno !== "undefined";

/** Whether the platform is Deno. */
export function isDeno(): boolean {
  return HAS_DENO;
}

/** The process of Node. Deno and Bun have it, too. */
interface Process {
  readonly platform: string;
  exit(code?: number): never;
  getBuiltinModule?(name: string): unknown;
  listenerCount(event: string): number;
  on(event: string, listener: (value: unknown) => void): unknown;
  off(event: string, listener: (value: unknown) => void): unknown;
}

/** Returns a module of Node, such as `node:fs`; `undefined` if the platform does not have it. */
export function builtinModule(name: string): unknown {
  return nodeProcess()?.getBuiltinModule?.(name);
}

function nodeProcess(): Process | undefined {
  return (globalThis as { process?: Process }).process;
}

/** The functions of the platform on which this program runs. */
export const PLATFORM: Platform = HAS_DENO ? denoPlatform() : nodePlatform();

function denoPlatform(): Platform {
  return {
    isWindows: Deno.build.os === "windows",
    files: {
      realPath: (path) => Deno.realPath(path),
      lstat: (path) => Deno.lstat(path),
      open: (path) => Deno.open(path),
    },
    createFile: createFileOnDeno,
    removeFile: (path) => Deno.remove(path),
    readTextFile: (path) => Deno.readTextFileSync(path),
    inspect: (value) => Deno.inspect(value, { breakLength: Infinity, compact: true }),
    isError: (value) => Error.isError(value),
    unrefTimer: (timer) => Deno.unrefTimer(timer),
    onSignal(name, handler) {
      const signal = name as Deno.Signal;
      Deno.addSignalListener(signal, handler);
      return () => Deno.removeSignalListener(signal, handler);
    },
    ignoreUncaught(isExpected) {
      const ignore = (event: Event) => {
        const { error, reason } = event as Event & { error?: unknown; reason?: unknown };
        if (isExpected(error ?? reason)) event.preventDefault();
      };
      const types = ["error", "unhandledrejection"];
      for (const type of types) globalThis.addEventListener(type, ignore);
      return () => {
        for (const type of types) globalThis.removeEventListener(type, ignore);
      };
    },
    exit: (code) => Deno.exit(code),
  };
}

async function createFileOnDeno(path: string | URL, isReplaced: boolean): Promise<OutputFile> {
  const file = await Deno.open(path, { write: true, create: isReplaced, createNew: !isReplaced, truncate: isReplaced });
  return {
    write: (bytes) => file.write(bytes),
    writeSync: (bytes) => file.writeSync(bytes),
    sync: () => file.syncData(),
    close: () => Promise.resolve(file.close()),
  };
}

/** The part of `node:fs` that is used. */
interface NodeFiles {
  readonly constants: { readonly O_RDONLY: number; readonly O_NONBLOCK?: number };
  readFileSync(path: string | URL, encoding: "utf8"): string;
  writeSync(fd: number, bytes: Uint8Array): number;
  promises: {
    realpath(path: string | URL): Promise<string>;
    lstat(path: string): Promise<NodeFileInfo>;
    open(path: string | URL, flags: number | string): Promise<NodeFile>;
    unlink(path: string | URL): Promise<void>;
  };
}

interface NodeFileInfo extends Omit<FileInfo, "isFile"> {
  isFile(): boolean;
}

interface NodeFile {
  readonly fd: number;
  stat(): Promise<NodeFileInfo>;
  read(buffer: Uint8Array, offset: number, length: number): Promise<{ bytesRead: number }>;
  write(bytes: Uint8Array): Promise<{ bytesWritten: number }>;
  datasync(): Promise<void>;
  close(): Promise<void>;
}

/** The part of `node:util` that is used. */
interface NodeUtil {
  inspect(value: unknown, options: { breakLength: number; compact: boolean }): string;
  types: { isNativeError(value: unknown): boolean };
}

function nodePlatform(): Platform {
  return {
    isWindows: nodeProcess()?.platform === "win32",
    files: {
      realPath: (path) => nodeFiles().promises.realpath(path),
      lstat: async (path) => infoOf(await nodeFiles().promises.lstat(path)),
      open: openOnNode,
    },
    createFile: createFileOnNode,
    removeFile: (path) => nodeFiles().promises.unlink(path),
    readTextFile: (path) => nodeFiles().readFileSync(path, "utf8"),
    inspect: (value) => required<NodeUtil>("node:util").inspect(value, { breakLength: Infinity, compact: true }),
    // Node has Error.isError() since version 24.
    isError: (value) => Error.isError?.(value) ?? required<NodeUtil>("node:util").types.isNativeError(value),
    // Timers of browsers are numbers.
    unrefTimer: (timer) => (timer as { unref?(): void }).unref?.(),
    onSignal(name, handler) {
      const process = requiredProcess();
      process.on(name, handler);
      return () => void process.off(name, handler);
    },
    ignoreUncaught: ignoreUncaughtOnNode,
    exit: (code) => requiredProcess().exit(code),
  };
}

async function openOnNode(path: string): Promise<OpenFile> {
  const { constants, promises } = nodeFiles();
  // Without O_NONBLOCK, opening a pipe blocks one of the few threads of Node until the pipe has a writer.
  const file = await promises.open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  return {
    stat: async () => infoOf(await file.stat()),
    read: async (buffer) => (await file.read(buffer, 0, buffer.length)).bytesRead || null,
    close: () => void file.close().catch(() => {}),
  };
}

async function createFileOnNode(path: string | URL, isReplaced: boolean): Promise<OutputFile> {
  const { promises, writeSync } = nodeFiles();
  const file = await promises.open(path, isReplaced ? "w" : "wx");
  return {
    write: async (bytes) => (await file.write(bytes)).bytesWritten,
    writeSync: (bytes) => writeSync(file.fd, bytes),
    sync: () => file.datasync(),
    close: () => file.close(),
  };
}

function infoOf(info: NodeFileInfo): FileInfo {
  return { isFile: info.isFile(), size: info.size, dev: info.dev, ino: info.ino };
}

/** The functions that decide which errors are ignored on Node. All share one listener for each event. */
const expectations = new Set<(error: unknown) => boolean>();

const UNCAUGHT_LISTENERS = ["uncaughtException", "unhandledRejection"].map((event) => {
  const listener = (error: unknown) => {
    const process = requiredProcess();
    if ([...expectations].some((isExpected) => isExpected(error))) return;
    // A listener replaces the default, which is to end the process. A listener of the program does so, too.
    if (process.listenerCount(event) > 1) return;
    process.off(event, listener);
    // Thrown here, it would be reported as an error of this listener.
    queueMicrotask(() => {
      throw error;
    });
  };
  return [event, listener] as const;
});

function ignoreUncaughtOnNode(isExpected: (error: unknown) => boolean): () => void {
  const process = requiredProcess();
  const isFirst = expectations.size === 0;
  expectations.add(isExpected);
  if (isFirst) UNCAUGHT_LISTENERS.forEach(([event, listener]) => process.on(event, listener));
  return () => {
    const isLast = expectations.delete(isExpected) && expectations.size === 0;
    if (isLast) UNCAUGHT_LISTENERS.forEach(([event, listener]) => process.off(event, listener));
  };
}

function nodeFiles(): NodeFiles {
  return required<NodeFiles>("node:fs");
}

function required<T>(name: string): T {
  const module = builtinModule(name);
  if (!module) throw new TypeError(`Cannot use ${name}: this platform does not have it`);
  return module as T;
}

function requiredProcess(): Process {
  const process = nodeProcess();
  if (!process) throw new TypeError("Cannot use the process: this platform does not have one");
  return process;
}
