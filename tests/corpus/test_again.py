"""Every emitted adjoint can itself be compiled again: its tangent, and its adjoint."""

from __future__ import annotations

import pytest

from adcompile.errors import RejectedError
from corpus import every
from corpus.again import Again

REFUSED = {  # the record of a call is pushed onto a list that holds what the callee is given
    "recursion.joined_halves": "which it is given twice",
    "recursion.rows_scaled": "may share its memory",
    # a name of the try is read under another condition than the flag of the try
    "rebinding.known_where_it_was_done": "may have been changed by the try",
    # one name is a tape of numbers in one branch, of pairs in another
    "rebinding.tape_in_a_branch_of_a_loop": "on one path and",
    # how an array that the adjoint has computed lies in memory
    "aliases.flat_view_of_an_array_in_column_order": "share",
    # a number or a view, by the path taken
    "aliases.product_moved_past_a_loop": "something else on each of the paths",
    # an array that goes on the tape, of a name that one path alone has made
    "generated.last_row_written_after_its_loop": "may share its memory",
}
CASES = every()


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_emitted_adjoint_is_compiled_again(case, tmp_path):
    again = Again(case, tmp_path)
    if case.name in REFUSED:
        with pytest.raises(RejectedError, match=REFUSED[case.name]):
            again.tangents()
        return
    again.adjoints(again.tangents())
