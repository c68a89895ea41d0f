// readWithin(): a file that changes between the checks and the read. Each test changes it at one point, in a real
// folder.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import type { FileReader, OpenFile } from "../../src/platform.ts";
import { readWithin } from "../../src/server/read_within.ts";
import { RefusalError } from "../../src/server/refusal_error.ts";
import { settled } from "../support/conversation.ts";
import { within } from "../support/events.ts";

/** A folder with a mesh, beside a folder with a secret of the same name and size. */
class Folder implements AsyncDisposable {
  readonly #parent: string;
  readonly root: string;
  readonly meshes: string;
  readonly mesh: string;
  readonly secrets: string;
  readonly secret: string;
  /** The number of bytes that were read from opened files. */
  bytesRead = 0;
  /** The number of opened files that are not closed. */
  openFiles = 0;

  constructor(parent: string) {
    this.#parent = parent;
    this.root = `${parent}/arm`;
    this.meshes = `${this.root}/meshes`;
    this.mesh = `${this.meshes}/base.stl`;
    this.secrets = `${parent}/secrets`;
    this.secret = `${this.secrets}/base.stl`;
  }

  static async create(): Promise<Folder> {
    const folder = new Folder(await Deno.realPath(await Deno.makeTempDir({ prefix: "read_within_" })));
    await Deno.mkdir(folder.meshes, { recursive: true });
    await Deno.mkdir(folder.secrets);
    await Deno.writeTextFile(folder.mesh, "a mesh");
    await Deno.writeTextFile(folder.secret, "secret");
    return folder;
  }

  /** Reads the mesh from a file system with these replaced functions. */
  async read(changes: Partial<FileReader> = {}, maxBytes = 100, signal = new AbortController().signal) {
    const { realPath, lstat } = Deno;
    const files: FileReader = { realPath, lstat, open: (path) => Deno.open(path), ...changes };
    const open = async (path: string) => this.#counting(await files.open(path));
    const options = { maxBytes, signal, files: { ...files, open } };
    return new TextDecoder().decode(await readWithin(this.root, ["meshes", "base.stl"], options));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Deno.remove(this.#parent, { recursive: true });
  }

  #counting(file: OpenFile): OpenFile {
    this.openFiles += 1;
    return {
      stat: () => file.stat(),
      read: async (buffer) => {
        const bytesRead = await file.read(buffer);
        this.bytesRead += bytesRead ?? 0;
        return bytesRead;
      },
      close: () => {
        this.openFiles -= 1;
        file.close();
      },
    };
  }
}

/** Opens a file that is changed just before. */
function openAfter(change: () => Promise<unknown>): Partial<FileReader> {
  return { open: async (path) => (await change(), Deno.open(path)) };
}

/** Opens a file that is changed just after. */
function openBefore(change: () => Promise<unknown>): Partial<FileReader> {
  return {
    async open(path) {
      const file = await Deno.open(path);
      await change();
      return file;
    },
  };
}

const ON_UNIX = { ignore: Deno.build.os === "windows" };

const REPLACEMENTS: Readonly<Record<string, (folder: Folder) => Promise<unknown>>> = {
  "a link": async ({ mesh, secret }) => {
    await Deno.remove(mesh);
    await Deno.symlink(secret, mesh);
  },
  "another file": ({ mesh, secret }) => Deno.rename(secret, mesh),
  "a device": async ({ mesh }) => {
    await Deno.remove(mesh);
    await Deno.symlink("/dev/zero", mesh);
  },
  "a folder": async ({ mesh }) => {
    await Deno.remove(mesh);
    await Deno.mkdir(mesh);
  },
  "nothing": ({ mesh }) => Deno.remove(mesh),
  "a file in another folder, by a link on the way": async ({ meshes, root, secrets }) => {
    await Deno.rename(meshes, `${root}/before`);
    await Deno.symlink(secrets, meshes);
  },
};

for (const [what, replace] of Object.entries(REPLACEMENTS)) {
  Deno.test({
    ...ON_UNIX,
    name: `readWithin() reads nothing of a file that is replaced by ${what} after the check`,
    async fn() {
      await using folder = await Folder.create();
      await assertRejects(() => folder.read(openAfter(() => replace(folder))), Error);
      assertEquals([folder.bytesRead, folder.openFiles], [0, 0]);
    },
  });
}

Deno.test({
  ...ON_UNIX,
  name: "readWithin() reads nothing through a folder that is replaced by a link before the check of the file",
  async fn() {
    await using folder = await Folder.create();
    const lstat = async (path: string | URL) => {
      await Deno.rename(folder.meshes, `${folder.root}/before`);
      await Deno.symlink(folder.secrets, folder.meshes);
      return await Deno.lstat(path);
    };
    await assertRejects(() => folder.read({ lstat }), Error, "was replaced while it was opened");
    assertEquals([folder.bytesRead, folder.openFiles], [0, 0]);
  },
});

Deno.test({
  ...ON_UNIX,
  name: "readWithin() without inode numbers reads files, and nothing through a link",
  async fn() {
    await using folder = await Folder.create();
    const lstat = async (path: string | URL) => ({ ...await Deno.lstat(path), ino: null });
    assertEquals(await folder.read({ lstat }), "a mesh");
    folder.bytesRead = 0;
    const replace = REPLACEMENTS["a link"]!;
    await assertRejects(() => folder.read({ lstat, ...openAfter(() => replace(folder)) }), Error);
    assertEquals([folder.bytesRead, folder.openFiles], [0, 0]);
  },
});

Deno.test({
  ...ON_UNIX,
  name: "readWithin() stops waiting for a pipe's writer when its signal aborts, and closes the pipe later",
  async fn() {
    await using folder = await Folder.create();
    const abort = new AbortController();
    const gone = new Error("the client is gone");
    const opening = Promise.withResolvers<Deno.FsFile>();
    const open = async (path: string) => {
      await Deno.remove(path);
      await new Deno.Command("mkfifo", { args: [path] }).output();
      opening.resolve(Deno.open(path));
      abort.abort(gone);
      return await opening.promise;
    };
    const rejection = assertRejects(() => folder.read({ open }, 100, abort.signal));
    assertEquals(await within(rejection, "the rejection"), gone);
    // The writer opens the pipe.
    using _writer = await Deno.open(folder.mesh, { write: true });
    await opening.promise;
    await settled();
    assertEquals([folder.bytesRead, folder.openFiles], [0, 0]);
  },
});

Deno.test("readWithin() reads an unchanged file, and closes it", async () => {
  await using folder = await Folder.create();
  assertEquals(await folder.read(), "a mesh");
  assertEquals([folder.bytesRead, folder.openFiles], [6, 0]);
  assertEquals(await folder.read({}, 6), "a mesh");
  await assertRejects(() => folder.read({}, 5), RefusalError, 'it has 6 bytes, more than "maxAssetBytes" allows (5)');
  assertEquals([folder.bytesRead, folder.openFiles], [12, 0]);
  await Deno.truncate(folder.mesh);
  assertEquals(await folder.read({}, 0), "");
});

for (const [size, maxBytes] of [[7, 7], [50, 50], [50, 1000], [100_000, 100_000]] as const) {
  Deno.test(`readWithin() reads all bytes of a file that grows to ${size} bytes if ${maxBytes} are allowed`, async () => {
    await using folder = await Folder.create();
    const grow = () => Deno.writeTextFile(folder.mesh, "x".repeat(size));
    assertEquals((await folder.read(openBefore(grow), maxBytes)).length, size);
    assertEquals(folder.openFiles, 0);
  });
}

for (const maxBytes of [6, 7, 50, 99_999]) {
  Deno.test(`readWithin() reads at most one byte beyond ${maxBytes} of a file that grows`, async () => {
    await using folder = await Folder.create();
    const grow = () => Deno.writeTextFile(folder.mesh, "x".repeat(200_000));
    await assertRejects(
      () => folder.read(openBefore(grow), maxBytes),
      RefusalError,
      `more than "maxAssetBytes" allows (${maxBytes})`,
    );
    assertEquals([folder.bytesRead, folder.openFiles], [maxBytes + 1, 0]);
  });
}

Deno.test("readWithin() reads the remaining bytes of a file that shrinks", async () => {
  await using folder = await Folder.create();
  assertEquals(await folder.read(openBefore(() => Deno.truncate(folder.mesh, 1))), "a");
});

Deno.test("readWithin() closes the file when its signal aborts", async () => {
  await using folder = await Folder.create();
  const abort = new AbortController();
  const gone = new Error("the client is gone");
  const open = openBefore(() => Promise.resolve(abort.abort(gone)));
  const error = await assertRejects(() => folder.read(open, 100, abort.signal));
  assertEquals(error, gone);
  assertEquals([folder.bytesRead, folder.openFiles], [0, 0]);
});
