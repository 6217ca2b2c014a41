// Runs before the page's own scripts: notes when the live view drew, and when a key was pressed.
(() => {
  const probe = { drawn: [], key: null, onDrawn: null };
  window.__probe = probe;
  const root = () => document.querySelector('[data-testid="live-view"]');
  let seenFrames = null;
  let seenRun = null;

  const look = () => {
    const node = root();
    if (!node) return;
    const frames = Number(node.dataset.frames || 0);
    const run = node.dataset.run;
    if (frames === seenFrames && run === seenRun) return;
    const fresh = run !== seenRun;
    seenFrames = frames;
    seenRun = run;
    // The view draws its empty charts before the first run has arrived; those are no training frames.
    if (!frames || !run) return;
    const now = performance.now();
    probe.drawn.push({ at: now, run, epoch: Number(node.dataset.epoch || 0), fresh });
    if (probe.drawn.length > 4000) probe.drawn.splice(0, 2000);
    probe.onDrawn?.();
  };
  new MutationObserver(look).observe(document, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ["data-frames", "data-run"],
  });
  document.addEventListener(
    "keydown",
    (event) => {
      const node = root();
      probe.key = { at: event.timeStamp, run: node && node.dataset.run };
    },
    { capture: true },
  );

  // Waits for the first frame of another run than the one the last key found; milliseconds after the key.
  probe.afterKey = (limit) =>
    new Promise((resolve) => {
      const { key } = probe;
      const ask = () => {
        const hit = key && probe.drawn.find((frame) => frame.at > key.at && frame.run !== key.run);
        if (!hit) return;
        end();
        requestAnimationFrame(() =>
          setTimeout(() => resolve({ drawn: hit.at - key.at, painted: performance.now() - key.at }), 0),
        );
      };
      const timer = setTimeout(() => {
        end();
        resolve(null);
      }, limit);
      const end = () => {
        clearTimeout(timer);
        probe.onDrawn = null;
      };
      probe.onDrawn = ask;
      ask();
    });

  // Notes how many milliseconds after the last click something is painted that is not in sight yet.
  probe.watch = (selector) => {
    probe.appeared = null;
    const observer = new MutationObserver(() => {
      if (!document.querySelector(selector)?.checkVisibility()) return;
      observer.disconnect();
      requestAnimationFrame(() => setTimeout(() => (probe.appeared = performance.now() - probe.clicked), 0));
    });
    observer.observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["open"] });
  };
  document.addEventListener("click", (event) => (probe.clicked = event.timeStamp), { capture: true });

  // Counts frames and epochs over a stretch of time.
  probe.rate = (milliseconds) =>
    new Promise((resolve) => {
      const started = performance.now();
      setTimeout(() => {
        const frames = probe.drawn.filter((frame) => frame.at >= started);
        const first = frames[0];
        const last = frames[frames.length - 1];
        if (frames.length < 2) return resolve({ frames: frames.length, fps: 0, epochs: 0 });
        const seconds = (last.at - first.at) / 1000;
        const gained = first.run === last.run ? last.epoch - first.epoch : Number.NaN;
        resolve({ frames: frames.length, fps: (frames.length - 1) / seconds, epochs: gained / seconds });
      }, milliseconds);
    });

  // The control: how often this browser draws a page on which nothing happens.
  probe.idle = (milliseconds) =>
    new Promise((resolve) => {
      let count = 0;
      const started = performance.now();
      const turn = (now) => {
        count += 1;
        if (now - started < milliseconds) requestAnimationFrame(turn);
        else resolve((1000 * count) / (now - started));
      };
      requestAnimationFrame(turn);
    });
})();
