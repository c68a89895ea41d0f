// findStdFile(): where Deno keeps the source of a module of `@std`.

/** A file of `@std`. */
export interface StdFile {
  /** The path in `@std`, such as `cli/parse_args.js`. */
  readonly path: string;
  /** The file on this machine. It is JavaScript or TypeScript. */
  readonly file: string;
}

/** The part of the output of `deno info --json` that is used. */
export interface ModuleInfo {
  readonly modules: readonly { readonly specifier: string; readonly local?: string; readonly error?: string }[];
  readonly redirects?: Readonly<Record<string, string>>;
  readonly npmPackages?: Readonly<Record<string, { readonly localPath?: string }>>;
}

/**
 * Finds the source of a module, which Deno downloads if needed. `specifier`: as an import map names it.
 *
 * @throws {Error} If it cannot be found.
 */
export async function findStdFile(specifier: string): Promise<StdFile> {
  const command = new Deno.Command(Deno.execPath(), { args: ["info", "--json", "--no-config", specifier] });
  const { success, stdout, stderr } = await command.output();
  if (!success) throw new Error(`Cannot find "${specifier}": ${new TextDecoder().decode(stderr).trim()}`);
  return stdFileOf(specifier, JSON.parse(new TextDecoder().decode(stdout)));
}

/** Returns the file of a module, from the output of `deno info`. */
export function stdFileOf(specifier: string, { modules, redirects = {}, npmPackages = {} }: ModuleInfo): StdFile {
  const resolved = redirects[specifier] ?? specifier;
  // npm:/deno-std@1.4.0/cli/parse_args.js
  const [, id = "", inPackage = ""] = /^npm:\/?((?:@[^/]+\/)?[^/]+)\/(.+)$/.exec(resolved) ?? [];
  const { localPath } = npmPackages[id] ?? {};
  if (localPath !== undefined) return { path: inPackage, file: `${localPath}/${inPackage}` };
  // https://jsr.io/@std/cli/1.0.3/parse_args.ts
  const [, name = "", inModule = ""] = /\/@std\/([^/]+)\/[^/]+\/(.+)$/.exec(resolved) ?? [];
  const local = modules.find((each) => each.specifier === resolved)?.local;
  if (local === undefined || inModule === "") throw new Error(`Cannot find "${specifier}": Deno has no file of it`);
  return { path: `${name}/${inModule.replace(/\.ts$/, ".js")}`, file: local };
}
