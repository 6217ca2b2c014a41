"""A module of the browser that has all it imports within it is the module that it is alone."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from ui.web.assets import FOLDER, LIBRARIES, Assets
from ui.web.joining import in_order, joined, later, style, without_comments

HERE = Path(__file__).parent
IN_CI = bool(os.environ.get("CI"))
needs_node = pytest.mark.skipif(not (IN_CI or shutil.which("node")), reason="Node.js was not found")
needs_prettier = pytest.mark.skipif(
    not (IN_CI or Path("node_modules/prettier").is_dir()), reason="Prettier is not installed"
)
MODULES = sorted(
    name
    for path in FOLDER.rglob("*.js")
    if not (name := path.relative_to(FOLDER).as_posix()).startswith(LIBRARIES)
)


def read(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def node(*arguments: str) -> str:
    """Return what a program of Node prints."""
    command = ["node", "--no-warnings", "--experimental-vm-modules", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def answers(what: str, folder: Path, names: Sequence[str]) -> dict[str, object]:
    return json.loads(node(str(HERE / "modules.mjs"), what, str(folder), *names))


def write(folder: Path, modules: dict[str, str]) -> None:
    for name, text in modules.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def joined_of(modules: dict[str, str], name: str) -> str:
    return joined(name, modules.__getitem__, version="1")


@needs_node
def test_every_module_exports_what_it_exports_alone_and_needs_no_other_file(tmp_path: Path) -> None:
    write(tmp_path, {name: joined(name, read, version="1") for name in MODULES})
    assert len(MODULES) > 100
    assert answers("exports", tmp_path, MODULES) == answers("exports", FOLDER, MODULES)
    assert not [name for name in MODULES if "\nimport " in (tmp_path / name).read_text(encoding="utf-8")]


@needs_node
@needs_prettier
def test_nothing_but_comments_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, {name: without_comments(read(name)) for name in MODULES})
    assert answers("meaning", tmp_path, MODULES) == answers("meaning", FOLDER, MODULES)
    lengths = [
        sum(len(text) for text in map(of, MODULES))
        for of in (read, lambda name: without_comments(read(name)))
    ]
    assert lengths[1] < 0.8 * lengths[0]


FORMS = {
    "a/one.js": """/** One. @type {number} */
export const one = 1;
let calls = 0;
export function called() {
  return ++calls;
}
export class Box {
  #held = 7;
  static open(box) {
    return box.#held;
  }
}
""",
    "a/two.js": """import { called, one as uno } from "./one.js";
export { one, Box as Chest } from "./one.js";
export const two = uno + called();
export async function late() {
  return two;
}
export default (() => `
  one line more: ${two}
`)();
""",
    "b/three.js": """import text from "../a/two.js";
import {
  Chest,
  two,
} from "../a/two.js";
import { called } from "../a/one.js";
export default function three() {
  return [text, two, called()];
}
export const held = Chest.open(new Chest());
export const here = import.meta.url.slice(-10);
export const other = () => import("./four.js");
""",
    "b/four.js": "export const four = 4;\n",
    "b/five.js": """import { called } from "../a/one.js";
export {};
called();
""",
    "c/seven.js": """import { held, here, other } from "../b/three.js";
import three from "../b/three.js";
import { called } from "../a/one.js";
export const all = async () => [held, here, three(), called(), (await other()).four];
""",
}
ASK = """
const load = (name) => import(`${process.argv[1]}/${name}.js`);
const { all } = await load("c/seven");
const { default: text, late, Chest } = await load("a/two");
await load("b/five");
const { called, Box } = await load("a/one");
console.log(JSON.stringify([await all(), text, await late(), called(), Box === Chest]));
"""


@needs_node
def test_each_way_to_import_and_export_does_what_it_does_alone(tmp_path: Path) -> None:
    write(tmp_path, {"package.json": '{"type": "module"}'})
    write(tmp_path / "alone", FORMS)
    write(tmp_path / "joined", {name: joined_of(FORMS, name) for name in FORMS})
    told = [
        node("--input-type=module", "--eval", ASK, str(tmp_path / folder)) for folder in ("alone", "joined")
    ]
    # Each module is there once, whichever file it came with: the calls are counted together.
    assert told[0] == told[1]
    assert json.loads(told[0])[0] == [7, "b/three.js", ["\n  one line more: 2\n", 2, 3], 4, 4]


@pytest.mark.parametrize(
    "text",
    [
        "export let changing = 1;\n",
        'export * from "./one.js";\n',
        'import * as all from "./one.js";\n',
        'import "./one.js";\n',
        "const $known = 1;\n",
    ],
)
def test_what_is_not_understood_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^a/x\.js must"):
        joined_of({"a/x.js": text, "a/one.js": FORMS["a/one.js"]}, "a/x.js")


def test_a_ring_is_refused() -> None:
    ring = {"a/x.js": 'import { y } from "./y.js";\n', "a/y.js": 'import { x } from "./x.js";\n'}
    with pytest.raises(ValueError, match=r"in a ring; got .*a/x.js.*a/y.js.*a/x.js"):
        in_order("a/x.js", ring.__getitem__)


def test_what_is_asked_for_later_is_named() -> None:
    assert later("live/component.js", read) == later("panels/plotly_chart.js", read)
    assert all(name.startswith(LIBRARIES) for name in later("live/component.js", read))
    assert later("room/phone.js", read) == []


def test_a_style_sheet_has_within_it_those_that_it_imports() -> None:
    sheets = {
        "a/x.css": '/* x */\n@import url("../b/y.css");\n.x {}\n',
        "b/y.css": '@import url("z.css");\n.y {}\n',
    }
    sheets["b/z.css"] = ".z {}\n"
    assert style("a/x.css", sheets.__getitem__) == "/* x */\n.z {}\n.y {}\n.x {}\n"
    for path in FOLDER.rglob("*.css"):
        assert "@import" not in style(path.relative_to(FOLDER).as_posix(), read)


def test_the_address_of_a_module_answers_with_all_that_it_imports() -> None:
    assets = Assets()
    text = bytes(assets.answer(assets.version, "live/component.js", {}).body).decode()
    assert text == joined("live/component.js", read, version=assets.version)
    assert assets.answer(assets.version, "live/nothing.js", {}).status_code == 404
