// @ts-check
// The `d` of SVG paths from numbers: pure functions.

/** @param {number} v */
const short = (v) => (Math.round(v * 10) / 10).toString();

/**
 * A line through the points; a value that is not finite leaves a gap.
 * @param {ArrayLike<number>} x pixels @param {ArrayLike<number>} y pixels
 * @returns {string}
 */
export function linePath(x, y) {
  let d = "";
  let open = false;
  for (let i = 0; i < x.length; i++) {
    if (!Number.isFinite(y[i])) {
      open = false;
      continue;
    }
    d += `${open ? "L" : "M"}${short(x[i])},${short(y[i])}`;
    open = true;
  }
  return d;
}

/**
 * A closed band between two lines; where either is not finite the band is interrupted.
 * @param {ArrayLike<number>} x @param {ArrayLike<number>} low @param {ArrayLike<number>} high
 * @returns {string}
 */
export function bandPath(x, low, high) {
  let d = "";
  let start = 0;
  while (start < x.length) {
    if (!Number.isFinite(low[start]) || !Number.isFinite(high[start])) {
      start += 1;
      continue;
    }
    let end = start;
    while (end < x.length && Number.isFinite(low[end]) && Number.isFinite(high[end])) end += 1;
    for (let i = start; i < end; i++) d += `${i === start ? "M" : "L"}${short(x[i])},${short(high[i])}`;
    for (let i = end - 1; i >= start; i--) d += `L${short(x[i])},${short(low[i])}`;
    d += "Z";
    start = end;
  }
  return d;
}
