// EdgePublications: the channels on which clients of an edge publish.

import type { ClientChannel } from "../protocol/client_publish.ts";
import type { ClientChannelId } from "../protocol/ids.ts";
import type { PublicationInit, UpstreamPublication } from "../relay/mirror/upstream.ts";
import type { SentTime } from "./age_filter.ts";
import { writeFrames } from "./frames.ts";
import type { NatsLink } from "./nats_link.ts";

/** What the publications need. */
export interface EdgePublicationsOptions {
  readonly link: NatsLink;
  /** Returns the subject of a channel, or `undefined` while the robot is away. */
  readonly subjectOf: (topic: string, id: number) => string | undefined;
  /** Returns the time of this edge, for headers. */
  readonly sentTime: () => SentTime;
  /** The list has changed. */
  readonly onChange: () => void;
  /** Sends the list now if it has changed, because a robot drops messages of channels that it does not know. */
  readonly announce: () => void;
}

/** Publications stay valid when the connection or the robot restarts. */
export class EdgePublications {
  readonly #options: EdgePublicationsOptions;
  readonly #channels = new Map<number, ClientChannel>();
  #last = 0;

  constructor(options: EdgePublicationsOptions) {
    this.#options = options;
  }

  /** The channels. */
  get list(): ClientChannel[] {
    return [...this.#channels.values()];
  }

  /** Adds a channel. */
  add(init: PublicationInit): UpstreamPublication {
    const { onChange } = this.#options;
    this.#last += 1;
    const id = this.#last;
    this.#channels.set(id, { id: id as ClientChannelId, ...init });
    onChange();
    let sequence = 0;
    return {
      publish: (payload) => {
        sequence = (sequence + 1) >>> 0;
        return this.#publish(init.topic, id, sequence, payload);
      },
      close: () => {
        this.#channels.delete(id);
        onChange();
      },
    };
  }

  #publish(topic: string, id: number, sequence: number, payload: Uint8Array): boolean {
    const { link: { window, maxFrameBytes }, subjectOf, sentTime, announce } = this.#options;
    const subject = subjectOf(topic, id);
    if (subject === undefined || !window.isOpen) return false;
    announce();
    const header = { sequence, timestamp: 0n, ...sentTime() };
    for (const frame of writeFrames(header, payload, maxFrameBytes())) if (!window.send(subject, frame)) return false;
    return true;
  }
}
