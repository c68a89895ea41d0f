// Checks that a release tag matches the package, before `deno task publish` publishes it.

import config from "../deno.json" with { type: "json" };
import { isScope } from "./set_scope.ts";

/** Returns why the package cannot be published under this tag, or `undefined` if it can. */
export function explainRefusal(tag: string | undefined, name: string, version: string): string | undefined {
  const [scope = ""] = name.split("/");
  if (!isScope(scope)) return `Cannot publish: the scope "${scope}" is a placeholder, see "deno task set-scope"`;
  if (tag === undefined) return 'Cannot publish: GITHUB_REF_NAME does not name a tag such as "v1.2.3"';
  if (tag !== `v${version}`) return `Cannot publish: the tag is "${tag}", the version in deno.json is "${version}"`;
  return undefined;
}

if (import.meta.main) {
  const refusal = explainRefusal(Deno.env.get("GITHUB_REF_NAME"), config.name, config.version);
  if (refusal !== undefined) {
    console.error(refusal);
    Deno.exitCode = 1;
  }
}
