"""What is refused, by code: the one table behind `adcompile explain`.

GROUPS says what the first digit of a code stands for.
"""

from __future__ import annotations

import difflib
import textwrap

from adcompile.refusals import (
    attempts,
    calls,
    comments,
    dynamic,
    memory,
    misuse,
    nested,
    rules,
    syntax,
    values,
)
from adcompile.refusals.pages import Page

GROUPS = {
    "ADC1": "syntax and statements",
    "ADC2": "functions and calls",
    "ADC3": "memory and aliases",
    "ADC4": "kinds and values",
    "ADC5": "rules",
    "ADC6": "comments for the compiler",
}
INTRODUCTION = """\
A refusal names the file, the line and a code, before anything of the program runs.  For each
code there is a program that is refused, the reason, and one that does what was meant."""
PARTS = (syntax, attempts, dynamic, misuse, calls, nested, memory, values, rules, comments)
PAGES: dict[str, Page] = dict(sorted((page.code, page) for part in PARTS for page in part.PAGES))


def shown_page(page: Page) -> str:
    """A page as text."""
    parts = [
        f"{page.code}: {page.title}",
        "This is refused:",
        textwrap.indent(page.failing.strip("\n"), "    "),
        "Why:",
        textwrap.fill(page.reason, 88, initial_indent="    ", subsequent_indent="    "),
        "Write this instead:",
        textwrap.indent(page.fix.strip("\n"), "    "),
    ]
    return "\n\n".join(parts) + "\n"


def listing() -> str:
    """All codes with their titles, group by group."""
    lines = []
    for start, name in GROUPS.items():
        lines += ["", f"{start}xx: {name}"]
        lines += [f"  {code}  {page.title}" for code, page in PAGES.items() if code[:4] == start]
    return "\n".join(lines[1:]) + "\n"


def document() -> str:
    """All pages as one document in Markdown."""
    parts = ["# What adcompile refuses, and what to write instead", INTRODUCTION]
    for start, name in GROUPS.items():
        parts.append(f"## {start}xx: {name}")
        for code, page in PAGES.items():
            if code[:4] == start:
                parts += [f"### {code}: {page.title}", textwrap.fill(page.reason, 88)]
                parts += ["Refused:", _fenced(page.failing), "Instead:", _fenced(page.fix)]
    return "\n\n".join(parts) + "\n"


def _fenced(text: str) -> str:
    body = text.strip("\n")
    return f"```python\n{body}\n```"


def neighbours(code: str) -> list[str]:
    """The codes that a mistyped one may have meant."""
    digits = "".join(char for char in code if char.isdigit())
    return difflib.get_close_matches(f"ADC{digits}", PAGES, 3, 0.8) if digits else []


__all__ = ["GROUPS", "PAGES", "Page", "document", "listing", "neighbours", "shown_page"]
