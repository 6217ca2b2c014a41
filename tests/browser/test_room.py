"""A lecturer and three phones play a room's whole story in a browser."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from typing import Any, Final
from urllib.parse import urlencode

import pytest

from benchmarks.serve import Playground
from tests.browser.accessible import in_narrow_windows, violations
from tests.browser.view import QUIET
from tests.tabs import HARMLESS, SCREEN, Tabs

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHONE: Final = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
PATIENCE_MS: Final = 60_000
QUESTION: Final = {"hold": "answer", "question": "Faster?", "answers": "yes | no | it breaks", "right": 2}


class Seen:
    """A page of the story, by the states that it says of itself."""

    def __init__(self, page: Any, testid: str) -> None:
        self.page = page
        self.testid = testid
        page.set_default_timeout(PATIENCE_MS)

    def part(self, testid: str) -> Any:
        return self.page.get_by_test_id(testid)

    def until(self, condition: str) -> None:
        """Wait until a condition on the data `d` and the text `t` of its root holds."""
        self.page.wait_for_function(
            f"""() => {{
                const node = document.querySelector('[data-testid="{self.testid}"]');
                if (!node) return false;
                const [d, t] = [node.dataset, node.textContent];
                return {condition};
            }}""",
            timeout=PATIENCE_MS,
        )

    def stands(self, state: str) -> None:
        self.until(f"d.state === '{state}'")


@pytest.fixture
def people(tabs: Tabs) -> Iterator[Callable[..., Any]]:
    """Open browser profiles; the test fails if a page reported an error meanwhile."""
    contexts: list[Any] = []
    faults: list[str] = []

    def note(text: str) -> None:
        if not any(part in text for part in HARMLESS):
            faults.append(text)

    def watch(page: Any) -> None:
        page.on("pageerror", lambda error: note(str(error)))
        page.on("console", lambda message: note(message.text) if message.type == "error" else None)

    def come(**options: Any) -> Any:
        context = tabs.browser.new_context(**options)
        context.on("page", watch)
        contexts.append(context)
        return context

    yield come
    for context in contexts:
        context.close()
    assert faults == [], faults


@pytest.fixture
def playground() -> Iterator[Playground]:
    """A server of this story's own: it is restarted."""
    with Playground() as started:
        yield started


def desk_at(people: Callable[..., Any], address: str) -> Seen:
    """The lecturer's browser."""
    desk = Seen(people(viewport=SCREEN).new_page(), "room-view")
    desk.page.goto(address)
    return desk


def phone_at(people: Callable[..., Any], address: str, **options: Any) -> Seen:
    """A phone's browser."""
    phone = Seen(people(**PHONE, **options).new_page(), "room-state")
    phone.page.goto(address)
    return phone


def answer(phone: Seen, text: str) -> None:
    phone.page.get_by_label(text, exact=True).tap()
    phone.part("room-send").tap()
    phone.stands("sent")


def joined(people, place: str) -> list[Seen]:
    """One types another code first, finds that it leads nowhere, and corrects it."""
    code = place.rsplit("/", 1)[1]
    wrong = ("A" if code[0] != "A" else "C") + code[1:]
    lost = phone_at(people, place.removesuffix(code) + wrong)
    lost.stands("closed")
    assert f"no room {wrong}" in lost.part("room-state").inner_text()
    lost.page.get_by_label("Another code").fill(f"{code[:3].lower()} {code[3:]}")
    lost.page.get_by_role("button", name="Join").tap()
    phones = [lost, phone_at(people, place, color_scheme="dark"), phone_at(people, place.lower())]
    return phones


def votes(desk: Seen, phones: list[Seen]) -> None:
    """Each phone answers; how many is shown, never what."""
    for phone, text in zip(phones, ("yes", "no", "no"), strict=True):
        phone.stands("ready")
        assert violations(phone.page) == []
        assert in_narrow_windows(phone.page) == []
        answer(phone, text)
    desk.until("d.answered === '3' && d.phones === '3'")
    assert "yes" in desk.part("room-view").inner_text()
    assert "%" not in desk.part("room-view").inner_text()


def comes_back(desk: Seen, phones: list[Seen], place: str) -> Seen:
    """A reload, a second tab and a sleep are the same phone; the lecturer's reload finds the same room."""
    phones[0].page.reload()
    phones[0].stands("sent")
    tab = Seen(phones[1].page.context.new_page(), "room-state")
    tab.page.goto(place)
    tab.stands("sent")
    with phones[2].page.expect_websocket():
        sleep(phones[2])
    phones[2].stands("sent")
    desk.page.reload()
    desk.until("d.answered === '3' && d.phones === '3' && d.state === 'asking'")
    assert place.endswith(desk.part("room-code").inner_text())
    return tab


def revealed(desk: Seen, phones: list[Seen], tab: Seen) -> None:
    """All see the bars, each phone its own end, the lecturer a file."""
    desk.page.keyboard.press("r")
    for phone in (*phones, tab):
        phone.stands("revealed")
    assert "Right is: no" in phones[0].part("room-state").inner_text()
    assert "That is the right one" in phones[2].part("room-state").inner_text()
    desk.until("t.includes('2 · 67 %') && t.includes('1 · 33 %')")
    assert download(desk)[0] == ["time", "answer", "outcome"]
    assert sorted(row[1:] for row in download(desk)[1:]) == [
        ["no", "right"],
        ["no", "right"],
        ["yes", "wrong"],
    ]
    tab.page.close()


def trains(desk: Seen, phones: list[Seen]) -> None:
    """The room trains."""
    desk.page.get_by_text("What the room is asked").click()
    desk.page.get_by_role("radio", name="a learning rate").click()
    desk.until("d.state === 'asking' && d.answered === '0'")
    for phone, eta in zip(phones, ("0.0001", "0.1", "900"), strict=True):
        phone.stands("ready")
        phone.page.get_by_label("Learning rate, typed").fill(eta)
    phones[1].page.get_by_label("Nickname").fill("Ada")
    slider = phones[1].page.get_by_label("Learning rate", exact=True)
    slider.focus()
    slider.press("ArrowRight")
    for phone in phones:
        phone.part("room-send").tap()
        phone.stands("sent")
    desk.until("d.answered === '3'")
    desk.part("room-reveal").click()
    desk.until("d.state === 'finished' && d.curves === '3'")
    desk.until("t.includes('η = 0.12 (Ada)')")
    assert "33 % of 3 phones' runs learned" in desk.part("room-summary").inner_text()
    for phone, words in zip(
        phones, ("η = 1e-4. Stuck", "None of the room learned sooner", "η = 900. Unstable"), strict=True
    ):
        phone.until("d.state === 'revealed' && !t.includes('is training')")
        assert words in phone.part("room-state").inner_text()
    assert violations(phones[1].page) == []
    desk.page.keyboard.press("h")
    desk.until("!t.includes('(Ada)')")
    head, *rows = download(desk)
    assert head == ["time", "learning_rate", "outcome"]
    assert sorted(row[1] for row in rows) == ["0.0001", "0.12", "900.0"]


def restarted(desk: Seen, phones: list[Seen], playground) -> None:
    """The server is restarted: both sides say so, and one click opens the same code."""
    code = desk.part("room-code").inner_text()
    playground.stop()
    desk.stands("offline")
    phones[2].stands("offline")
    playground.start()
    desk.stands("lost")
    phones[1].until("d.state === 'closed' && t.includes('restarted')")
    assert "restarted" in desk.part("room-words").inner_text()
    desk.part("room-open").click()
    desk.stands("asking")
    assert desk.part("room-code").inner_text() == code
    for phone in phones:
        phone.stands("ready")


@pytest.mark.long
def test_the_whole_story_of_a_room(people, playground):
    desk = desk_at(people, f"{playground.url}/room?{urlencode(QUESTION)}")
    desk.part("room-open").click()
    desk.stands("asking")
    code = desk.part("room-code").inner_text()
    place = f"{playground.url}/room/{code}"
    assert desk.part("room-qr").get_attribute("href") == place
    phones = joined(people, place)
    votes(desk, phones)
    revealed(desk, phones, comes_back(desk, phones, place))
    trains(desk, phones)

    # A flood is sent away, and the others feel nothing.
    assert flood(phones[0], code) == 1008
    desk.part("room-again").click()
    phones[1].stands("ready")

    restarted(desk, phones, playground)
    desk.part("room-close").click()
    desk.stands("none")
    for phone in phones:
        phone.until("d.state === 'closed' && t.includes('lecturer has closed')")
    assert "Traceback" not in playground.log()


LISTEN: Final = """() => {
    globalThis.said = [];
    const hear = () => {
        for (const node of document.querySelectorAll('[role="status"]')) {
            const last = node.matches('.nn-voice') ? node.lastElementChild : node;
            const text = last?.checkVisibility() ? last.textContent.trim() : '';
            if (text && text !== node.heard) said.push(text);
            node.heard = text;
        }
    };
    hear();
    const all = { subtree: true, childList: true, characterData: true };
    new MutationObserver(hear).observe(document.body, all);
}"""


FOCUSED: Final = """(name) => {
    const { dataset, labels } = document.activeElement;
    return dataset.testid === name || [...labels ?? []].some((one) => one.textContent.trim() === name);
}"""


def go_to(seen: Seen, name: str) -> None:
    """Go from control to control by Tab until the one of that test id, or with that label, has the focus."""
    for _ in range(80):
        seen.page.keyboard.press("Tab")
        if seen.page.evaluate(FOCUSED, name):
            return
    raise AssertionError(f"Tab does not lead to {name}.")


def told(seen: Seen, words: str) -> None:
    """Wait until whoever hears the page was told a sentence with these words."""
    heard = "(words) => said.some((one) => one.includes(words))"
    seen.page.wait_for_function(heard, arg=words, timeout=PATIENCE_MS)


@pytest.mark.long
def test_a_room_is_led_and_joined_by_keyboard_alone_and_each_step_is_told_once(people, server):
    desk = desk_at(people, f"{server.url}/room?{urlencode(QUESTION)}")
    desk.page.locator('[data-testid="room-open"]:enabled').wait_for()
    desk.page.locator(QUIET).wait_for()
    go_to(desk, "room-open")
    desk.page.keyboard.press("Enter")
    desk.stands("asking")
    desk.page.evaluate(LISTEN)
    phone = Seen(people(viewport=PHONE["viewport"]).new_page(), "room-state")
    phone.page.goto(f"{server.url}/room/{desk.part('room-code').inner_text()}")
    phone.stands("ready")
    phone.page.evaluate(LISTEN)
    desk.until("d.phones === '1'")
    told(desk, "0 of 1 phone has answered")
    go_to(phone, "yes")
    phone.page.keyboard.press("ArrowDown")
    go_to(phone, "room-send")
    phone.page.keyboard.press("Enter")
    phone.stands("sent")
    desk.until("d.answered === '1'")
    told(desk, "1 of 1 phone has answered")
    desk.page.keyboard.press("r")
    desk.stands("revealed")
    phone.stands("revealed")
    told(desk, "yes: 0, no: 1")
    go_to(desk, "room-close")
    desk.page.keyboard.press("Enter")
    desk.stands("none")
    phone.until("d.state === 'closed' && t.includes('lecturer has closed')")
    told(desk, "Phones join by a code")
    for seen, least in ((desk, 4), (phone, 4)):
        said = seen.page.evaluate("said")
        assert len(said) == len(set(said)) >= least, said


def sleep(phone: Seen) -> None:
    """Let a phone's page be hidden for a minute, by its own clock."""
    phone.page.evaluate(
        """() => {
            const turn = (hidden) => {
                Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
                document.dispatchEvent(new Event("visibilitychange"));
            };
            turn(true);
            const now = Date.now;
            Date.now = () => now() + 60000;
            turn(false);
            Date.now = now;
        }"""
    )


def flood(phone: Seen, code: str) -> int:
    """Send a thousand answers over a socket of one's own; return the code that it is closed with."""
    return phone.page.evaluate(
        """(code) => new Promise((done) => {
            const socket = new WebSocket(`${location.origin.replace("http", "ws")}/live/room/${code}`);
            socket.onopen = () => {
                socket.send(JSON.stringify({ op: "hello", token: "flood" }));
                for (let k = 0; k < 1000; k += 1) socket.send('{"op":"send","value":0.1}');
            };
            socket.onclose = (event) => done(event.code);
        })""",
        code,
    )


def download(desk: Seen) -> list[list[str]]:
    """Press the button below the room, and read the table."""
    with desk.page.expect_download() as started:
        desk.page.get_by_role("button", name="Answers (CSV)").click()
    with open(started.value.path(), encoding="utf-8") as file:
        return list(csv.reader(io.StringIO(file.read())))
