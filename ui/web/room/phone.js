// @ts-check
/** Starts a phone's page in a browser. */
import { PALETTE } from "../kit/palette.js";
import { PhonePage } from "./phone_page.js";

/** Seconds of sleep after which a socket is not trusted any more; a sleeping phone has no clock to let it go by. */
const SLEEP = 5;

const dark = matchMedia("(prefers-color-scheme: dark)");
function paint() {
  for (const [name, colour] of Object.entries(PALETTE[dark.matches ? "dark" : "light"]))
    document.documentElement.style.setProperty(`--nn-${name}`, String(colour));
}
paint();
dark.addEventListener("change", paint);

/** The phone's own storage; a browser may forbid it altogether. */
function storage() {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

const page = new PhonePage(document.body, {
  WebSocket,
  setTimeout: (run, ms) => setTimeout(run, ms),
  clearTimeout: (id) => clearTimeout(id),
  page: document,
  origin: location.origin,
  go: (code) => location.assign(code),
  storage: storage(),
  newToken: () =>
    [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join(""),
});

let slept = 0;
document.addEventListener("visibilitychange", () => {
  if (document.hidden) slept = Date.now();
  else if (Date.now() - slept > 1000 * SLEEP) page.again();
});
addEventListener("offline", () => page.lose());
addEventListener("online", () => page.again());
