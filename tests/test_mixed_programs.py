"""Generated programs that mix control flow, writes through views, and calls.

`python -m tests.long_programs` checks many more of them.
"""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mixed import changes, check, containers, functions, lengths, masks, objects, rebound, turns
from mixed.programs import program
from mixed.smaller import smaller
from mixed.writing import HEAD

from adcompile.passes import leaving_out


@st.composite
def programs(draw):
    return program(lambda count: draw(st.integers(0, count - 1)))


@given(programs(), st.integers(0, 9))
def test_mixed_programs(text, number):
    check.outcome(text, number)


@pytest.mark.parametrize("program", [turns.program, masks.program], ids=["turns", "masks"])
@pytest.mark.parametrize("number", [n for n in range(20) if n % 30 != 7])
def test_with_passes_and_without(number, program):
    lengths.outcome(program(random.Random(f"0/{number}").randrange), number)


@pytest.mark.parametrize(
    "of",
    [objects, containers, changes, rebound],
    ids=["objects", "containers", "changes", "rebound"],
)
@pytest.mark.parametrize("number", range(30))
def test_what_is_held(number, of):
    check.outcome(of.program(random.Random(f"0/{number}").randrange), number)


@pytest.mark.parametrize("number", range(30))
def test_functions(number):
    functions.outcome(functions.program(random.Random(f"0/{number}").randrange), number)


LONGER = (  # as long as w, where w is not shorter than what is left out
    "np.pad(w[2:], (0, 2))", "np.pad(w[1:-1], 1, constant_values=0.5)",
    "np.insert(w[1:], 0, 2.0)", "np.diag(w[2:], 2) @ np.ones((m, m))[:1].T",
)  # fmt: skip


@pytest.mark.parametrize("made", LONGER)
def test_of_a_short_array_no_less_than_nothing_is_left(made):
    text = f'{HEAD}\n\ndef f(v: "float[n]", w: "float[m]", n: int, m: int):\n'
    text += f"    return {made} * w * np.sum(v)\n"
    for number in range(6):
        assert lengths.outcome(text, number).word in ("right", "raised")


@pytest.mark.parametrize(
    ("outcome", "head"),
    [(check.outcome, "x, y, u"), (lengths.outcome, 'x: float, y: float, u: "float[n]", n, m')],
    ids=["by the oracle", "of passes"],
)
def test_the_check_can_fail(monkeypatch, outcome, head):
    """A wrong value and a wrong derivative do not pass."""
    text = f"{HEAD}\n\ndef f({head}):\n    return math.sin(x) * y + np.sum(u)\n"
    assert outcome(text).word == "right"
    monkeypatch.setattr(check.Checked, "expected", lambda self: check.numbers(1.0))
    with pytest.raises(check.Wrong):
        outcome(text)


def test_what_the_program_raises():
    text = "def f(x, y, u):\n    if x > 0.5:\n        raise ValueError('high')\n    return x * y\n"
    assert check.outcome(text).word == "raised"


def test_a_refusal_is_told():
    text = "def f(x, y, u):\n    return eval('x')\n"
    assert check.outcome(text).word == "refused"


def test_smaller():
    text = "def f(x):\n    a = 1\n    for i in range(3):\n        b = x * (a + 2)\n    return b\n"
    found = smaller(text, lambda other: "the product" if "*" in other else "")
    assert "*" in found and len(found.splitlines()) <= 3


RANK_NOT_KNOWN = f'''{HEAD}

def f(x: float, C: "float[m, o]", T: "float[n, m, o]", n: int, m: int, o: int):
    for i in range(n):
        T = np.repeat(np.ones((n, o))[:, None], m, axis=1)
    T = T[::-1]
    for i in range(m):
        if i == 1:
            for j in range(n):
                k = 0
                while k < n:
                    k += 1
                    C[:, C[-1] >= 0.837] = np.tanh(C[:, C[-1] >= 0.837])
                return np.sum(C ** 2) + np.sum(T ** 2) * x
        T[..., C[i - 1] > 0.217] -= T[..., C[i - 1] > 0.217] * x
    return x
'''


def test_a_shape_is_not_copied():
    """Not even one of which nobody knows how long it is, and that is put on a tape."""
    program = lengths.AtLengths(check.load(RANK_NOT_KNOWN), (4, 3), 0, {}, False)
    program.first_order(passes=leaving_out(["recording"]))
