// RobotPublications: passes what clients of edges publish to the robot's own server.

import type { ClientChannel } from "../protocol/client_publish.ts";
import { isEqual } from "../protocol/is_equal.ts";
import type { Upstream, UpstreamPublication } from "../relay/mirror/upstream.ts";
import type { EdgeAges } from "./edge_ages.ts";
import { FrameReader, sentTimeOf } from "./frames.ts";

/** A channel of one edge. */
interface EdgePublication {
  readonly channel: ClientChannel;
  readonly publication: UpstreamPublication;
  readonly reader: FrameReader;
}

/** The channels on which clients of all edges publish, by `EDGE.ID`. */
export class RobotPublications {
  readonly #upstream: Upstream;
  readonly #ages: EdgeAges;
  readonly #byKey = new Map<string, EdgePublication>();

  constructor(upstream: Upstream, ages: EdgeAges) {
    this.#upstream = upstream;
    this.#ages = ages;
  }

  /** Replaces the channels. Those that stay are not interrupted. */
  set(channels: ReadonlyMap<string, ClientChannel>): void {
    for (const [key, { channel, publication }] of this.#byKey) {
      if (isEqual(channels.get(key), channel)) continue;
      publication.close();
      this.#byKey.delete(key);
    }
    for (const [key, channel] of channels) {
      if (this.#byKey.has(key)) continue;
      const { id: _, ...init } = channel;
      this.#byKey.set(key, { channel, publication: this.#upstream.advertise(init), reader: new FrameReader() });
    }
  }

  /** Takes a frame of a channel. Frames of unknown channels are dropped: the wishes of their edge were lost. */
  receive(key: string, frame: Uint8Array): void {
    const known = this.#byKey.get(key);
    if (!known) return;
    const sent = sentTimeOf(frame);
    const edge = key.slice(0, key.indexOf("."));
    // Each part: the last one may arrive much later. A message that lacks a part is dropped.
    if (sent && !this.#ages.accepts(edge, sent)) return;
    const whole = known.reader.receive(frame);
    // Copied, because hooks may keep the payload, but the frame belongs to the connection.
    if (whole) known.publication.publish(whole.payload.slice());
  }
}
