"""Activations that a user types: `z * sigmoid(z)` becomes a function, and nothing else does.

The text is cut into numbers, known names and a few signs before Python's parser sees it; the tree is
checked node by node; what is left is evaluated by the library simpleeval against the two tables below.
A formula can therefore neither reach an object of the program nor keep the processor busy.
"""

from __future__ import annotations

import ast
import difflib
import operator
import re
import threading
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import autograd.numpy as anp
import numpy as np
from autograd.core import make_vjp
from autograd.extend import defjvp, defvjp, primitive
from autograd.tracer import isbox
from simpleeval import SimpleEval

from nncore.arrays import Array, ArrayLike

MAX_LENGTH = 200  # characters of a formula
LARGEST = 1e300  # numbers that are typed, or made of typed ones, stay below it
MAX_DEPTH = 25  # levels of brackets, signs and powers within one another


def _softplus(z: Array) -> Array:
    return anp.logaddexp(0.0, z)


def _sigmoid(z: Array) -> Array:
    # Written so that neither value nor derivative overflows at either end.
    return anp.exp(-anp.logaddexp(0.0, -z))


@primitive
def _erf(z: Array) -> Array:
    # autograd.scipy would bring half a second of scipy.stats with it, at a visitor's first use.
    from scipy.special import erf

    return erf(z)


defvjp(_erf, lambda _, z: lambda g: g * (2.0 / np.pi**0.5) * anp.exp(-(z**2)))
defjvp(_erf, lambda g, _, z: g * (2.0 / np.pi**0.5) * anp.exp(-(z**2)))


CONSTANTS = {"pi": float(np.pi), "e": float(np.e)}

# Name -> (function, number of arguments). All element by element, all known to autograd.
FUNCTIONS: dict[str, tuple[Callable[..., Array], int]] = {
    "exp": (anp.exp, 1),
    "log": (anp.log, 1),
    "sqrt": (anp.sqrt, 1),
    "abs": (anp.abs, 1),
    "sin": (anp.sin, 1),
    "cos": (anp.cos, 1),
    "tanh": (anp.tanh, 1),
    "sinh": (anp.sinh, 1),
    "cosh": (anp.cosh, 1),
    "arctan": (anp.arctan, 1),
    "erf": (_erf, 1),
    "sigmoid": (_sigmoid, 1),
    "softplus": (_softplus, 1),
    "relu": (lambda z: anp.where(z > 0, z, 0.0 * z), 1),
    "maximum": (anp.maximum, 2),
    "minimum": (anp.minimum, 2),
    "where": (anp.where, 3),
}

OPERATORS: dict[type, Callable[..., Array]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    # NumPy's, not Python's: 1/0 and huge powers of plain numbers become infinity, never an exception.
    ast.Div: anp.divide,
    ast.Pow: anp.power,
    ast.USub: operator.neg,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_COMPARISONS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)

ALLOWED = (
    f"numbers, z, {', '.join(CONSTANTS)}, + - * / **, brackets, "
    f"and {', '.join(FUNCTIONS)} (where takes a comparison first)"
)

INSTEAD = {
    "x": "z",
    "ln": "log",
    "max": "maximum",
    "min": "minimum",
    "pow": "**",
    "atan": "arctan",
    "sigma": "sigmoid",
    "logistic": "sigmoid",
    "heaviside": "where(z > 0, 1, 0)",
    "sign": "where(z > 0, 1, -1)",
    "lrelu": "maximum(z, 0.001*z)",
    "leakyrelu": "maximum(z, 0.01*z)",
    "swish": "z * sigmoid(z)",
    "silu": "z * sigmoid(z)",
    "mish": "z * tanh(softplus(z))",
    "gelu": "z * sigmoid(1.702*z)",
    "elu": "where(z > 0, z, exp(z) - 1)",
    "if": "where(z > 0, z, 0.1*z)",
}
"""What people of other habits type, in small letters, and what is written for it here."""
SIGNS = {"−": "-", "–": "-", "×": "*", "·": "*", "÷": "/", "²": "**2", "³": "**3", "√": "sqrt(z)", "π": "pi",
         "σ": "sigmoid(z)", "|": "abs(z)", "≥": ">=", "≤": "<="}  # fmt: skip
"""Signs of print, as on the pages themselves, and what a keyboard has for them."""

_TOKEN = re.compile(
    r"(?P<space>[ \t]+)"
    r"|(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w.]))"
    r"|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<sign>\*\*|<=|>=|[-+*/(),<>])",
    re.ASCII,
)


class FormulaError(ValueError):
    """A formula that is not one.

    Parameters
    ----------
    sentence : str
        What is allowed and what was given.
    position : int
        Column of the formula where it goes wrong, from 1.
    """

    def __init__(self, sentence: str, position: int) -> None:
        super().__init__(f"column {position}: {sentence}")
        self.sentence = sentence
        self.position = position

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.sentence, self.position)


class CompiledFormula:
    """A typed activation: call it with an array (or autograd's boxes) of any shape.

    Two compilations of one text are equal, and it can be pickled: what travels is the text.
    """

    __name__ = "custom"
    element_by_element = True
    """A large array may be put through it in pieces."""

    def __init__(self, text: str, tree: ast.expr) -> None:
        self.text = text
        self._tree = tree

    def __call__(self, z: Array) -> Array:
        """Return the formula's value for every element of `z`, in the shape of `z`."""
        if not isbox(z):
            z = np.asarray(z)
            z = z if z.dtype.kind == "f" else z.astype(float)
        with np.errstate(all="ignore"):
            value = _evaluate(self._tree, {"z": z})
        if isbox(value):
            return value
        # Flat pieces such as where(z > 0, 1, 0) forget the precision of z, and in autograd's chain z itself.
        value = value.astype(z.dtype, copy=False)
        if isbox(z):
            value = anp.where(np.ones(anp.shape(z), dtype=bool), value, z)
        return value

    @property
    def tree(self) -> ast.expr:
        """The checked syntax tree, parts without z folded into numbers: what other libraries translate."""
        return self._tree

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CompiledFormula) and other.text == self.text

    def __hash__(self) -> int:
        return hash((CompiledFormula, self.text))

    def __repr__(self) -> str:
        return f"compile_formula({self.text!r})"

    def __reduce__(self) -> tuple[object, ...]:
        return compile_formula, (self.text,)


def compile_formula(text: str) -> CompiledFormula:
    """Return the activation that `text` writes in z.

    Parameters
    ----------
    text : str
        At most 200 characters out of numbers, z, pi, e, ``+ - * / **``, brackets and ``FUNCTIONS``.

    Returns
    -------
    CompiledFormula
        Works element by element on arrays of any shape, and under autograd.

    Raises
    ------
    FormulaError
        If the text is anything else; it names the column.

    Examples
    --------
    >>> swish = compile_formula("z * sigmoid(z)")
    >>> swish(np.array([0.0, 2.0])).round(3).tolist()
    [0.0, 1.762]
    >>> compile_formula("z * sigmod(z)")
    Traceback (most recent call last):
    ...
    nncore.experiment.formula.FormulaError: column 5: 'sigmod' is not known, write sigmoid; allowed are ...
    """
    if not isinstance(text, str):
        raise FormulaError(f"a formula must be a text; got {type(text).__name__}", 1)
    if len(text) > MAX_LENGTH:
        raise FormulaError(
            f"a formula must have at most {MAX_LENGTH} characters; got {len(text)}", MAX_LENGTH + 1
        )
    return _compile(text)


@dataclass(frozen=True)
class Fault:
    """A weighted sum at which an activation is of no use."""

    what: str
    """{"value", "slope"}: what is not a finite number there."""
    z: float
    """The weighted sum."""


def first_fault(func: Callable[[Array], Array], z: ArrayLike) -> Fault | None:
    """Return where value or slope of an activation is not a finite number, or None where both always are.

    Parameters
    ----------
    func : callable
        Works element by element: a formula, or a function of your own written with ``autograd.numpy``.
    z : array of any shape
        Weighted sums to look at; those that are not finite themselves are left out.

    Returns
    -------
    Fault or None
        The one that lies nearest to 0.

    Examples
    --------
    >>> first_fault(compile_formula("where(z > 0, sqrt(z), 0*z)"), [-1.0, 0.0, 1.0])
    Fault(what='slope', z=0.0)
    >>> first_fault(compile_formula("log(z)"), [-3.0, -2.0, 1.0])
    Fault(what='value', z=-2.0)
    """
    sums = np.ravel(np.asarray(z, dtype=np.float64))
    sums = sums[np.isfinite(sums)]
    sums = sums[np.argsort(np.abs(sums), kind="stable")]
    if not sums.size:
        return None
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Output seems independent of input")
        pull, value = make_vjp(func, sums)
        slope = pull(np.ones_like(value))
    wrong = ~(np.isfinite(value) & np.isfinite(slope))
    if not wrong.any():
        return None
    at = int(np.argmax(wrong))
    return Fault("slope" if np.isfinite(value[at]) else "value", float(sums[at]))


@lru_cache(maxsize=256)
def _compile(text: str) -> CompiledFormula:
    if not text.strip():
        raise FormulaError("a formula must not be empty; try z * sigmoid(z)", 1)
    _check_tokens(text)
    start = len(text) - len(text.lstrip())
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        column = min((error.offset or len(text)) + start, len(text))
        raise FormulaError(_incomplete(text), column) from None
    checker = _Checker(text.strip(), start)
    tree = checker.check(tree)
    if not checker.uses_z(tree):
        raise FormulaError(
            f"a formula must contain z, the weighted sum that enters the neuron; got {_quoted(text.strip())}",
            1,
        )
    return CompiledFormula(text.strip(), tree)


def _check_tokens(text: str) -> None:
    """Refuse every character and name that is not on the list, and brackets too deep."""
    position, depth = 0, 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise FormulaError(_bad_character(text, position), position + 1)
        name = match["name"]
        if name is not None and name != "z" and name not in CONSTANTS and name not in FUNCTIONS:
            raise FormulaError(_unknown(text, position), position + 1)
        depth += {"(": 1, ")": -1}.get(match.group(), 0)
        if depth > MAX_DEPTH:
            raise FormulaError(f"brackets must be at most {MAX_DEPTH} deep", position + 1)
        position = match.end()


def _bad_character(text: str, position: int) -> str:
    character = text[position]
    if character == "^":
        return "powers are written **, such as z**2; got ^"
    if character in SIGNS:
        return f"{_quoted(character)} is written {SIGNS[character]} here; allowed are {ALLOWED}"
    if re.match(r"\.?\d", text[position:], re.ASCII):
        given = _quoted(re.findall(r"[\w.]+", text[position:])[0])
        return f"a number must stand alone, products are written 2*z; got {given}"
    if character.isalpha():
        return f"{_foreign(character)}; allowed are {ALLOWED}"
    return f"{_quoted(character)} is not allowed; allowed are {ALLOWED}"


def _unknown(text: str, position: int) -> str:
    """Say that a name is not known, with the one that was meant where that can be guessed."""
    word = re.findall(r"\w+", text[position:])[0]
    foreign = next((character for character in word if not character.isascii()), None)
    if foreign is not None:
        return f"{_quoted(word)} is not known: {_foreign(foreign)}; allowed are {ALLOWED}"
    small = word.lower().replace("_", "")
    names = ("z", *CONSTANTS, *FUNCTIONS)
    close = [small] if small in names else difflib.get_close_matches(small, names, n=1, cutoff=0.75)
    meant = INSTEAD.get(small) or next(iter(close), None)
    hint = f", write {meant}" if meant else ""
    return f"{_quoted(word)} is not known{hint}; allowed are {ALLOWED}"


def _foreign(character: str) -> str:
    return f"{_quoted(character)} is no letter from a to z, though it may look like one"


def _incomplete(text: str) -> str:
    """Say what is missing where Python's parser gave up."""
    sentence = "this is not a complete formula"
    if text.count("(") != text.count(")"):
        sentence += f", opening brackets: {text.count('(')}, closing: {text.count(')')}"
    elif re.search(r"[\w.)]\s+[\w.(]", text):
        sentence += ", products are written 2*z"
    return f"{sentence}; got {_quoted(text.strip())}, allowed are {ALLOWED}"


def _quoted(text: str) -> str:
    return repr(text if len(text) <= 20 else text[:20] + "...")


class _Checker:
    """Checks a parsed formula node by node and replaces parts without z by their value."""

    def __init__(self, text: str, start: int) -> None:
        self._text = text
        self._start = start

    def check(self, node: ast.expr, depth: int = 1) -> ast.expr:
        """Return the node ready for evaluation; FormulaError where it is not allowed."""
        if depth > MAX_DEPTH:
            raise self._error(
                f"a formula must be at most {MAX_DEPTH} levels deep (brackets, signs, one operation upon "
                "the next); use fewer",
                node,
            )
        if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
            return self._number(node, float(node.value) if abs(node.value) < LARGEST else np.inf)
        if isinstance(node, ast.Name) and (node.id == "z" or node.id in CONSTANTS):
            return node if node.id == "z" else self._number(node, CONSTANTS[node.id])
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.UAdd):
            return self.check(node.operand, depth + 1)  # autograd and tensors have no such sign
        if isinstance(node, ast.UnaryOp) and type(node.op) in OPERATORS:
            node.operand = self.check(node.operand, depth + 1)
        elif isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
            node.left = self.check(node.left, depth + 1)
            node.right = self.check(node.right, depth + 1)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            self._check_call(node, node.func.id, depth)
        elif isinstance(node, ast.Compare):
            raise self._error(
                "a comparison may stand only as the first argument of where, such as "
                f"where(z > 0, z, 0.1*z); got {self._given(node)}",
                node,
            )
        else:
            raise self._error(self._refusal(node), node)
        return node if self.uses_z(node) else self._fold(node)

    def _refusal(self, node: ast.expr) -> str:
        given = self._given(node)
        if isinstance(node, ast.Name):
            return f"{node.id} needs brackets behind it, such as {node.id}(z)"
        if isinstance(node, ast.Call):
            return f"products are written with *, such as 2*(z + 1); got {given}"
        return f"this part is not allowed: {given}; allowed are {ALLOWED}"

    def _given(self, node: ast.expr) -> str:
        return _quoted(ast.get_source_segment(self._text, node) or self._text)

    @staticmethod
    def uses_z(tree: ast.expr) -> bool:
        """Return whether z stands anywhere in the tree."""
        return any(isinstance(node, ast.Name) and node.id == "z" for node in ast.walk(tree))

    def _check_call(self, node: ast.Call, name: str, depth: int) -> None:
        if name not in FUNCTIONS:
            raise self._error(
                f"{_quoted(name)} is not a function, products are written {name}*(...); functions are "
                f"{', '.join(FUNCTIONS)}",
                node,
            )
        wanted = FUNCTIONS[name][1]
        if len(node.args) != wanted or node.keywords:
            raise self._error(
                f"{name} takes {wanted} argument{'s' if wanted > 1 else ''}; got {len(node.args)}", node
            )
        if name == "where":
            node.args[0] = self._comparison(node.args[0], depth + 1)
        first = 1 if name == "where" else 0
        node.args[first:] = [self.check(argument, depth + 1) for argument in node.args[first:]]

    def _comparison(self, node: ast.expr, depth: int) -> ast.expr:
        single = isinstance(node, ast.Compare) and len(node.ops) == 1
        if not isinstance(node, ast.Compare) or not single or not isinstance(node.ops[0], _COMPARISONS):
            raise self._error(
                f"where needs one comparison first, such as where(z > 0, z, 0.1*z); got {self._given(node)}",
                node,
            )
        node.left = self.check(node.left, depth + 1)
        node.comparators = [self.check(node.comparators[0], depth + 1)]
        return node

    def _fold(self, node: ast.expr) -> ast.expr:
        with np.errstate(all="ignore"):
            return self._number(node, float(_evaluate(node, {})))

    def _number(self, node: ast.expr, value: float) -> ast.expr:
        if not abs(value) < LARGEST:
            raise self._error(f"{self._given(node)} must be a finite number below {LARGEST:g} in size", node)
        return ast.copy_location(ast.Constant(value), node)

    def _error(self, sentence: str, node: ast.expr) -> FormulaError:
        return FormulaError(sentence, self._start + node.col_offset + 1)


class _ThreadEvaluator(threading.local):
    """One evaluator a thread: the library keeps the names of the call in the evaluator itself."""

    def __init__(self) -> None:
        functions = {name: function for name, (function, _) in FUNCTIONS.items()}
        self.evaluator = SimpleEval(operators=OPERATORS, functions=functions, names={})


_thread = _ThreadEvaluator()


def _evaluate(tree: ast.expr, names: dict[str, Array]) -> Array:
    evaluator = _thread.evaluator
    evaluator.names = names
    try:
        return evaluator.eval("", previously_parsed=tree)
    finally:
        evaluator.names = {}
