// ParameterTable: the values of a store's parameters. Applies changes by the program and by clients.

import { parseExactly, stringifyExactly } from "../../protocol/json_numbers.ts";
import { kindOf } from "../../protocol/bytes.ts";
import { isObject } from "../../protocol/json_object.ts";
import type { ParameterValue } from "../../protocol/parameter_values.ts";
import type { Parameter } from "../../protocol/parameters.ts";
import type { ClientInfo } from "../client_info.ts";
import { ChangeQueue } from "./change_queue.ts";
import { type AnyCallback, ParameterCallbacks } from "./parameter_callbacks.ts";
import { ParameterFile } from "./parameter_file.ts";
import type {
  DefinedParameter,
  ParameterOwner,
  ParameterStoreParts,
  ParameterWrite,
  RefusedParameter,
} from "./parameter_owner.ts";
import { misfitText, reasonOf, refusalText } from "./misfit_text.ts";
import { ParameterRule } from "./parameter_rule.ts";
import type { ParameterCallback, ParameterChange } from "./parameter_store.ts";
import { Misfit, sameValue } from "./value_shape.ts";

/** A parameter and its value. */
interface Entry {
  readonly rule: ParameterRule;
  /** Frozen. */
  value: ParameterValue;
}

/** The parameters of one store, without the types of their definitions. */
export class ParameterTable implements ParameterOwner {
  readonly #parts: ParameterStoreParts;
  readonly #entries = new Map<string, Entry>();
  readonly #callbacks: ParameterCallbacks;
  readonly #queues = new Set<ChangeQueue>();
  readonly #file: ParameterFile | undefined;
  #isClosed = false;

  /**
   * Reads each definition once. Then reads the file, if there is one.
   *
   * @throws {TypeError | RangeError} If a definition or the path of the file is not valid.
   */
  constructor(definitions: unknown, parts: ParameterStoreParts, file: string | URL | undefined) {
    if (!isObject(definitions)) {
      throw new TypeError(`Cannot define parameters: the definitions are ${kindOf(definitions)}, not an object`);
    }
    this.#parts = parts;
    for (const name of Object.keys(definitions)) {
      const rule = new ParameterRule(name, definitions[name]);
      this.#entries.set(name, { rule, value: rule.definition.value });
    }
    this.#callbacks = new ParameterCallbacks(parts.calls, parts.failures);
    if (file === undefined) return;
    this.#file = new ParameterFile(file, parts.logger);
    for (const entry of this.#entries.values()) this.#restore(entry, this.#file);
  }

  get file(): string | undefined {
    return this.#file?.path;
  }

  /** The rules of all parameters. */
  get rules(): readonly ParameterRule[] {
    return [...this.#entries.values()].map(({ rule }) => rule);
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  names(): readonly string[] {
    return [...this.#entries.keys()];
  }

  defined(): readonly DefinedParameter[] {
    return this.rules;
  }

  read(names: Iterable<string>): Parameter[] {
    return [...new Set(names)].flatMap((name) => {
      const entry = this.#entries.get(name);
      if (!entry) return [];
      const { rule: { type }, value } = entry;
      return [{ name, value, ...(type !== undefined && { type }) }];
    });
  }

  write(parameters: readonly Parameter[], client: ClientInfo, respond: (result: ParameterWrite) => void): void {
    this.#parts.calls.run(() => {
      const accepted = new Set<string>();
      const refused: RefusedParameter[] = [];
      const changes: ParameterChange[] = [];
      for (const parameter of parameters) {
        const { name } = parameter;
        const checked = this.#checkForClient(parameter);
        if (typeof checked === "string") {
          refused.push({ name, why: refusalText(name, checked) });
        } else {
          accepted.add(name);
          changes.push(...this.#change(checked.entry, checked.value, client));
        }
      }
      respond({ accepted: this.read(accepted), refused });
      this.#report(changes);
    });
  }

  /** Returns the value of a parameter. Throws if it is not defined. */
  get(name: string): ParameterValue {
    return this.#entry(name, "get").value;
  }

  /** Sets a value for the program. Throws if the value is not allowed. */
  set(name: string, value: unknown): void {
    const entry = this.#entry(name, "set");
    const checked = entry.rule.check(value);
    if (checked instanceof Misfit) {
      throw new checked.ErrorClass(misfitText(`Cannot set parameter "${name}"`, checked, value));
    }
    this.#parts.calls.run(() => this.#report(this.#change(entry, checked, "program")));
  }

  /** Adds a callback. Throws if the parameter is not defined. */
  onChange(name: string, callback: AnyCallback): ParameterCallback {
    this.#entry(name, "observe");
    if (typeof callback !== "function") {
      throw new TypeError(`Cannot observe parameter "${name}": the callback is ${kindOf(callback)}, not a function`);
    }
    return this.#callbacks.add(name, callback);
  }

  /** Returns the changes of all parameters from now on. */
  changes(signal: AbortSignal | undefined): ChangeQueue {
    const queue = new ChangeQueue(signal, (ended) => this.#queues.delete(ended));
    if (this.#isClosed) queue.end();
    else this.#queues.add(queue);
    return queue;
  }

  /** Waits until all changes are on the disk. */
  async flush(): Promise<void> {
    await this.#file?.flush();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const queue of [...this.#queues]) queue.end();
    await this.#file?.close();
  }

  #entry(name: string, verb: string): Entry {
    const entry = this.#entries.get(name);
    if (!entry) throw new TypeError(`Cannot ${verb} parameter "${name}": no such parameter`);
    return entry;
  }

  /** Takes over the saved value of a parameter, if it is still allowed. */
  #restore(entry: Entry, file: ParameterFile): void {
    const { name } = entry.rule;
    const text = file.get(name);
    if (text === undefined) return;
    const saved = parseExactly(text);
    const checked = entry.rule.check(saved);
    if (!(checked instanceof Misfit)) {
      entry.value = checked;
      return;
    }
    const cannot = `Cannot use the value of parameter "${name}" in "${file.path}"`;
    this.#parts.logger.warn(`${misfitText(cannot, checked, saved)}; the default is used`);
  }

  /** Returns the checked value that a client sets, or the reason why it may not. */
  #checkForClient({ name, value, type }: Parameter): { entry: Entry; value: ParameterValue } | string {
    const entry = this.#entries.get(name);
    if (!entry) return "no such parameter";
    if (entry.rule.definition.readOnly) return "read-only";
    if (value === undefined) return "cannot be unset";
    const checked = entry.rule.check(value);
    if (checked instanceof Misfit) return reasonOf(checked);
    // The value would be the base64 text of the bytes.
    if (type === "byte_array" && entry.rule.type !== type) return "bytes, not text";
    return { entry, value: checked };
  }

  /** Changes a value. Returns nothing if it is equal. */
  #change(entry: Entry, value: ParameterValue, source: ParameterChange["source"]): ParameterChange[] {
    const { rule: { name }, value: previous } = entry;
    if (sameValue(value, previous)) return [];
    entry.value = value;
    this.#file?.set(name, stringifyExactly(value));
    return [Object.freeze({ name, value, previous, source })];
  }

  /** Reports changes to the clients and to the program. */
  #report(changes: readonly ParameterChange[]): void {
    if (changes.length === 0) return;
    if (!this.#isClosed) this.#parts.push(this.read(changes.map(({ name }) => name)));
    for (const change of changes) {
      for (const queue of this.#queues) queue.push(change);
      this.#callbacks.emit(change);
    }
  }
}
