// Permissions: asks Deno whether the program may use an address. Other platforms allow everything.

interface Descriptor {
  name: "net";
  /** `host:port`, with brackets around an IPv6 address. */
  host: string;
}

/** The part of the global `Deno` that is used. */
interface DenoGlobal {
  Deno?: {
    permissions: Record<"querySync" | "requestSync", (descriptor: Descriptor) => { state: string }>;
    errors: { NotCapable: new (message: string) => Error };
  };
}

/**
 * Requires the permission to use an address. Asks the user if the process has a terminal.
 *
 * Deno (2.9) checks it in `listen()` of `node:net`, too: but that error ends the process, because no code can catch it.
 *
 * @param host `host:port`, with brackets around an IPv6 address.
 * @throws {Error} `Deno.errors.NotCapable`, if the program may not use the address.
 */
export function requireNet(host: string): void {
  const { Deno: deno } = globalThis as DenoGlobal;
  if (!deno || deno.permissions.requestSync({ name: "net", host }).state === "granted") return;
  throw new deno.errors.NotCapable(`Requires net access to "${host}", run again with the --allow-net flag`);
}

/** Whether the program may use an address. Never asks the user. */
export function allowsNet(host: string): boolean {
  const { Deno: deno } = globalThis as DenoGlobal;
  return !deno || deno.permissions.querySync({ name: "net", host }).state === "granted";
}
