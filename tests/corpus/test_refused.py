"""Programs that are refused: when compiling, with the words that say why, at the right line.

Those that were refused once, and are right now, stand beside them.
"""

from __future__ import annotations

import inspect

import numpy as np
import pytest

import adcompile as ad
from corpus import put_back, read_later, refused, refused_given, refused_twice
from corpus.cases import REFUSALS, RIGHT_NOW

assert refused.refuse and refused_given.refuse and read_later.refuse and put_back.right_now
assert refused_twice.refuse


@pytest.mark.parametrize("refusal", REFUSALS, ids=[r.function.__name__ for r in REFUSALS])
def test_refused(refusal):
    lines, first = inspect.getsourcelines(refusal.function)
    marked = [first + number for number, line in enumerate(lines) if line.endswith("# here\n")]
    with pytest.raises(ad.RejectedError) as caught:
        ad.vjp(refusal.function, *refusal.args)
    assert refusal.words in str(caught.value)
    assert [caught.value.lineno] == marked
    assert caught.value.filename == inspect.getfile(refusal.function)


@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize("function, args", RIGHT_NOW, ids=[f.__name__ for f, _ in RIGHT_NOW])
def test_right_now(function, args, sign):
    first, rest = sign * np.asarray(args[0]), args[1:]
    way = np.linspace(0.4, 1.1, first.size).reshape(first.shape)
    try:
        ends = [np.asarray(function((first + s * way)[()], *rest)) for s in (1e-6, -1e-6)]
    except ValueError as error:
        with pytest.raises(type(error)):
            ad.vjp(function, first[()], *rest)
        return
    _, dot = ad.jvp(function, (first[()], *rest), (way[()], *(None for _ in rest)))
    np.testing.assert_allclose(dot, (ends[0] - ends[1]) / 2e-6, rtol=1e-6, atol=1e-8)
    value, pullback = ad.vjp(function, first[()], *rest)
    bar = np.linspace(-0.3, 0.8, np.size(value)).reshape(np.shape(value))[()]
    np.testing.assert_allclose(np.sum(pullback(bar)[0] * way), np.sum(bar * dot), rtol=1e-10)
