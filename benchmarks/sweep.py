"""Sweeps: ours beside the same runs one at a time, and how soon the learning-rate page shows them.

    python -m benchmarks sweep [--quick] [--rounds N] [--no-live]

The first table is processor time for the whole sweep; a peer's is that of one of its runs times their
number, jax's that of all runs under ``jax.vmap`` in one compiled scan, compilation not counted. The second
table is time on the wall in a headless Chromium, from the key that changes a control to what is drawn; it is
left out where there is no Chromium.
"""

from __future__ import annotations

import importlib.util
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks import command, timing

timing.pin_threads()

import numpy as np  # noqa: E402 - after the threads are pinned

from benchmarks.peers import PEERS, Problem, available  # noqa: E402
from nncore.experiment import Experiment  # noqa: E402
from nncore.experiment.field_kinds import Choice  # noqa: E402
from nncore.experiment.fields import FIELDS  # noqa: E402
from nncore.sweep import spread, sweep  # noqa: E402

EPOCHS = 500
RATES = spread(1e-5, 1e2, 48)
XOR = Experiment.default("XOR").replace(epochs=EPOCHS)
DIGITS = Experiment.default("digits").replace(samples=500)
OURS, VMAP = "this playground", "jax.vmap"
ONE_BY_ONE = ("scikit-learn", "PyTorch")


@dataclass(frozen=True)
class Case:
    """One sweep of the table."""

    name: str
    """Row of the table."""
    experiment: Experiment
    """What is swept."""
    axes: dict[str, Any]
    """Axes of the sweep."""
    goal: float | None
    """Seconds in which it must be complete."""

    @property
    def runs(self) -> int:
        """Runs of the sweep."""
        return int(np.prod([len(values) for values in self.axes.values()]))

    def run(self, times: int) -> None:
        """Do the sweep so many times."""
        for _ in range(times):
            sweep(self.experiment, workers=1, curves=120, **self.axes)


def cases() -> list[Case]:
    """Return the sweeps of the table."""
    schedulers = FIELDS.of(Choice, "scheduler").choices
    return [
        Case("XOR 2-4-1: 48 rates x 10 seeds", XOR, {"eta": RATES, "seed": range(10)}, 0.4),
        Case(
            "the same for six schedulers", XOR,
            {"scheduler": schedulers, "eta": RATES, "seed": range(10)}, 2.0,
        ),
        Case(
            "XOR: 24 x 24, eta x lambda", XOR,
            {"eta": spread(1e-5, 1e2, 24), "lam": spread(1e-6, 1.0, 24)}, 0.5,
        ),
        Case("digits, 500 images: 12 rates", DIGITS, {"eta": spread(1e-5, 1e2, 12)}, None),
    ]  # fmt: skip


def problem(case: Case) -> Problem:
    """Return one run of a case as the peers take it."""
    data = case.experiment.dataset()
    activation = "relu" if case.experiment.hidden_func == ("RELU",) else "tanh"
    batch = case.experiment.batch_size or len(data.X)
    return Problem(case.name, data.X, data.t, case.experiment.hidden, activation, batch, 0.1, case.runs)


def vmap_runner(one: Problem, epochs: int, lams: Sequence[float] = ()) -> Callable[[int], None]:
    """Return all runs of a full-batch problem as one compiled scan over epochs, vectorised over runs.

    With `lams` each run has a penalty lam / 2 |W|^2 on its weights, as ours have; without, there is none.
    """
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    rng = np.random.default_rng(0)
    X, t = jnp.asarray(one.X), jnp.asarray(one.t)
    shapes = list(zip(one.widths[:-1], one.widths[1:], strict=True))
    layers = [(rng.normal(size=(one.runs, i, o)) * i**-0.5, np.zeros((one.runs, o))) for i, o in shapes]
    etas = jnp.asarray(np.resize(RATES, one.runs))
    penalties = jnp.asarray(np.resize(lams, one.runs) if len(lams) else np.zeros(one.runs))

    def cost(weights: Any) -> Any:
        a = X
        for w, b in weights[:-1]:
            a = jnp.tanh(a @ w + b)
        z = a @ weights[-1][0] + weights[-1][1]
        return jnp.mean(jnp.logaddexp(0.0, z) - t * z)

    def train(weights: Any, eta: Any, lam: Any) -> Any:
        blank = jax.tree.map(jnp.zeros_like, weights)

        def step(state: Any, count: Any) -> Any:
            weights, first, second = state
            value, slope = jax.value_and_grad(cost)(weights)
            if len(lams):
                slope = [(by_w + lam * w, by_b) for (by_w, by_b), (w, _) in zip(slope, weights, strict=True)]
            first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, first, slope)
            second = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, second, slope)
            change = jax.tree.map(
                lambda m, v: (m / (1 - 0.9**count)) / (jnp.sqrt(v / (1 - 0.999**count)) + 1e-8),
                first, second,
            )  # fmt: skip
            return (jax.tree.map(lambda w, c: w - eta * c, weights, change), first, second), value

        return jax.lax.scan(step, (weights, blank, blank), jnp.arange(1.0, epochs + 1))[1]

    compiled = jax.jit(jax.vmap(train))

    def run(times: int) -> None:
        for _ in range(times):
            compiled(layers, etas, penalties).block_until_ready()

    run(1)
    return run


def rows(case: Case, peers: Sequence[str], *, rounds: int, quick: bool) -> list[str]:
    """Measure one case; return its line of the table."""
    jobs = [timing.Job(OURS, case.run), timing.control()]
    one, epochs = problem(case), case.experiment.epochs
    for name in peers:
        # The peer's own runner counts epochs: a whole run is so many of them.
        jobs.append(timing.Job(name, PEERS[name][1](one, np.float64), case.runs * epochs))
    if importlib.util.find_spec("jax") is not None and not case.experiment.batch_size:
        jobs.append(timing.Job(VMAP, vmap_runner(one, epochs, case.axes.get("lam", ()))))
    times = timing.interleaved(jobs, rounds=2 if quick else rounds)
    mine = times.typical(OURS)
    judged = "" if case.goal is None else f" (goal {case.goal:g} s: {'yes' if mine <= case.goal else 'NO'})"
    cells = [case.name, str(case.runs), str(epochs), timing.shown(mine) + judged]
    cells += [times.beside(name, OURS) for name in (*ONE_BY_ONE, VMAP)]
    return [*cells, timing.shown(times.typical("control"))]


WATCH = """() => {
    const root = document.querySelector('[data-testid="strip-view"]');
    window.sweepTimes = { first: [], full: [] };
    let pressed = 0, job = root.dataset.job, waiting = { first: false, full: false };
    addEventListener('keydown', (event) => {
        if (event.key !== 'ArrowUp') return;
        pressed = event.timeStamp;
        job = root.dataset.job;
        waiting = { first: true, full: true };
    }, true);
    const note = (name) => {
        waiting[name] = false;
        window.sweepTimes[name].push(performance.now() - pressed);
    };
    new MutationObserver(() => {
        if (root.dataset.job === job || root.dataset.fresh !== 'false') return;
        if (waiting.first) note('first');
        if (waiting.full && root.dataset.state === 'done') note('full');
    }).observe(root, { attributes: true });
}"""

ASK_EVERY_MS = 100

# Address, what must be drawn first and complete within how many milliseconds.
LIVE = (
    ("strip", "epochs=500", 60, 400 + 150),
    ("six schedulers", "epochs=500&look=race", 60, 2000 + 150),
    ("eta x lambda", "epochs=500&look=heat", 60, 500 + 150),
    ("digits strip", "data=digits", 60, 2000),
)


def live_rows(presses: int) -> list[list[str]]:
    """Measure the page in a browser; return its lines of the table."""
    from benchmarks.serve import Playground, browser

    found = []
    with Playground() as server, browser() as chromium:
        for name, query, first_goal, full_goal in LIVE:
            page = chromium.new_page(viewport={"width": 1280, "height": 720})
            page.set_default_timeout(120_000)
            page.goto(f"{server.url}/learning_rate?{query}")
            page.wait_for_selector('[data-testid="strip-view"][data-state="done"]')
            page.evaluate(WATCH)
            page.get_by_label("Seed", exact=True).first.focus()
            for press in range(presses):
                page.keyboard.press("ArrowUp")
                # Asked at every picture, as is usual, it would make the browser draw pictures of nothing.
                page.wait_for_function(
                    "n => window.sweepTimes.full.length > n", arg=press, polling=ASK_EVERY_MS
                )
            times = page.evaluate("window.sweepTimes")
            cells = [name]
            for kind, goal in (("first", first_goal), ("full", full_goal)):
                median = statistics.median(times[kind])
                judged = "" if goal is None else f" (goal {goal} ms: {'yes' if median <= goal else 'NO'})"
                cells.append(f"{median:.0f} ms{judged}")
            found.append([*cells, f"{min(times['first']):.0f} to {max(times['first']):.0f} ms"])
            page.close()
    return found


def main(argv: Sequence[str]) -> int:
    """Print the tables; return 1 where a goal was measured and missed."""
    reader = command("sweep", __doc__)
    reader.add_argument("--quick", action="store_true", help="few rounds, for a look at whether it runs")
    reader.add_argument("--rounds", type=int, default=7)
    reader.add_argument("--no-live", action="store_true", help="leave the browser out")
    chosen = reader.parse_args(argv)
    peers, missing = available(ONE_BY_ONE)
    print(timing.machine())
    if importlib.util.find_spec("jax") is None:
        missing.append(VMAP)
    if missing:
        print(f"not installed here, so not in the table: {', '.join(missing)}")
    lines = [rows(case, peers, rounds=chosen.rounds, quick=chosen.quick) for case in cases()]
    print(timing.table(["sweep", "runs", "epochs", OURS, *ONE_BY_ONE, VMAP, "control"], lines))
    if not chosen.no_live:
        from tests.find_chromium import installed

        if installed() is None:
            print("no Chromium was found, so the page is not measured")
        else:
            page = live_rows(3 if chosen.quick else 10)
            print(timing.table(["page, from the key to", "first picture", "complete", "first, range"], page))
            lines += page
    return int(any("NO)" in cell for line in lines for cell in line))
