"""Expressions of Flow JSON: `${data.x}`, `${form.x}`, `${screen.S.form.x}`, and what is computed from them between backticks.

A text that is one reference as a whole has that value, of any type. Between backticks stand strings in single quotes, numbers, true,
false, references, `! * / % + - > >= < <= == != && ||`, parentheses, and texts side by side, which are joined.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

_REFERENCE_TEXT = r"\$\{([A-Za-z0-9_.\-]+)\}"
_WHOLE = re.compile(rf"\s*{_REFERENCE_TEXT}\s*")
_TOKEN = re.compile(
    rf"\s*(?:(?P<reference>{_REFERENCE_TEXT})|(?P<number>\d+(?:\.\d+)?)|'(?P<text>(?:[^'\\]|\\.)*)'"
    r"|(?P<word>true|false)|(?P<sign>&&|\|\||==|!=|>=|<=|[><!+\-*/%()]))"
)
_DEEPEST = 40
_MOST_TOKENS = 200
_COMPARISONS = ("==", "!=", ">=", "<=", ">", "<")


class ExpressionBroken(ValueError):
    """The text between the backticks, or the condition, cannot be read."""


class Reference(NamedTuple):
    """What `${…}` names: `source` is `data` or `form`, `screen` empty for the one shown, `path` what stands behind."""

    screen: str
    source: str
    path: tuple[str, ...]


class Values(Protocol):
    """Where references are looked up; None where there is nothing."""

    def look_up(self, reference: Reference) -> Any:
        """Return the value of a reference."""
        ...


class Node(NamedTuple):
    """One step of an expression: its sign, or what it is, and its parts."""

    sign: str
    parts: tuple[Any, ...]


def is_computed(text: str) -> bool:
    """Whether a text stands between backticks."""
    return len(text) > 1 and text.startswith("`") and text.endswith("`")


def is_dynamic(value: object) -> bool:
    """Whether a property is a reference or computed, so that its value is known only when the form is shown."""
    return isinstance(value, str) and (_WHOLE.fullmatch(value) is not None or is_computed(value))


def parse_expression(text: str, *, condition: bool = False) -> Node | None:
    """Return the expression a text is, None if it is plain text; a `condition` needs no backticks."""
    whole = _WHOLE.fullmatch(text)
    if whole is not None:
        return Node("reference", (parse_reference(whole.group(1)),))
    if is_computed(text):
        return _Parser(text[1:-1]).whole()
    return _Parser(text).whole() if condition else None


def parse_reference(text: str) -> Reference:
    """Return what stands between `${` and `}`; raises ExpressionBroken."""
    screen, parts = "", text.split(".")
    if parts[0] == "screen" and len(parts) > 1:
        screen, parts = parts[1], parts[2:]
    if len(parts) < 2 or parts[0] not in {"data", "form"} or not all(parts):  # noqa: PLR2004  a source and a name
        raise ExpressionBroken(f"'${{{text}}}' should be ${{data.…}}, ${{form.…}} or ${{screen.….form.…}}")
    return Reference(screen, parts[0], tuple(parts[1:]))


def references(node: Node | None) -> list[Reference]:
    """Return every reference in an expression."""
    if node is None:
        return []
    if node.sign == "reference":
        return [node.parts[0]]
    return [found for part in node.parts if isinstance(part, Node) for found in references(part)]


def resolve(value: Any, values: Values) -> Any:
    """Return a value with every expression in it, however deep, replaced by what it stands for now."""
    if isinstance(value, str):
        node = parse_expression(value)
        return value if node is None else evaluate(node, values)
    if isinstance(value, Mapping):
        return {name: resolve(inner, values) for name, inner in value.items()}
    if isinstance(value, list):
        return [resolve(inner, values) for inner in value]
    return value


def evaluate(node: Node, values: Values) -> Any:
    """Return what an expression stands for now."""
    sign, parts = node
    if sign == "reference":
        return values.look_up(parts[0])
    if sign == "literal":
        return parts[0]
    if sign == "!":
        return not truth(evaluate(parts[0], values))
    if sign == "negative":
        number = as_number(evaluate(parts[0], values))
        return None if number is None else -number
    left = evaluate(parts[0], values)
    if sign == "&&":
        return truth(left) and truth(evaluate(parts[1], values))
    if sign == "||":
        return truth(left) or truth(evaluate(parts[1], values))
    right = evaluate(parts[1], values)
    if sign == "join":
        return as_text(left) + as_text(right)
    return _compared(sign, left, right) if sign in _COMPARISONS else _computed(sign, left, right)


def truth(value: Any) -> bool:
    """Whether a value counts as true: true itself, or the word."""
    return value is True or value == "true"


def as_number(value: Any) -> float | None:
    """Return a number or a text that is one; what is typed into a form is text."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,15}(\.\d{1,15})?", value):
        return float(value) if "." in value else int(value)
    return None


def as_text(value: Any) -> str:
    """Return a value as it is joined to others."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list):
        return ", ".join(as_text(one) for one in value)
    return str(value)


def _compared(sign: str, left: Any, right: Any) -> bool:
    first, second = as_number(left), as_number(right)
    if sign in {"==", "!="}:
        same = first == second if first is not None and second is not None else as_text(left) == as_text(right)
        return same == (sign == "==")
    if first is None or second is None:
        return False
    return {">": first > second, ">=": first >= second, "<": first < second, "<=": first <= second}[sign]


def _computed(sign: str, left: Any, right: Any) -> float | None:
    first, second = as_number(left), as_number(right)
    if first is None or second is None or (sign in "/%" and second == 0):
        return None
    if sign == "+":
        return first + second
    if sign == "-":
        return first - second
    if sign == "*":
        return first * second
    return first / second if sign == "/" else first % second


class _Parser:
    """Reads an expression from left to right; weaker signs hold stronger ones."""

    def __init__(self, text: str) -> None:
        self._tokens: list[tuple[str, str]] = []
        self._at = 0
        self._depth = 0
        position = 0
        while position < len(text.rstrip()):
            match = _TOKEN.match(text, position)
            if match is None:
                raise ExpressionBroken(f"'{text[position : position + 20]}' is not understood")
            kind = str(match.lastgroup)
            found = match.group(kind)
            self._tokens.append((kind, found[2:-1] if kind == "reference" else found))
            position = match.end()
            if len(self._tokens) > _MOST_TOKENS:
                raise ExpressionBroken(f"the expression has more than {_MOST_TOKENS} parts")

    def whole(self) -> Node:
        node = self._binary(0)
        if self._at < len(self._tokens):
            raise ExpressionBroken(f"'{self._tokens[self._at][1]}' stands where nothing is expected")
        return node

    _LEVELS = (("||",), ("&&",), _COMPARISONS, ("join",), ("+", "-"), ("*", "/", "%"))

    def _binary(self, level: int) -> Node:
        if level == len(self._LEVELS):
            return self._unary()
        node = self._binary(level + 1)
        while True:
            kind, text = self._peek()
            if self._LEVELS[level] == ("join",):
                if kind not in {"reference", "number", "text", "word"} and text != "(":
                    return node
                node = Node("join", (node, self._binary(level + 1)))
            elif kind == "sign" and text in self._LEVELS[level]:
                self._at += 1
                node = Node(text, (node, self._binary(level + 1)))
            else:
                return node

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("end", "")

    def _unary(self) -> Node:
        kind, text = self._peek()
        self._at += 1
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ExpressionBroken(f"the expression nests deeper than {_DEEPEST}")
        try:
            return self._primary(kind, text)
        finally:
            self._depth -= 1

    def _primary(self, kind: str, text: str) -> Node:
        if kind == "reference":
            return Node("reference", (parse_reference(text),))
        if kind == "number":
            return Node("literal", (float(text) if "." in text else int(text),))
        if kind == "text":
            return Node("literal", (re.sub(r"\\(.)", r"\1", text),))
        if kind == "word":
            return Node("literal", (text == "true",))
        if text == "(":
            node = self._binary(0)
            if self._peek()[1] != ")":
                raise ExpressionBroken("a closing parenthesis is missing")
            self._at += 1
            return node
        if text in {"!", "-"}:
            return Node("!" if text == "!" else "negative", (self._unary(),))
        raise ExpressionBroken(
            f"'{text}' stands where a value is expected" if text else "a value is missing at the end"
        )
