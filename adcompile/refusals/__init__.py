"""What is refused, by code: the one table behind `adcompile explain`.

GROUPS says what the first digit of a code stands for.
"""

from __future__ import annotations

import textwrap

from adcompile.refusals import calls, memory, nested, rules, syntax, values
from adcompile.refusals.pages import Page

GROUPS = {
    "ADC1": "syntax and statements",
    "ADC2": "functions and calls",
    "ADC3": "memory and aliases",
    "ADC4": "kinds and values",
    "ADC5": "rules",
}
PARTS = (syntax, calls, nested, memory, values, rules)
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


__all__ = ["GROUPS", "PAGES", "Page", "listing", "shown_page"]
