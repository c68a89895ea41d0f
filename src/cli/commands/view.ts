// view: shows any server in a browser.

import { listenAddress } from "../announcement.ts";
import { type Command, defineCommand } from "../command.ts";

/** Shows any server in a browser, with the status page. */
export const view: Command = defineCommand({
  name: "view",
  summary: "show a server in a browser, with live values and plots",
  about: "Serves the status page of this package for any server of the protocol, on this machine only. The page " +
    "connects through this command, which adds the token. --json prints {url}.",
  operands: { usage: "[URL]", min: 0, max: 0 },
  hasUrlOperand: true,
  options: {
    port: { type: "number", short: "p", help: "the port of the page; 0 selects a free one (default: 0)" },
  },
  examples: [
    ["view", "shows ws://localhost:8765"],
    ["view robot.local:9000 --port 8080", "shows another server at http://127.0.0.1:8080/"],
  ],
  permissions: ["--allow-net=127.0.0.1"],
  isEndless: () => true,
  async run(invocation) {
    const { options, isJson, output, signal, url, token } = invocation;
    const { port } = listenAddress({ host: undefined, port: options.port ?? 0 });
    // Fails with an explanation if the server cannot be reached. Once the page is open, it reconnects by itself.
    await (await invocation.connect()).close();
    const [{ PageProxy }, { PAGE_CSP, PAGE_HTML }] = await Promise.all([
      import("../view/page_proxy.ts"),
      import("../../server/status/page_html.ts"),
    ]);
    await using proxy = new PageProxy({ html: PAGE_HTML, csp: PAGE_CSP }, { url, token });
    const pageUrl = await proxy.listen(port);
    if (isJson) output.json({ url: pageUrl });
    else {
      output.line(`Open ${output.style("bold", pageUrl)} in a browser`);
      output.line("Press Ctrl-C to stop.");
    }
    const stopped = Promise.withResolvers<void>();
    signal.addEventListener("abort", () => stopped.resolve(), { once: true });
    if (!signal.aborted) await stopped.promise;
  },
});
