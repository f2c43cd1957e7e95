"""Every emitted adjoint can itself be compiled again: its tangent, and its adjoint."""

from __future__ import annotations

import contextlib

import pytest

from adcompile.errors import RejectedError
from corpus import GROUPS, every
from corpus.again import Again, AgainByCommandLine

REFUSED = {
    # an item of a list, or another list, goes on the tape, and the list gets another item
    "turn_by_turn.from_the_last_two": "may share its memory",
    "turn_by_turn.triangle": "may share its memory",
    # an array that goes on the tape, of a name that one path alone has made
    "generated.last_row_written_after_its_loop": "may share its memory",
}
CASES = every()
SAMPLE = 8  # one case of so many is compiled again by the command line too
BY_NO_FILE = (
    "given.last_of_each_level",  # what is an array is not known without the call
    "functions.f", "containers.named_tuple", "containers.nested_dict", "idioms.isinstance_checks",
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_emitted_adjoint_is_compiled_again(case, tmp_path):
    again = Again(case, tmp_path)
    if case.name in REFUSED:
        with pytest.raises(RejectedError, match=REFUSED[case.name]):
            again.tangents()
        return
    again.adjoints(again.tangents())


@pytest.mark.parametrize("group", GROUPS)
def test_the_emitted_file_is_compiled_again(group, tmp_path):
    left = (*REFUSED, *BY_NO_FILE)
    known = [case for case in CASES if case.name not in left]
    sample = [case for case in known[::SAMPLE] if case.name.startswith(f"{group}.")]
    if not sample:
        return
    again = AgainByCommandLine(group, sample, tmp_path)
    with contextlib.closing(again.compiled):
        assert not again.compiled.refused
        for case in sample:
            again.check(case)
