"""Programs that are refused: when compiling, with the words that say why, at the right line."""

from __future__ import annotations

import inspect

import pytest

import adcompile as ad
from corpus import read_later, refused, refused_given, refused_twice
from corpus.cases import REFUSALS

assert refused.refuse and refused_given.refuse and read_later.refuse and refused_twice.refuse


@pytest.mark.parametrize("refusal", REFUSALS, ids=[r.function.__name__ for r in REFUSALS])
def test_refused(refusal):
    lines, first = inspect.getsourcelines(refusal.function)
    marked = [first + number for number, line in enumerate(lines) if line.endswith("# here\n")]
    with pytest.raises(ad.RejectedError) as caught:
        ad.vjp(refusal.function, *refusal.args)
    assert refusal.words in str(caught.value)
    assert [caught.value.lineno] == marked
    assert caught.value.filename == inspect.getfile(refusal.function)
