"""Programs as people write them, each checked against the oracle."""

from __future__ import annotations

import importlib

import pytest

from corpus.cases import CASES, Case

GROUPS = (
    "straight_line", "branches", "loops", "best", "renewed", "while_loops", "in_place", "aliases",
    "containers", "shared_lists", "views", "list_methods", "sequences", "duplicates",
    "functions", "numpy_calls", "awkward", "idioms", "recursion", "reductions", "handlers",
    "ways_out", "raised",
    "rebinding", "ordering", "objects", "chosen", "kept", "written_out", "science", "generated",
    "snapshots", "gone_through", "independent", "or_none", "filled", "given",
    "turn_by_turn", "modelled", "searched", "points", "queues", "exchanged", "encountered",
    "sliced", "polynomials", "scipy_calls", "nopython", "from_outside", "standard", "masks",
    "evaluated", "read_again", "shared_memory", "either", "members", "none_held",
    "real_or_complex", "families", "merged", "members_of_lists", "networks",
    "published", "parts_of_items", "put_back",
)  # fmt: skip


def together(file: str, group: str) -> pytest.MarkDecorator:
    """What one worker runs, which compiles the group once."""
    return pytest.mark.xdist_group(f"{file} {group}")


def every() -> list[Case]:
    """All programs of all groups."""
    for group in GROUPS:
        importlib.import_module(f"corpus.{group}")
    return CASES
