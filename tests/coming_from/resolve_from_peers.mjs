// Preloaded by Node: lets a program use the packages of the folder PEERS, as if it were there.

import { registerHooks } from "node:module";
import { env } from "node:process";

const { PEERS } = env;

registerHooks({
  resolve: (specifier, context, next) =>
    next(specifier, context.parentURL?.startsWith(PEERS) ? context : { ...context, parentURL: PEERS }),
});
