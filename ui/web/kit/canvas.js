// @ts-check
/** Canvases as sharp as the screen, and small ones made of numbers. */

/**
 * Fit a canvas to its host's size.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {{width: number, height: number}} size in CSS pixels
 * @returns {CanvasRenderingContext2D | null} ready to draw in CSS pixels, cleared
 */
export function fitted(canvas, { width, height }) {
  const scale = globalThis.devicePixelRatio || 1;
  const [w, k] = [Math.round(width * scale), Math.round(height * scale)];
  if (canvas.width !== w) canvas.width = w;
  if (canvas.height !== k) canvas.height = k;
  const context = canvas.getContext("2d");
  if (!context) return null;
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

/**
 * Paint a grid of bytes into a small canvas, lowest row at the bottom.
 *
 * @param {Uint8Array} values row-major, n * n
 * @param {number} n
 * @param {Uint32Array} colours 256 pixels
 * @param {HTMLCanvasElement} canvas
 * @returns {HTMLCanvasElement}
 */
export function paint(values, n, colours, canvas) {
  if (canvas.width !== n || canvas.height !== n) {
    canvas.width = n;
    canvas.height = n;
  }
  const context = canvas.getContext("2d");
  if (!context) return canvas;
  const image = context.createImageData(n, n);
  const pixels = new Uint32Array(image.data.buffer);
  for (let row = 0; row < n; row += 1) {
    const target = (n - 1 - row) * n;
    for (let col = 0; col < n; col += 1) pixels[target + col] = colours[values[row * n + col]];
  }
  context.putImageData(image, 0, 0);
  return canvas;
}
