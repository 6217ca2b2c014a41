// @ts-check
/**
 * The colours of the playground, of its views and of its Plotly figures: `ui/shared/theme.py` reads the braces below as JSON.
 * All from the Okabe-Ito set, darkened on white and lightened on black until lines and marks keep at least 3:1 against
 * the page (WCAG 1.4.11); blue is positive or class 1, vermillion negative or class 0, everywhere.
 */
// prettier-ignore
export const PALETTE = {
  "light": {
    "background": "#ffffff", "panel": "#f1f3f6", "text": "#1b1f24", "muted": "#55595f", "grid": "#dfe2e6",
    "positive": "#0067a5", "negative": "#c44f00", "train": "#0067a5", "val": "#c44f00", "overflow": "#8a3ffc",
    "pins": ["#00795a", "#a0437c", "#6b5a00", "#4a4a4a", "#7b3ff2", "#8c2d04"],
    "low": "#cd5400", "middle": "#f6f6f4", "high": "#0067a5"
  },
  "dark": {
    "background": "#14171b", "panel": "#23282f", "text": "#f0f2f5", "muted": "#a9b0ba", "grid": "#363c46",
    "positive": "#56b4e9", "negative": "#ff9a4d", "train": "#56b4e9", "val": "#ffa64d", "overflow": "#c9a0ff",
    "pins": ["#2fd3a4", "#ee9bcb", "#f0e442", "#c4c8ce", "#b79bff", "#ff8f7a"],
    "low": "#ff8630", "middle": "#20242b", "high": "#48acec"
  }
};
