// @ts-check
/** What belongs to the whole tab and not to a page. The page that every address answers with loads it before Streamlit. */

import { voice } from "../kit/voice.js";
import { keepCamera } from "./camera.js";
import { keepCards } from "./cards.js";
import { keepDoor } from "./door.js";
import { keepFocus } from "./focus.js";
import { keepGround } from "./ground.js";
import { keepHall } from "./hall.js";
import { keepHistory } from "./history.js";
import { keepKeys } from "./keys.js";
import { keepLecture } from "./lecture.js";
import { keepNotices } from "./notices.js";
import { keepNumbers } from "./numbers.js";
import { keepOwed } from "./owed.js";
import { keepPopover } from "./popover.js";
import { keepPrint } from "./print.js";
import { addressOf } from "./setting.js";
import { keepSideBar } from "./sidebar.js";
import { keepToasts } from "./toasts.js";

/** Open what stands behind the `#`, in place of the present address. */
function openSetting() {
  const address = addressOf(globalThis.location);
  if (address) globalThis.location.replace(address);
}

openSetting();
globalThis.addEventListener("hashchange", openSetting);
/** What no view says. */
const { element, announce } = voice();
globalThis.document.body.append(element);
keepHall(globalThis.window);
keepOwed(globalThis.document, globalThis.sessionStorage);
keepHistory(globalThis.window);
keepNotices(globalThis.document);
keepNumbers(globalThis.document);
keepPopover(globalThis.document);
keepPrint(globalThis.document);
keepSideBar(globalThis.window, globalThis.localStorage);
keepKeys(globalThis.document, globalThis.localStorage);
keepCamera(globalThis.document);
keepCards(globalThis.document);
keepGround(globalThis.document);
keepToasts(globalThis.document, announce);
keepFocus(globalThis.document, announce);
keepLecture(globalThis.document, announce);
// This module's own address is `live/web/version/frame/frame.js`, below the sub-path if there is one.
const SOCKET = new URL("../../../socket", import.meta.url);
keepDoor(globalThis.document, SOCKET.pathname, {
  fetch: (...asked) => globalThis.fetch(...asked),
  origin: SOCKET.origin,
  connect: (path) => new WebSocket(`${SOCKET.origin.replace(/^http/, "ws")}${path}`),
  after: (run, ms) => setTimeout(run, ms),
  announce,
});
