// AppFindings: what apps would refuse about the server, as far as a client can tell.

import { checkChannels } from "../../app_checks/check_channels.ts";
import { declaredProblems, undeclaredProblems } from "../../app_checks/check_declared.ts";
import { checkServices } from "../../app_checks/check_services.ts";
import { failed, type Finding } from "../../app_checks/finding.ts";
import { type FoxgloveClient, type FoxgloveClientListener, ProtocolError } from "../../client/mod.ts";
import { textOf } from "../../error_text.ts";
import { clip } from "../clip.ts";

/** More channels are not checked, because that would stall the page. */
const MAX_CHANNELS = 2000;
const MAX_ERRORS = 20;
/** How long to wait for the first `time` message of a server that declares `time`, in ms. */
const TIME_WAIT_MS = 5000;

/** Keeps what the server did wrong, and checks what it advertises. */
export class AppFindings {
  readonly #client: FoxgloveClient;
  readonly #errors = new Set<string>();
  #openedAtMs = performance.now();
  #timeMessages = 0;
  #findings: readonly Finding[] = [];
  /** About channels and services. A check of many schemas takes long, so it waits for a change. */
  #offerFindings: readonly Finding[] = [];
  #isOfferStale = true;
  readonly #markStale = () => void (this.#isOfferStale = true);

  /** A listener for the client. */
  readonly listener: FoxgloveClientListener = {
    onServerInfo: this.#markStale,
    onAdvertise: this.#markStale,
    onUnadvertise: this.#markStale,
    onAdvertiseServices: this.#markStale,
    onUnadvertiseServices: this.#markStale,
    onTime: () => void (this.#timeMessages += 1),
    onError: (_client, error) => {
      if (error instanceof ProtocolError && this.#errors.size < MAX_ERRORS) this.#errors.add(clip(textOf(error), 300));
    },
    onConnectionState: (_client, state) => {
      if (state.type !== "open") return;
      this.#errors.clear();
      this.#timeMessages = 0;
      this.#openedAtMs = performance.now();
    },
  };

  constructor(client: FoxgloveClient) {
    this.#client = client;
    client.addListener(this.listener);
  }

  /** The problems that the last check found, errors first. The same array while they stay the same. */
  get problems(): readonly Finding[] {
    return this.#findings;
  }

  /** Checks again. It keeps the last result while there is no connection. */
  check(): void {
    const client = this.#client;
    if (client.state.type !== "open") return;
    const isTimeDue = performance.now() - this.#openedAtMs > TIME_WAIT_MS;
    const facts = {
      client,
      hasParameters: client.parameters.size > 0,
      ...(isTimeDue && { timeMessages: this.#timeMessages }),
    };
    if (this.#isOfferStale) this.#checkOffer();
    const findings = [
      ...[...this.#errors].map((text) => failed("server", text, "correct the message that the server sends")),
      ...declaredProblems(facts),
      ...undeclaredProblems(facts),
      ...this.#offerFindings,
    ].filter(({ level }) => level !== "ok");
    const sorted = findings.toSorted((a, b) => Number(b.level === "error") - Number(a.level === "error"));
    // The panel draws each new list, which drops what the user has selected in it.
    if (!areEqual(sorted, this.#findings)) this.#findings = sorted;
  }

  #checkOffer(): void {
    this.#isOfferStale = false;
    const channels = [...this.#client.channels.values()].slice(0, MAX_CHANNELS);
    this.#offerFindings = [...(channels.length > 0 ? checkChannels(channels) : []), ...checkServices(this.#client)];
  }
}

/** Whether two lists look the same on the page. */
function areEqual(one: readonly Finding[], other: readonly Finding[]): boolean {
  const looksLike = (a: Finding, b: Finding) =>
    a.level === b.level && a.topic === b.topic && a.text === b.text && a.cure === b.cure;
  return one.length === other.length && one.every((finding, index) => looksLike(finding, other[index]!));
}
