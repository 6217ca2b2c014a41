"""Conventions that hold the others in place, by parsing: imports, sizes, docstrings, registries, tests.

A limit may be broken where the breaking line, or the one above it, carries a comment that says why.
"""

import ast
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.house_figures import circles
from tests.house_figures import imports as import_graph

ROOT = Path(__file__).parents[2]
ROOMS = ("nncore", "ui", "pages", "benchmarks", "tests")
MOST_BODY_LINES, MOST_FILE_LINES, MOST_POSITIONAL, MOST_PARAMETERS = 50, 500, 3, 7
MOST_ANY = 250

FORBIDDEN = {
    "nncore": {"streamlit", "plotly", "ui", "pages", "benchmarks", "tests", "pandas", "starlette"},
    "ui": {"pages", "benchmarks", "tests"},
    "pages": {"benchmarks", "tests"},
}

# Libraries whose modules have another name.
MODULES = {"scikit-learn": "sklearn", "tensorflow-cpu": "tensorflow"}

# Streamlit serves with these; they are named for their tested ranges, and not imported here.
BESIDE_STREAMLIT = {"websockets", "python-multipart"}

# Registry: files whose tests loop over it, or compare its keys with a table of their own.
REGISTRIES = {
    "ACTIVATIONS": "test_activations",
    "COSTS": "test_costs",
    "SCHEDULERS": "test_schedulers",
    "INITIALISATIONS": "test_network",
    "OUTCOMES": "test_outcome",
    "DATA": "test_data",
    "FIELDS": "test_experiment",
}


def files(*rooms: str) -> list[Path]:
    found = [path for room in rooms for path in sorted((ROOT / room).rglob("*.py"))]
    return [*found, ROOT / "playground.py"] if rooms == ROOMS else found


@cache
def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(text_of(path))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def where(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT)}:{node.lineno} {getattr(node, 'name', '')}"


def body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def explained(path: Path, node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Say whether a comment stands on the line of the function or on the one above it and its decorators."""
    lines = text_of(path).splitlines()
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    return "#" in lines[node.lineno - 1] or lines[first - 2].lstrip().startswith("#")


def public_functions(path: Path) -> Iterator[ast.FunctionDef]:
    """Yield the public functions of a module, and the public methods of its public classes.

    A method without a docstring in a class with bases takes over the one of what it overrides, and a setter
    that of its property.
    """
    for node in parsed(path).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield node
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            for method in node.body:
                if not isinstance(method, ast.FunctionDef) or method.name.startswith("_"):
                    continue
                sets = any(ast.unparse(mark).endswith(".setter") for mark in method.decorator_list)
                if not sets and (ast.get_docstring(method) is not None or not node.bases):
                    yield method


# ---------------------------------------------------------------- rule 1: rooms


def imports(path: Path) -> Iterator[tuple[ast.Import | ast.ImportFrom, str]]:
    """Yield every module that a file imports by its full name, with the line that does it."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node, node.module or ""


@pytest.mark.parametrize("room", FORBIDDEN)
def test_no_room_imports_what_stands_above_it(room):
    wrong = [
        f"{where(path, node)} {name}"
        for path in files(room)
        for node, name in imports(path)
        if name.split(".")[0] in FORBIDDEN[room]
    ]
    assert not wrong


def test_no_modules_import_one_another_in_a_circle():
    """Imports for types alone and inside functions count as well."""
    graph = import_graph(
        {str(path.relative_to(ROOT)): text_of(path) for path in files("nncore", "ui", "pages")}
    )
    assert circles(graph)[0] == []
    back = "nncore.experiment.values", "nncore.experiment.experiment"
    assert circles({**graph, back[0]: {*graph[back[0]], back[1]}})[0]


def test_types_say_what_they_can():
    texts = [text_of(path) for path in files("nncore", "ui")]
    assert sum(len(re.findall(r"\bAny\b", text)) for text in texts) <= MOST_ANY
    assert not [text for text in texts if "type: ignore" in text]


def test_what_is_imported_is_what_is_installed():
    settings = tomllib.loads(text_of(ROOT / "pyproject.toml"))["project"]
    listed = [line for line in text_of(ROOT / "requirements.txt").splitlines() if not line.startswith("#")]
    assert set(settings["dependencies"]) < set(listed)
    extras = {line for lines in settings["optional-dependencies"].values() for line in lines}
    assert imported(files("nncore")) == modules({*settings["dependencies"], *extras})
    pages = (*files("nncore", "ui", "pages"), ROOT / "playground.py")
    assert imported(pages) == modules({*listed, *extras}) - BESIDE_STREAMLIT


def imported(paths: Iterable[Path]) -> set[str]:
    """Return the foreign packages that files import."""
    names = {name.split(".")[0] for path in paths for _, name in imports(path)}
    return names - sys.stdlib_module_names - set(ROOMS)


def modules(requirements: set[str]) -> set[str]:
    """Return what the listed packages are imported as; files in .onnx are written here, and run elsewhere."""
    names = {re.split(r"[\[~=<>]", line)[0] for line in requirements}
    return {MODULES.get(name, name) for name in names} - {"onnxruntime"}


# ---------------------------------------------------------------- rule 3: sizes


def test_function_bodies_stay_below_fifty_lines():
    long = [
        f"{where(path, node)}: {body_lines(node)}"
        for path in files(*ROOMS)
        for node in functions(path)
        if body_lines(node) >= MOST_BODY_LINES and not explained(path, node)
    ]
    assert not long


def test_files_stay_below_five_hundred_lines():
    sizes = {path: len(text_of(path).splitlines()) for path in files(*ROOMS)}
    assert not [f"{path.relative_to(ROOT)}: {size}" for path, size in sizes.items() if size > MOST_FILE_LINES]


def test_public_functions_take_few_parameters():
    wrong = []
    for path in files("nncore", "ui", "pages", "benchmarks"):
        for node in public_functions(path):
            names = [
                arg.arg for arg in node.args.posonlyargs + node.args.args if arg.arg not in ("self", "cls")
            ]
            n_all = len(names) + len(node.args.kwonlyargs)
            too_many = len(names) > MOST_POSITIONAL or n_all > MOST_PARAMETERS
            if too_many and not explained(path, node):
                wrong.append(f"{where(path, node)}: {len(names)} positional, {n_all} in all")
    assert not wrong


# ---------------------------------------------------------------- rule 10: docstrings of nncore


def test_public_functions_of_nncore_have_one_sentence_first():
    wrong = []
    for path in files("nncore"):
        for node in public_functions(path):
            first = (ast.get_docstring(node) or "").split("\n\n")[0]
            if not re.search(r"[.:]$", first.strip()) or "\n" in first.strip():
                wrong.append(f"{where(path, node)}: {first!r}")
    assert not wrong


def raises_by_name(node: ast.FunctionDef) -> set[str]:
    """Return the names of the exceptions that a function raises itself, not in functions inside it."""
    inner = {
        id(inside)
        for nested in ast.walk(node)
        if isinstance(nested, ast.FunctionDef | ast.Lambda) and nested is not node
        for inside in ast.walk(nested)
    }
    raised = set()
    for statement in ast.walk(node):
        if (
            isinstance(statement, ast.Raise)
            and id(statement) not in inner
            and isinstance(statement.exc, ast.Call)
        ):
            raised.add(ast.unparse(statement.exc.func).split(".")[-1])
    return {name for name in raised if name.endswith("Error")}


def test_public_functions_of_nncore_say_what_they_raise():
    wrong = []
    for path in files("nncore"):
        for node in public_functions(path):
            section = (ast.get_docstring(node) or "").partition("Raises\n------")[2]
            missing = {name for name in raises_by_name(node) if name not in section}
            if missing:
                wrong.append(f"{where(path, node)}: {missing}")
    assert not wrong


def test_public_functions_of_nncore_give_the_shape_of_their_arrays():
    """A parameter section that speaks of an array gives its shape, in brackets or in words."""
    wrong = []
    for path in files("nncore"):
        for node in public_functions(path):
            section = (ast.get_docstring(node) or "").partition("Parameters\n----------")[2]
            for line in re.findall(r"^\w[\w, ]* : .*\barray\b.*$", section, flags=re.MULTILINE):
                if not re.search(r"\(.*\)|shape|\[", line):
                    wrong.append(f"{where(path, node)}: {line}")
    assert not wrong


# ---------------------------------------------------------------- rule 20: registries


@pytest.mark.parametrize("registry", REGISTRIES)
def test_tests_loop_over_the_registries(registry):
    text = (ROOT / "tests" / "unit" / f"{REGISTRIES[registry]}.py").read_text(encoding="utf-8")
    loops = re.search(rf"parametrize\([^)]*\b{registry}\b|\bin {registry}\b|set\({registry}\)", text)
    assert loops, f"{REGISTRIES[registry]} must loop over {registry}"


def test_no_test_branches_on_the_name_of_an_entry():
    """Differences between entries belong in the table: at most one comparison with a name in a test."""
    wrong = []
    for path in files("tests"):
        for node in functions(path):
            compared = [
                test
                for test in ast.walk(node)
                if isinstance(test, ast.If)
                and isinstance(test.test, ast.Compare)
                and isinstance(test.test.left, ast.Name)
                and test.test.left.id == "name"
            ]
            if len(compared) > 1:
                wrong.append(where(path, node))
    assert not wrong


# ---------------------------------------------------------------- rule 21: tests can fail


def test_every_test_asserts_something():
    # In a browser, waiting for something fails when it does not come.
    proofs = ("assert", "raises", "check_", "expect", "warns", "until", "wait_for")
    wrong = []
    for path in files("tests"):
        helpers = {node.name for node in functions(path) if "assert" in ast.unparse(node)}
        for node in functions(path):
            if not node.name.startswith("test_"):
                continue
            text = ast.unparse(node)
            if not any(proof in text for proof in proofs) and not any(f"{name}(" in text for name in helpers):
                wrong.append(where(path, node))
    assert not wrong


def test_no_test_is_defined_twice_in_a_file():
    wrong = []
    for path in files("tests"):
        for scope in ast.walk(parsed(path)):
            if isinstance(scope, ast.Module | ast.ClassDef):
                names = [node.name for node in scope.body if isinstance(node, ast.FunctionDef)]
                wrong += [f"{path.name}: {name}" for name in set(names) if names.count(name) > 1]
    assert not wrong


def test_nothing_is_skipped_slept_or_swallowed():
    """Spelt in two parts, so that this file does not find itself."""
    marks = [
        "pytest." + "skip(",
        "mark.x" + "fail",
        "pytest.x" + "fail",
        "time." + "sleep(",
        "wait_for_" + "timeout",
        "except" + ":",
    ]
    wrong = [
        f"{path.relative_to(ROOT)}: {mark}"
        for path in files(*ROOMS)
        for mark in marks
        if mark in text_of(path)
    ]
    assert not wrong


def test_warnings_are_errors_and_strictness_is_on():
    settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert 'filterwarnings = ["error"]' in settings
    assert "xfail_strict = true" in settings
    assert "--doctest-modules" in settings
    assert '"F",' in settings.replace('"E", "W", "F"', '"F",')


def test_no_global_random_state():
    drawn = re.compile(
        r"\b(?:np|numpy|npr)\.random\.(?!default_rng|Generator|SeedSequence|PCG64)\w+\(|\brandom\.seed\("
    )
    wrong = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in files(*ROOMS)
        for match in drawn.finditer(text_of(path))
    ]
    assert not wrong
