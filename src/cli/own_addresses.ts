// ownAddresses(): the addresses of this machine in its networks.

import { networkInterfaces } from "node:os";

/** Node and Bun have no global `Deno`. */
interface DenoGlobal {
  Deno?: { permissions: { querySync(descriptor: { name: "sys"; kind: "networkInterfaces" }): { state: string } } };
}

/** Returns the IPv4 addresses, except those of the loopback. Returns none if the program may not read them. */
export function ownAddresses(): string[] {
  const { Deno: deno } = globalThis as DenoGlobal;
  if (deno && deno.permissions.querySync({ name: "sys", kind: "networkInterfaces" }).state !== "granted") return [];
  return Object.values(networkInterfaces()).flatMap((each) => each ?? [])
    .filter(({ family, address }) => family === "IPv4" && !address.startsWith("127."))
    .map(({ address }) => address);
}
