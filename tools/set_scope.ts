// Replaces the placeholder scope of the package in all files that git tracks: `deno task set-scope @name`.

/** The name of the package without its scope. */
const PACKAGE = "foxglove-ws";
/** Assembled at run time, so that this program does not replace it in its own source. */
const PLACEHOLDER = `@x/${PACKAGE}`;
/** Does not match inside a longer name or an e-mail address. */
const PLACEHOLDERS = new RegExp(`(?<![\\w@.-])${PLACEHOLDER}(?![\\w-])`, "g");
const ROOT = `${import.meta.dirname}/..`;

/** Returns whether JSR allows this scope: 2 to 20 lower-case letters, digits and single hyphens between them. */
export function isScope(text: string): boolean {
  return /^@(?=.{2,20}$)[a-z0-9]+(-[a-z0-9]+)*$/.test(text);
}

/** Replaces the placeholder, but not in longer names that contain it. */
export function withScope(text: string, scope: string): string {
  return text.replaceAll(PLACEHOLDERS, `${scope}/${PACKAGE}`);
}

if (import.meta.main) {
  const scope = Deno.args.join(" ");
  const { name }: { name: string } = JSON.parse(await Deno.readTextFile(`${ROOT}/deno.json`));
  const refusal = explainRefusal(scope, name);
  if (refusal === undefined) {
    await setScope(scope);
  } else {
    console.error(refusal);
    Deno.exitCode = 1;
  }
}

/** Returns why the package with this name cannot get this scope, or `undefined` if it can. */
function explainRefusal(scope: string, name: string): string | undefined {
  if (!isScope(scope)) {
    return `Cannot set the scope "${scope}": a scope is @ and 2 to 20 lower-case letters, digits and single hyphens`;
  }
  const isFree = name === PLACEHOLDER || name === `${scope}/${PACKAGE}`;
  return isFree ? undefined : `Cannot set the scope "${scope}": the package is already "${name}"`;
}

async function setScope(scope: string): Promise<void> {
  const changed: string[] = [];
  for (const path of await trackedFiles()) {
    if (await replaceIn(path, scope)) changed.push(path);
  }
  if (changed.length === 0) return console.log(`Nothing to change: all files name "${scope}/${PACKAGE}"`);
  console.log(changed.join("\n"));
  // A longer scope can make lines too long.
  await run(Deno.execPath(), "fmt", "--quiet", ...changed.filter((path) => /\.(md|[jt]s|json|ya?ml|html)$/.test(path)));
  console.log(`Changed ${changed.length} files to "${scope}/${PACKAGE}", and formatted them with "deno fmt"`);
}

async function trackedFiles(): Promise<string[]> {
  return (await run("git", "ls-files", "-z")).split("\0").filter((path) => path !== "");
}

async function replaceIn(path: string, scope: string): Promise<boolean> {
  const file = `${ROOT}/${path}`;
  const text = await textOf(file);
  const replaced = text && withScope(text, scope);
  if (replaced === undefined || replaced === text) return false;
  await Deno.writeTextFile(file, replaced);
  return true;
}

/** Returns `undefined` if the file is not UTF-8 text, or was deleted but not committed. */
async function textOf(file: string): Promise<string | undefined> {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(await Deno.readFile(file));
  } catch (error) {
    if (error instanceof TypeError || error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

async function run(program: string, ...args: string[]): Promise<string> {
  const command = new Deno.Command(program, { args, cwd: ROOT, stderr: "inherit" });
  const { success, code, stdout } = await command.output();
  if (!success) throw new Error(`Cannot set the scope: "${program} ${args[0]}" exited with code ${code}`);
  return new TextDecoder().decode(stdout);
}
