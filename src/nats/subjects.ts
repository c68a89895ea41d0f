// Subjects: the subjects of one robot. All begin with its prefix.

import { escapeName } from "./escaping.ts";

/** What an edge can request from a robot. */
export type RequestKind = "call" | "get" | "set" | "asset" | "playback";

/**
 * The subjects of one robot. A run is one call of `publishToNats()`. Subjects of data and state contain its id, so that
 * nothing of an earlier run can be mistaken for the current one.
 *
 * | subject                             | contains                                                                |
 * | ----------------------------------- | ----------------------------------------------------------------------- |
 * | `PREFIX.alive`                      | heartbeat of the robot, every second                                    |
 * | `PREFIX.hello`                      | request to a robot, to find out whether there is one                    |
 * | `PREFIX.want`                       | wishes of an edge, every two seconds and when they change               |
 * | `PREFIX.refresh.RUN`                | an edge lacks state: the robot puts all of it again                     |
 * | `PREFIX.d.TOPIC.RUN.ID`             | messages of the channel with this id                                    |
 * | `PREFIX.e.RUN.KIND`                 | events that are not kept: time, statuses without an id                  |
 * | `PREFIX.s.RUN.KIND.NAME….PART`      | state, in a stream that keeps the last message of each subject          |
 * | `PREFIX.r.KIND.NAME.RUN`            | requests: `NAME` is the service, or `=`                                 |
 * | `PREFIX.re.EDGE.…`                  | responses, and state for one edge                                       |
 * | `PREFIX.pub.TOPIC.RUN.EDGE.ID`      | what clients of an edge publish                                         |
 */
export class Subjects {
  readonly prefix: string;
  readonly alive: string;
  readonly hello: string;
  readonly want: string;
  /** All state of all runs. */
  readonly allState: string;
  /** The name of the stream with the state. */
  readonly stream: string;

  /**
   * @param prefix Words of ASCII letters, digits, `-` and `_`, separated by dots.
   * @throws {TypeError} If the prefix has another form. `cannot` is the beginning of the text.
   */
  constructor(cannot: string, prefix: string) {
    if (typeof prefix !== "string" || !/^[\w-]+(\.[\w-]+)*$/.test(prefix) || prefix.length > MAX_PREFIX) {
      throw new TypeError(
        `${cannot}: the prefix "${prefix}" must consist of letters, digits, "-" and "_", in words separated by dots`,
      );
    }
    this.prefix = prefix;
    this.alive = `${prefix}.alive`;
    this.hello = `${prefix}.hello`;
    this.want = `${prefix}.want`;
    this.allState = `${prefix}.s.>`;
    // Names of streams cannot contain dots.
    this.stream = `foxglove_${prefix.replaceAll(".", "=")}`;
  }

  /** The messages of a channel, or `undefined` if its topic is too long. */
  data(topic: string, run: string, channelId: number): string | undefined {
    const token = escapeName(topic);
    return token && `${this.prefix}.d.${token}.${run}.${channelId}`;
  }

  refresh(run: string): string {
    return `${this.prefix}.refresh.${run}`;
  }

  event(run: string, kind: string): string {
    return `${this.prefix}.e.${run}.${kind}`;
  }

  /** Begins the subjects of all state of a run. */
  statePrefix(run: string): string {
    return `${this.prefix}.s.${run}.`;
  }

  /** The state of a run. */
  stateOf(run: string): string {
    return `${this.statePrefix(run)}>`;
  }

  /** A request, or `undefined` if the name of the service is too long. */
  request(kind: RequestKind, name: string, run: string): string | undefined {
    const token = escapeName(name);
    return token && `${this.prefix}.r.${kind}.${token}.${run}`;
  }

  /** The requests of all kinds to one run. */
  requestsTo(run: string): string {
    return `${this.prefix}.r.*.*.${run}`;
  }

  /** The kind of a request to this robot. */
  kindOf(requestSubject: string): string | undefined {
    return requestSubject.slice(this.prefix.length).split(".")[2];
  }

  reply(edge: string, name: string): string {
    return `${this.prefix}.re.${edge}.${name}`;
  }

  /** The edge that gets a response. */
  edgeOf(replySubject: string): string {
    return replySubject.slice(this.prefix.length).split(".")[2] ?? "";
  }

  /** What a client of an edge publishes, or `undefined` if the topic is too long. */
  publish(topic: string, run: string, edge: string, id: number): string | undefined {
    const token = escapeName(topic);
    return token && `${this.prefix}.pub.${token}.${run}.${edge}.${id}`;
  }

  /** What clients of all edges publish to one run. */
  publishesTo(run: string): string {
    return `${this.prefix}.pub.*.${run}.*.*`;
  }

  /** Returns which channel of which edge a message belongs to, as `EDGE.ID`. */
  publicationOf(publishSubject: string): string {
    return publishSubject.split(".").slice(-2).join(".");
  }
}

const MAX_PREFIX = 200;

/** Returns a random id for a run or an edge, as one token. */
export function randomToken(): string {
  return crypto.randomUUID().replaceAll("-", "").slice(0, 16);
}
