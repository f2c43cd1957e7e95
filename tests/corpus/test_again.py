"""Every emitted adjoint can itself be compiled again: its tangent, and its adjoint."""

from __future__ import annotations

import contextlib

import pytest

from corpus import GROUPS, every
from corpus.again import Again, AgainByCommandLine

CASES = every()
SAMPLE = 8  # one case of so many is compiled again by the command line too
BY_NO_FILE = (
    "functions.f",  # a closure, of which the command line cannot know what it holds
    # a buffer of the module, which the program fills: refused where the file is only read
    "from_outside.filled_in_a_loop", "from_outside.filled_on_both_paths_of_a_loop",
    "from_outside.filled_while_it_is_asked", "from_outside.filled_before_it_is_raised",
    # enumerations and classes, which the emitted file does not have
    *dict.fromkeys(c.name for c in CASES if c.group in ("members", "members_of_lists", "families")),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_emitted_adjoint_is_compiled_again(case, tmp_path):
    again = Again(case, tmp_path)
    again.adjoints(again.tangents())


@pytest.mark.parametrize("group", GROUPS)
def test_the_emitted_file_is_compiled_again(group, tmp_path):
    known = [case for case in CASES if case.name not in BY_NO_FILE]
    sample = [case for case in known[::SAMPLE] if case.name.startswith(f"{group}.")]
    if not sample:
        return
    again = AgainByCommandLine(group, sample, tmp_path)
    with contextlib.closing(again.compiled):
        assert not again.compiled.refused
        for case in sample:
            again.check(case)
