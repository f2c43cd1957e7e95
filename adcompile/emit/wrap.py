"""Breaking long lines, the way formatters do.

    return value, {"w": w_bar, "b": b_bar}   ->   return value, {
                                                      "w": w_bar,
                                                      "b": b_bar,
                                                  }
A line is broken inside its largest pair of brackets; what has none gets parentheses around it and
is broken before its loosest operators.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

INDENT = " " * 4
NARROW = 44  # columns that a line may have behind its indent, however deep it stands
OPEN, CLOSE = "([{", ")]}"
STRING = r"""[rbfuRBFU]*(?:\"\"\".*?\"\"\"|'''.*?'''|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')"""
LOOSEST = (
    (" for ",), (" if ", " else "), (" or ",), (" and ",),
    (" < ", " <= ", " > ", " >= ", " == ", " != "),
    (" + ", " - "), (" * ", " / ", " @ ", " // ", " % "),
)  # fmt: skip
HEADS = re.compile(
    r"(return|if|elif|while|assert)\s+|for .*? in |(?:[^=(]*?(?:\[.*?\])?)? (?:[-+*/@]?=) "
)


def wrap(line: str, width: int) -> list[str]:
    """A line of code as lines of at most this width, where that can be had."""
    if len(line) <= width:
        return [line]
    pad = line[: len(line) - len(line.lstrip())]
    if len(line) <= len(pad) + NARROW:
        return [line]
    text = line[len(pad) :]
    pair = _largest(text)
    if pair is not None:
        start, end = pair
        return _bracketed(pad, text[: start + 1], text[start + 1 : end], text[end:], width)
    head = HEADS.match(text)
    tail = ":" if text.endswith(":") else ""
    if head is None:
        return _operators(pad, text, width)
    first, *more = _split(text[head.end() :], (", ",))
    if more and head.group(1) == "return":
        return _bracketed(pad, "return (", text[head.end() :], ")", width)
    if more and head.group(1) != "assert":
        return [line]
    if more:  # an assertion and its message
        return _bracketed(pad, f"assert {first} (", " ".join(more), ")", width)
    body = text[head.end() : len(text) - len(tail)]
    return _bracketed(pad, text[: head.end()] + "(", body, ")" + tail, width)


def _bracketed(pad: str, head: str, body: str, tail: str, width: int) -> list[str]:
    """head(, the body in lines of its own, )tail."""
    inner = pad + INDENT
    if len(body) <= max(width - len(inner), NARROW) and not body.endswith(","):
        lines = [inner + body]
    else:
        lines = _broken(inner, body, head, width)
    return [pad + head, *lines, *wrap(pad + tail, width)]


def _broken(pad: str, body: str, head: str, width: int) -> list[str]:
    items = _split(body, (", ",))
    if len(items) > 1 and len(_split(body, (" for ",))) == 1:
        star = any(item.startswith("*") for item in items)
        ends = [","] * len(items)
        if star or (head.endswith("[") and not _is_display(head)):
            ends[-1] = ""
        return [
            line
            for item, end in zip(items, ends)
            for line in wrap(pad + item.rstrip(",") + end, width)
        ]
    return _operators(pad, body, width)


def _operators(pad: str, body: str, width: int) -> list[str]:
    """An expression inside brackets, cut before its loosest operators."""
    for operators in LOOSEST:
        parts = _split(body, operators)
        if len(parts) > 1:
            return [line for part in parts for line in wrap(pad + part, width)]
    whole = _largest(body)
    if whole is None:
        return [pad + body]
    start, end = whole
    return _bracketed(pad, body[: start + 1], body[start + 1 : end], body[end:], width)


def _is_display(head: str) -> bool:
    return len(head) == 1 or not (head[-2].isalnum() or head[-2] in "_)]")


def _marks(text: str, separators: tuple[str, ...]) -> Iterator[tuple[int, str, int]]:
    """Brackets and separators outside strings, with their place and the depth around them."""
    depth = 0
    for found in _pattern(separators, "'" in text or '"' in text).finditer(text):
        mark = found[0]
        depth -= mark in CLOSE
        if mark in OPEN or mark in CLOSE or mark[0] in " ,":
            yield found.start(), mark, depth
        depth += mark in OPEN


def _largest(text: str) -> tuple[int, int] | None:
    """The pair of brackets, not inside others, that holds most and can be broken."""
    best: tuple[int, int] | None = None
    start = 0
    for place, mark, depth in _marks(text, ()):
        if depth == 0 and mark in OPEN:
            start = place
        elif depth == 0 and mark in CLOSE and (best is None or place - start > best[1] - best[0]):
            best = (start, place)
    if best is None or 2 * (best[1] - best[0]) < len(text):
        return None
    return best


def _split(text: str, separators: tuple[str, ...]) -> list[str]:
    """The text cut before these operators (after commas), outside brackets and strings."""
    if not any(separator in text for separator in separators):
        return [text.strip()]
    cuts = [0]
    for place, mark, depth in _marks(text, separators):
        if depth == 0 and place > 0 and mark in separators:
            cuts.append(place + (len(mark) if mark == ", " else 1))
    pieces = [text[a:b] for a, b in zip(cuts, [*cuts[1:], len(text)])]
    return [piece.strip() for piece in pieces]


@lru_cache
def _pattern(separators: tuple[str, ...], strings: bool) -> re.Pattern[str]:
    """What matches these and brackets; and strings, where there are any."""
    string = [rf"(?<![^\W_])(?:{STRING})"] if strings else []
    return re.compile("|".join([*string, r"[()[\]{}]", *map(re.escape, separators)]))
