"""One user against the others: ``python -m benchmarks hostile``.

Starts the playground as its users do and watches one tab on ``/digits``, which pulls frames as a browser of
60 a second would: first beside one ordinary neighbour, then beside each of the worst addresses, formulas and
message patterns, alone and four at once, from the moment they open the page. Wanted: the watched tab keeps at
least 60 % of its frames, and never waits longer than 300 ms for one. Beside those who ask for all there is
the server uses a whole core; where it had less, other programs had it.

``--only NAME ...`` measures these alone, ``--seconds`` how long each is watched.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from benchmarks import command
from benchmarks.serve import Playground
from benchmarks.visitors import Fleet, Tab, processor_time, tab

WATCHED = ("digits", "data=digits&epochs=100000&speed=1")
ORDINARY = ("patterns", "data=spiral&epochs=100000&speed=1")
FRAME_SECONDS = 1 / 60
LEAST_SHARE = 0.6
MOST_GAP = 0.3
CALM_SECONDS = 1.5
ANSWERS = ('{"t":"frame"', '{"t":"tick"')
FORMULA = "erf(exp(-abs(z)))*tanh(z)*sigmoid(z)%2Bsoftplus(sin(z))"
WIDE = "samples=5000&split=1&hidden=256-256-256-256&epochs=100000"


@dataclass(frozen=True)
class Worst:
    """Something that one user may do to the others."""

    name: str
    page: str
    query: str
    """`page` and `query`: what is opened."""
    commands: tuple[str, ...] = ()
    """Messages that are sent over the live channel, over and over again."""
    each: float = 0.005
    """Seconds between two of them."""
    rerun: tuple[str, ...] = ()
    """Queries with which the page's script is run again, one after the other, as often as it ends."""


def _op(op: str, **values: object) -> str:
    return json.dumps({"op": op, **values})


_DRAG = tuple(_op("eta", value=10.0 ** (-1 - k / 20), mode="drag") for k in range(20))
_BOX = tuple(text for drag in _DRAG for text in (_op("restart"), drag))
_SEEK = tuple(_op("seek", epoch=k) for k in (0, 1, 3, 0, 2))
_ASK = (_op("neuron", layer=1, index=1), _op("step"), _op("cell", row=1, col=2, rows="train"))

_WIDEST = f"data=spiral&{WIDE}&batch_size=0"
_ONE_EPOCH = _WIDEST.replace("epochs=100000", "epochs=1")
WORST = (
    Worst("curvature, widest network", "learning_rate", f"look=curvature&{_WIDEST}"),
    Worst("range test, widest network", "learning_rate", f"look=range&{_ONE_EPOCH}"),
    Worst("heat map, widest network", "learning_rate", f"look=heat&against=hidden&{_ONE_EPOCH}"),
    Worst("seeds, widest network", "learning_rate", f"look=luck&starts=100&rates=50&{_ONE_EPOCH}"),
    Worst("race, widest network", "learning_rate", f"look=race&{_WIDEST}"),
    Worst("two rules, widest network", "learning_rate", f"look=rules&{_ONE_EPOCH}"),
    Worst("strip of 1,024 small runs", "learning_rate", "data=gauss&samples=5000&split=1&epochs=1"
          "&batch_size=0&rates=200&starts=25"),
    Worst("curvature of a formula", "learning_rate",
          f"look=curvature&hidden_func=custom&formula={FORMULA}&{_WIDEST}"),
    Worst("strip of a formula", "learning_rate", f"hidden_func=custom&formula={FORMULA}&{_ONE_EPOCH}"),
    Worst("formula, full speed", "patterns", f"data=spiral&{WIDE}&batch_size=1000&speed=max"
          f"&hidden_func=custom&formula={FORMULA}"),
    Worst("widest network, full speed", "patterns", f"data=spiral&{WIDE}&batch_size=1000&speed=max"),
    Worst("widest network, small batches", "patterns", f"data=spiral&{WIDE}&batch_size=1&speed=max"),
    Worst("widest network on digits", "digits", "data=digits&hidden=256-256-256-256&batch_size=500"
          "&epochs=100000&speed=max"),
    Worst("widest network, a curve", "regression", f"data=sine&{WIDE}&batch_size=1000&speed=max"),
    Worst("error against size", "regression", "data=sine&look=size&samples=5000&epochs=100000&batch_size=1"),
    Worst("restarts and rates, widest", "patterns", f"data=spiral&{WIDE}&batch_size=1000", _BOX),
    Worst("dragged rate of a formula", "patterns", f"data=spiral&{WIDE}&batch_size=1000"
          f"&hidden_func=custom&formula={FORMULA}", _DRAG),
    Worst("looking back, widest", "patterns", f"data=spiral&{WIDE}&batch_size=1000", _SEEK),
    Worst("questions and steps, digits", "digits", "data=digits&hidden=256-256-256-256&epochs=100000", _ASK),
    Worst("other settings without a rest", "learning_rate", f"look=range&{_ONE_EPOCH}",
          rerun=tuple(f"look={look}&seed={k}&{_ONE_EPOCH}" for k in range(3) for look in ("range", "strip"))),
)  # fmt: skip


NEIGHBOUR = Worst("an ordinary neighbour", *ORDINARY)


@dataclass
class Watch:
    """When the watched tab received its frames, in seconds."""

    times: list[float] = field(default_factory=list)

    def between(self, start: float, end: float) -> tuple[float, float]:
        """Return frames a second, and the longest wait for one in seconds."""
        seen = [at for at in self.times if start <= at <= end]
        edges = [start, *seen, end]
        return len(seen) / (end - start), max(b - a for a, b in itertools.pairwise(edges))


async def pull(socket: ClientConnection, watch: Watch | None) -> None:
    """Ask for frames as a browser does that draws sixty a second; without an end."""
    for _ in range(2):
        await socket.send(_op("n"))
    due = time.perf_counter()
    while True:
        # Only looked at: this process has all clients, and must not be what the watched tab waits for.
        if not str(await socket.recv()).startswith(ANSWERS):
            continue
        if watch is not None:
            watch.times.append(time.perf_counter())
        due = max(due + FRAME_SECONDS, time.perf_counter())
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        await socket.send(_op("n"))


async def repeat(socket: ClientConnection, worst: Worst) -> None:
    """Send the commands over and over, as fast as the server lets anybody."""
    for text in itertools.cycle(worst.commands):
        await socket.send(text)
        await asyncio.sleep(worst.each)


async def rerun(visitor: Tab, worst: Worst) -> None:
    """Run the script again and again, each time with another query."""
    for query in itertools.cycle(worst.rerun):
        await visitor.tokens(worst.page, query)


async def visit(where: Fleet, worst: Worst) -> None:
    """Be one hostile tab, or an ordinary one, until cancelled."""
    with suppress(ConnectionClosed):
        async with tab(where) as visitor, AsyncExitStack() as stack:
            jobs = []
            for token in await visitor.tokens(worst.page, worst.query):
                socket = await stack.enter_async_context(await visitor.channel(token))
                jobs.append(pull(socket, None))
                if worst.commands:
                    jobs.append(repeat(socket, worst))
            if worst.rerun:
                jobs.append(rerun(visitor, worst))
            await asyncio.gather(*jobs)


class Hall:
    """The server, and the tab that is watched.

    Parameters
    ----------
    where : Fleet
    watch : Watch
        The watched tab's frames.
    seconds : float
        How long it is watched beside each kind.
    """

    def __init__(self, where: Fleet, watch: Watch, seconds: float) -> None:
        self.where, self.watch, self.seconds = where, watch, seconds

    async def beside(self, worst: Worst, count: int) -> tuple[float, float, float]:
        """Return the watched tab's frames a second and longest wait, and the cores that the server had."""
        start, before = time.perf_counter(), self._processor()
        tasks = [asyncio.create_task(visit(self.where, worst)) for _ in range(count)]
        await asyncio.sleep(self.seconds)
        end = time.perf_counter()
        seen = self.watch.between(start, end)
        cores = (self._processor() - before) / (end - start)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(CALM_SECONDS)
        return *seen, cores

    def _processor(self) -> float:
        return self.where.total(processor_time) or 0.0

    async def compare(self, worst: Worst) -> bool:
        """Print the lines of one kind, alone and four at once, each after an ordinary neighbour."""
        good = True
        for count in (1, 4):
            usual, before, _ = await self.beside(NEIGHBOUR, 1)
            rate, gap, cores = await self.beside(worst, count)
            met = rate >= LEAST_SHARE * usual and gap <= MOST_GAP
            good = good and met
            words = f"{count} x {worst.name} | {usual:.1f} | {rate:.1f} | {rate / usual:.2f}"
            waits = f"{1e3 * before:.0f} | {1e3 * gap:.0f}"
            print(f"| {words} | {waits} | {cores:.2f} | {'met' if met else 'MISSED'} |", flush=True)
        return good


@asynccontextmanager
async def watched_hall(seconds: float) -> AsyncIterator[tuple[Playground, Hall]]:
    """Start the playground, and watch a tab of it."""
    with Playground() as playground:
        assert playground.process is not None
        where = Fleet(urlsplit(playground.url).port or 80, (playground.process.pid,))
        async with tab(where) as visitor:
            watch = Watch()
            *_, token = await visitor.tokens(*WATCHED)
            async with await visitor.channel(token) as socket:
                pulling = asyncio.create_task(pull(socket, watch))
                yield playground, Hall(where, watch, seconds)
                pulling.cancel()
                await asyncio.gather(pulling, return_exceptions=True)


async def measure(kinds: Sequence[Worst], seconds: float) -> bool:
    """Print two lines for each kind and return whether everything wanted was reached."""
    async with watched_hall(seconds) as (playground, hall):
        await hall.beside(NEIGHBOUR, 1)
        print(
            "| beside | frames/s beside an ordinary neighbour | frames/s | share "
            "| longest wait, ms: ordinary | longest wait, ms | server's cores | |\n"
            "|---|---|---|---|---|---|---|---|"
        )
        met = [await hall.compare(worst) for worst in kinds]
        log = playground.log()
    print(*[line for line in log.splitlines() if "slice" in line or "Error" in line][:20], sep="\n")
    return all(met) and "Traceback" not in log


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table; return 1 if something wanted was missed."""
    parser = command("hostile", __doc__)
    parser.add_argument("--seconds", type=float, default=5.0, help="how long each is watched (default 5)")
    parser.add_argument("--only", nargs="+", metavar="WORD", help="kinds whose name has one of these words")
    options = parser.parse_args(argv)
    chosen = [kind for kind in WORST if not options.only or any(word in kind.name for word in options.only)]
    return 0 if asyncio.run(measure(chosen, options.seconds)) else 1
