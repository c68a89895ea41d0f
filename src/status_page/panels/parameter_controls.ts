// Control: the elements that show and edit the value of one parameter.

import type { ParameterValue } from "../../client/mod.ts";
import { clip, create } from "../dom.ts";
import type { ParameterRangeJson } from "../../server/status/plain_json.ts";
import { type ParameterControl, parseValue, textOfValue } from "./parameter_value.ts";

/** Longer texts cannot be edited, because long text fields make the page slow. */
const MAX_TEXT = 20_000;
const MAX_ROWS = 12;

/** The elements of a control. */
export interface Control {
  /** What the row contains. */
  readonly elements: readonly HTMLElement[];
  /** The element that the label of the row names. */
  readonly input: HTMLElement & { disabled: boolean };
  /** Whether the user has typed a text that was not sent, or not accepted. */
  readonly isEdited: boolean;
  /** Shows a value, and drops what the user has typed. */
  show(value: ParameterValue): void;
  /** The server has refused the value: keeps the text that the user has typed, or else shows the current value. */
  reject(current: ParameterValue): void;
  /** Enables or disables all elements. */
  setDisabled(isDisabled: boolean): void;
}

/** What happens when the user edits. */
export interface ControlEvents {
  /** The user has chosen a value. `isFinal` is false while a slider moves. */
  readonly onValue: (value: ParameterValue, isFinal: boolean) => void;
  /** The user has typed a text that is not a value. */
  readonly onInvalid: (error: unknown) => void;
  /** The user has pressed Escape: the control shall show the current value again. */
  readonly onRevert: () => void;
}

/** Creates a control. `value` decides how texts are read, and `id` is the one of its `input`. */
export function createControl(
  kind: ParameterControl,
  id: string,
  value: ParameterValue,
  range: ParameterRangeJson,
  events: ControlEvents,
): Control {
  switch (kind) {
    case "switch":
      return createSwitch(id, events);
    case "select":
      return createSelect(id, value, range.oneOf ?? [], events);
    case "slider":
      return createSlider(id, value, range, events);
    default:
      return createField(kind, id, value, range, events);
  }
}

function createSwitch(id: string, { onValue }: ControlEvents): Control {
  const input = create("input", { type: "checkbox", role: "switch", id });
  input.addEventListener("change", () => onValue(input.checked, true));
  return choiceControl(input, (value) => void (input.checked = value === true));
}

/** Returns a control whose value is chosen, not typed. So a refused value disappears at once. */
function choiceControl(
  input: HTMLInputElement | HTMLSelectElement,
  show: (value: ParameterValue) => void,
): Control {
  return {
    elements: [input],
    input,
    isEdited: false,
    show,
    reject: show,
    setDisabled: (isDisabled) => void (input.disabled = isDisabled),
  };
}

function createSelect(
  id: string,
  previous: ParameterValue,
  options: readonly (string | number | boolean)[],
  { onValue }: ControlEvents,
): Control {
  const input = create("select", { id });
  const texts = options.map(String);
  input.append(...texts.map((text) => create("option", {}, clip(text, 100))));
  // A value that is not one of the options appears as one, because the list would show another value as chosen.
  const other = create("option", { hidden: true });
  input.addEventListener("change", () => {
    const text = texts[input.selectedIndex];
    if (text !== undefined) onValue(parseValue("select", text, previous), true);
  });
  return choiceControl(input, (value) => {
    const text = textOfValue(value);
    const index = texts.indexOf(text);
    other.textContent = clip(text, 100);
    if (index < 0) input.append(other);
    else other.remove();
    input.selectedIndex = index < 0 ? texts.length : index;
  });
}

function createSlider(id: string, value: ParameterValue, range: ParameterRangeJson, events: ControlEvents): Control {
  const { min, max, step = "any" } = range;
  const slider = create("input", { type: "range", "aria-labelledby": `${id}-label`, min, max, step });
  let isTyped = false;
  const onValue = (typed: ParameterValue) => {
    isTyped = true;
    events.onValue(typed, true);
  };
  const field = createField("number", id, value, range, { ...events, onValue });
  slider.addEventListener("input", () => {
    isTyped = false;
    field.show(slider.valueAsNumber);
    events.onValue(slider.valueAsNumber, false);
  });
  slider.addEventListener("change", () => events.onValue(slider.valueAsNumber, true));
  return {
    elements: [slider, ...field.elements],
    input: field.input,
    get isEdited() {
      return field.isEdited;
    },
    show(value) {
      slider.value = String(value);
      field.show(value);
    },
    reject(current) {
      slider.value = String(current);
      if (isTyped) field.reject(current);
      else field.show(current);
    },
    setDisabled(isDisabled) {
      slider.disabled = isDisabled;
      field.setDisabled(isDisabled);
    },
  };
}

/** A field for text. It sends its value when the user presses Enter or leaves it; JSON with Ctrl and Enter. */
function createField(
  kind: ParameterControl,
  id: string,
  previous: ParameterValue,
  range: ParameterRangeJson,
  { onValue, onInvalid, onRevert }: ControlEvents,
): Control {
  const isJson = kind === "json";
  const { min, max, step = "any" } = range;
  const limits = kind === "number" ? { type: "number", min, max, step } : {};
  const input = isJson
    ? create("textarea", { id, spellcheck: "false", maxlength: MAX_TEXT })
    : create("input", { type: "text", id, spellcheck: "false", maxlength: MAX_TEXT, ...limits });
  let isEdited = false;
  let isTooLong = false;
  input.addEventListener("input", () => isEdited = true);
  input.addEventListener("change", () => {
    try {
      const value = parseValue(kind, input.value, previous);
      // What is typed from now on must not be replaced by the response.
      isEdited = false;
      onValue(value, true);
    } catch (error) {
      onInvalid(error);
    }
  });
  input.addEventListener("keydown", (event) => {
    const { key, ctrlKey, metaKey } = event as KeyboardEvent;
    if (key === "Escape") onRevert();
    // A blur makes the browser fire "change".
    else if (isJson && key === "Enter" && (ctrlKey || metaKey)) {
      input.blur();
      input.focus();
    }
  });
  return {
    elements: [input],
    input,
    get isEdited() {
      return isEdited;
    },
    show(value) {
      isEdited = false;
      const text = textOfValue(value);
      isTooLong = text.length > MAX_TEXT;
      if (input.value !== text) input.value = clip(text, MAX_TEXT);
      if (input instanceof HTMLTextAreaElement) input.rows = Math.min(MAX_ROWS, text.split("\n", MAX_ROWS).length);
      if (isTooLong) input.disabled = true;
      input.title = isTooLong ? "Too long to edit here" : "";
    },
    reject: () => void (isEdited = true),
    setDisabled: (isDisabled) => void (input.disabled = isDisabled || isTooLong),
  };
}
