// @ts-check
/**
 * What a phone knows of its room, and how it says it: pure functions, no page.
 *
 * @typedef {object} Phone
 * @property {"joining" | "ready" | "sent" | "revealed" | "offline" | "closed"} state
 * @property {string} code
 * @property {boolean} joined whether the room has let it in before
 * @property {number} round 0 before the first question
 * @property {string} text the question
 * @property {string[] | null} answers null where a learning rate is asked for
 * @property {[number, number]} range of the slider
 * @property {[number, number]} allowed what may be typed
 * @property {number | null} value what has been sent
 * @property {string} name the nickname that was sent with it
 * @property {number | null} right
 * @property {string} why
 * @property {string} verdict
 * @property {boolean} first
 * @property {string} gone why it was sent away
 */
import { apart } from "../kit/bidi.js";
import { formatNumber } from "../kit/numbers.js";

/** @param {string} code @returns {Phone} */
export const newPhone = (code) => ({
  state: "joining",
  code,
  joined: false,
  round: 0,
  text: "",
  answers: null,
  range: NONE,
  allowed: NONE,
  value: null,
  name: "",
  ...UNKNOWN,
  gone: "",
});

/** @type {[number, number]} */
const NONE = [0, 0];

const UNKNOWN = { right: null, why: "", verdict: "", first: false };

/** @param {Phone} phone @param {any} message of the server @returns {Phone} */
export function hear(phone, message) {
  switch (message.t) {
    case "ask":
      return { ...phone, ...UNKNOWN, ...question(message), joined: true, gone: "" };
    case "sent":
      return { ...phone, value: message.value, name: message.name ?? "", state: "sent" };
    case "revealed":
      return { ...phone, state: "revealed", right: message.right ?? null, why: message.why ?? "" };
    case "end":
      return { ...phone, verdict: message.text, first: Boolean(message.first) };
    case "gone":
      return { ...phone, state: "closed", gone: message.why };
    default:
      return phone;
  }
}

/** @param {any} message @returns {Partial<Phone>} */
const question = ({ round, text, answers, range, allowed, value, name }) => ({
  state: value === undefined ? "ready" : "sent",
  round,
  text,
  answers: answers ?? null,
  range: range ?? NONE,
  allowed: allowed ?? NONE,
  value: value ?? null,
  name: name ?? "",
});

/** The connection is lost. @param {Phone} phone @returns {Phone} */
export const offline = (phone) => (phone.state === "closed" ? phone : { ...phone, state: "offline" });

/** Whether a phone that was sent away tries again by itself. @param {Phone} phone */
export const triesAgain = ({ gone, joined }) => gone === "full" || gone === "busy" || (gone === "unknown" && joined);

/**
 * The code in what somebody has typed or pasted, a room's whole address included; "" where there is none.
 *
 * @param {string} text
 */
export function codeIn(text) {
  const [last = ""] = text
    .trim()
    .replace(/[?#].*$/, "")
    .split("/")
    .filter(Boolean)
    .slice(-1);
  const code = last.replace(/[\s-]/g, "").toUpperCase();
  return /^[A-Z0-9]{6}$/.test(code) ? code : "";
}

/** What is said of a text in which there is no code. @param {string} text */
export const noCode = (text) =>
  `A code has six letters and digits; got '${text.trim().slice(0, 20)}'. It stands on the large screen.`;

/** An answer in words. @param {Phone} phone @param {number} value */
export const answerText = ({ answers }, value) => (answers ? apart(answers[value]) : `η = ${formatNumber(value, 4)}`);

/** @type {Record<string, (phone: Phone) => string>} */
const GONE = {
  closed: () => "The lecturer has closed this room.",
  full: () => "This room is full. Your phone tries again by itself.",
  busy: () => "Too many tries from your network. Your phone tries again by itself.",
  unknown: ({ code, joined }) =>
    joined
      ? "The server was restarted, or has forgotten this room; your answer is gone. Once the lecturer has opened it again, your phone joins by itself."
      : `There is no room ${code}. Look at the code once more.`,
};

/** @type {Record<Phone["state"], (phone: Phone) => string>} */
const WORDS = {
  joining: ({ code }) => `Joining room ${code}.`,
  ready: ({ answers }) => `Ready: choose ${answers ? "an answer" : "a learning rate"} and send it.`,
  sent: (phone) => `Sent: ${answerText(phone, phone.value ?? 0)}. You can change it until the reveal.`,
  revealed: (phone) => `Revealed. ${phone.answers ? marked(phone) : trained(phone)}`,
  offline: () => "Offline: trying again.",
  closed: (phone) => `Closed. ${(GONE[phone.gone] ?? GONE.closed)(phone)}`,
};

/** How the phone stands, in words. @param {Phone} phone */
export const sentence = (phone) => WORDS[phone.state](phone);

/** @param {Phone} phone */
function marked(phone) {
  const { value, right, why } = phone;
  const own = value === null ? "You sent no answer." : `You said: ${answerText(phone, value)}.`;
  const truth =
    right === null ? "" : value === right ? "That is the right one." : `Right is: ${answerText(phone, right)}.`;
  return [own, truth, apart(why)].filter(Boolean).join(" ");
}

/** @param {Phone} phone */
function trained(phone) {
  const { value, verdict, first } = phone;
  if (value === null) return "You sent no learning rate.";
  if (!verdict) return `Your run at ${answerText(phone, value)} is training: look at the large screen.`;
  return `${answerText(phone, value)}. ${verdict}${first ? " None of the room learned sooner!" : ""}`;
}
