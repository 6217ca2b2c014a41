// @ts-check
/**
 * A page that stands in a lesson's frame has the height of the screen less the lesson's foot; type is measured by the screen,
 * which a style sheet finds here.
 */
import { hallHeight } from "../kit/environment.js";

/** @param {Window} page */
export function keepHall(page) {
  if (!page.frameElement) return;
  const { documentElement } = page.document;
  const fit = () => documentElement.style.setProperty("--nn-hall", `${hallHeight(page) / 100}px`);
  fit();
  page.addEventListener("resize", fit);
}
