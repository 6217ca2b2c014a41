// @ts-check
/** The transport row: play, step, restart, new start, speed, scrub, pin, axis, lecture; and their keys. */
import { h, listen, setAttribute, setText } from "../kit/dom.js";
import { targetOf } from "../kit/keys.js";
import { rangeInput } from "../kit/range_input.js";
import { icon } from "./icons.js";
import { keyAction, SPEED_NAMES, tip } from "./keys.js";
/** @import { State } from "../panels/run_state.js" */
/** @import { Settings } from "../panels/shown.js" */

/**
 * @typedef {object} TransportEvents
 * @property {(name: string, value?: string | number) => void} onAction play, step, restart, new-start, pin, split, axis,
 *   lecture, speed, seek
 * @property {AbortSignal} signal
 */

/** @param {TransportEvents} events */
export function transport({ onAction, signal }) {
  const buttons = /** @type {Record<string, HTMLButtonElement>} */ ({});
  /** @param {string} name @param {string} sign @param {string} [word] */
  const button = (name, sign, word) => {
    const made = h(
      "button",
      { class: `nnp-button nnp-button-${name}`, "data-testid": name, title: tip(name) },
      sign ? icon(sign) : null,
      word ? h("span", { class: "nnp-word", text: word }) : null,
    );
    // A pointer leaves the focus where it was, so that Space goes on meaning play and pause after a click.
    const stay = (/** @type {Event} */ event) => event.preventDefault();
    listen(made, { pointerdown: stay, mousedown: stay, click: () => onAction(name) }, signal);
    buttons[name] = made;
    if (word) nameAfter(made, name, word);
    return made;
  };
  const speed = speedChoice(onAction, signal);
  const scrub = scrubber(onAction, signal);
  const element = h(
    "div",
    { class: "nnp-transport", role: "group", "aria-label": "Run control" },
    button("play", "play"),
    button("step", "step", "Step"),
    button("restart", "restart", "Restart"),
    button("new-start", "dice", "New start"),
    speed,
    scrub.element,
    button("pin", "pin", "Pin"),
    button("split", "two"),
    button("axis", "", "log"),
    button("lecture", "wide", "Lecture"),
  );
  return { element, play: buttons.play, update: updater(buttons, speed, scrub) };
}

/**
 * A button is called by what is written on it, and then what it does: that is what one says to press it.
 *
 * @param {HTMLButtonElement} button @param {string} name @param {string} word
 */
function nameAfter(button, name, word) {
  const does = tip(name);
  setAttribute(button, "aria-label", does.startsWith(word) ? does : `${word}: ${does}`);
}

/** @param {TransportEvents["onAction"]} onAction @param {AbortSignal} signal */
function speedChoice(onAction, signal) {
  const select = h("select", {
    class: "nnp-select",
    "data-testid": "speed",
    "aria-label": "Speed",
    title: "Speed: normal shows a whole run in about three seconds (keys 1, 2, 5; 0 normal, M maximum)",
  });
  for (const [value, text] of Object.entries(SPEED_NAMES)) select.append(h("option", { value, text }));
  select.addEventListener("change", () => onAction("speed", select.value), { signal });
  return select;
}

/** @param {TransportEvents["onAction"]} onAction @param {AbortSignal} signal */
function scrubber(onAction, signal) {
  const input = rangeInput({
    label: "Look back at an epoch",
    testid: "scrub",
    min: 0,
    max: 0,
    step: 1,
    value: 0,
    class: "nnp-range",
    title: "Look back at an epoch of this run",
    signal,
  });
  const words = h("span", { class: "nnp-scrub-words" });
  let held = false;
  const hold = (/** @type {boolean} */ on) => () => {
    held = on;
  };
  const seek = () => onAction("seek", Number(input.value));
  const letGo = { pointerup: hold(false), pointercancel: hold(false), blur: hold(false) };
  listen(input, { input: seek, pointerdown: hold(true), ...letGo }, signal);
  return { element: h("label", { class: "nnp-scrub" }, input, words), input, words, held: () => held };
}

/**
 * @param {Record<string, HTMLButtonElement>} buttons
 * @param {HTMLSelectElement} speed
 * @param {ReturnType<typeof scrubber>} scrub
 */
function updater(buttons, speed, scrub) {
  /** @type {string | null} */ let sign = null;
  /** @param {State} state @param {Settings} settings @param {boolean} [split] whether two stand side by side */
  return (state, settings, split = false) => {
    const wanted = state.phase === "playing" ? "pause" : "play";
    if (sign !== wanted) {
      sign = wanted;
      const word = wanted === "play" ? "Play" : "Pause";
      buttons.play.replaceChildren(icon(wanted), h("span", { class: "nnp-word", text: word }));
      nameAfter(buttons.play, "play", word);
    }
    if (speed.value !== settings.speed) speed.value = settings.speed;
    const axis = settings.axis === "log" ? "log" : "linear";
    setText(/** @type {Element} */ (buttons.axis.firstElementChild), axis);
    nameAfter(buttons.axis, "axis", axis);
    setAttribute(buttons.lecture, "aria-pressed", String(settings.lecture));
    setAttribute(buttons.split, "aria-pressed", String(split));
    if (buttons.pin.title !== tip(split ? "hold" : "pin")) {
      buttons.pin.title = tip(split ? "hold" : "pin");
      nameAfter(buttons.pin, split ? "hold" : "pin", "Pin");
    }
    const { input, words, held } = scrub;
    setAttribute(input, "max", Math.max(1, state.newest));
    if (!held() && input.value !== String(state.epoch)) input.value = String(state.epoch);
    const planned = state.course?.epochs ?? state.meta.epochs ?? state.newest;
    setText(words, `${state.epoch} / ${Math.max(planned, state.newest)}`);
    setAttribute(input, "aria-valuetext", `epoch ${state.epoch}`);
    input.style.setProperty("--nnp-filled", `${(100 * state.epoch) / Math.max(1, state.newest)}%`);
  };
}

/**
 * Keys act wherever the focus is, but never take one from a text box.
 *
 * @param {Document} page
 * @param {TransportEvents & {onEta: () => void}} events
 */
export function listenForKeys(page, { onAction, onEta, signal }) {
  const keydown = (/** @type {KeyboardEvent} */ event) => {
    const found = keyAction(event, targetOf(event.target));
    if (!found) return;
    event.preventDefault();
    if (found.name === "eta") onEta();
    else onAction(found.name, found.value);
  };
  listen(page, { keydown }, signal);
}
