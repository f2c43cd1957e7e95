"""What a page on a refusal holds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Page:
    """A code, with a program that is refused under it and one that does what was meant.

    Both programs are complete.  A line `# file: name.py` begins a second file beside the program.
    """

    code: str
    title: str
    reason: str
    failing: str
    fix: str
