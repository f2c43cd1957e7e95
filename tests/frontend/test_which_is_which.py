"""`is` between arguments, and between the objects of a list: which is which."""

from dataclasses import dataclass

import numpy as np
import pytest

import adcompile as ad
from adcompile import cli

CLASS = """\
from dataclasses import dataclass

import numpy as np


@dataclass
class Body:
    m: float
    x: float
    v: float = 0.0


"""
ENERGY = """\
def f(ps: list[Body]):
    e = 0.0
    for p in ps:
        for q in ps:
            if q is not p:
                e += p.m * q.m / abs(p.x - 2.0 * q.x)
    return e
"""
KICKED = """\
def f(ps: list[Body]):
    for p in ps:
        a = 0.0
        for q in ps:
            if p is q:
                continue
            a += q.m / (p.x - q.x) ** 2
        p.v += 0.1 * a
    e = 0.0
    for p in ps:
        p.x += 0.1 * p.v
        e += p.m * p.x**2
    return e
"""
IN_A_CALLEE = """\
def f(ps: list[Body]):
    def pull(p):
        return sum(q.m / (p.x - q.x) for q in ps if q is not p)
    return sum(pull(p) * p.m for p in ps)
"""
FROM_THE_END = """\
def f(ps: list[Body]):
    e, last = 0.0, ps[-1]
    for q in reversed(ps):
        if q is not last:
            e += q.m * last.x
    for i in range(-1, 2):
        for q in ps:
            if q is not ps[i]:
                e += q.m * ps[i].x * (i + 3.0)
    return e
"""
VALUES = """\
def f(ps: dict[str, Body]):
    e = 0.0
    for p in ps.values():
        for q in ps.values():
            if q is not p:
                e += p.m * q.x**2
    return e
"""
PROGRAMS = {"energy": ENERGY, "kicked": KICKED, "in a callee": IN_A_CALLEE,
            "from the end": FROM_THE_END, "values": VALUES}  # fmt: skip
STATES = [(1.0, 0.5), (2.0, 1.7), (0.5, -1.1)]


def defined(text):
    found = {}
    exec(text, found)
    return found


def compiled(body, mode, folder):
    file, out = folder / "prog.py", folder / "out.py"
    file.write_text(CLASS + body)
    assert not cli.main([str(file), "--function", "f", "--mode", mode, "-o", str(out)])
    return defined(out.read_text())[f"f_{mode}"]


def bodies(scope, name, states):
    made = [scope["Body"](*state) for state in states]
    return dict(zip("abc", made)) if name == "values" else made


@pytest.mark.parametrize("name", PROGRAMS)
def test_items_of_a_list_are_told_apart(name, tmp_path):
    scope = defined(CLASS + PROGRAMS[name])
    adjoint = compiled(PROGRAMS[name], "adjoint", tmp_path)
    tangent = compiled(PROGRAMS[name], "tangent", tmp_path)
    value, bars = adjoint(bodies(scope, name, STATES), 1.0)
    assert value == pytest.approx(scope["f"](bodies(scope, name, STATES)), rel=1e-13)
    bars = list(bars.values()) if name == "values" else bars
    for number in range(3):
        for place, attribute in enumerate(("m", "x")):
            ends = []
            for step in (1e-6, -1e-6):
                states = [list(state) for state in STATES]
                states[number][place] += step
                ends.append(scope["f"](bodies(scope, name, states)))
            want = (ends[0] - ends[1]) / 2e-6
            assert getattr(bars[number], attribute) == pytest.approx(want, rel=1e-6, abs=1e-8)
            ways = [[0.0, 0.0] for _ in STATES]
            ways[number][place] = 1.0
            given, dots = (bodies(scope, name, each) for each in (STATES, ways))
            assert tangent(given, dots)[1] == pytest.approx(want, rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("mode", cli.MODES)
def test_an_object_that_is_twice_in_the_list_is_an_error(mode, tmp_path):
    scope = defined(CLASS + ENERGY)
    one, other = bodies(scope, "energy", STATES[:2])
    last = 1.0 if mode == "adjoint" else [one, one, other]
    with pytest.raises(ValueError, match="an object is twice in ps, and f asks which is which"):
        compiled(ENERGY, mode, tmp_path)([one, one, other], last)


@pytest.mark.parametrize(
    "line",
    ["ps[0] = ps[1]", "ps.append(ps[0])", "ps.extend(ps)", "ps.insert(0, ps[1])", "ps *= 2",
     "if ps[0].x > 0.0: ps[0] = ps[1]"],
)  # fmt: skip
def test_lists_that_get_other_items_are_refused(line, tmp_path, capsys):
    """The same object may be in the list twice then, and is one at either place."""
    file = tmp_path / "prog.py"
    file.write_text(CLASS + ENERGY.replace("    e = 0.0", f"    {line}\n    e = 0.0"))
    assert cli.main([str(file), "--function", "f", "--mode", "adjoint", "-o", "-"]) == 1
    assert "ADC413" in capsys.readouterr().err


@dataclass
class Body:
    m: float
    x: float


def apart(ps):
    e = 0.0
    for p in ps:
        for q in ps:
            if q is not p:
                e += p.m * q.x
    return e


def one_or_two(a: np.ndarray, b: np.ndarray):
    if a is b:
        return 2.0 * a[0]
    return a[0] * b[0]


def lists(a: list, b: list):
    return 2.0 * a[0] if a is b else a[0] * b[0]


def held(p: Body, q: Body):
    return p.m if p is q else p.m * q.x


def test_what_is_given_twice_is_not_taken_for_two():
    one, two = Body(1.0, 2.0), Body(3.0, 4.0)
    assert ad.grad(apart)([one, two]) == [Body(4.0, 3.0), Body(2.0, 1.0)]
    with pytest.raises(ValueError, match="are one object, and apart asks whether they are"):
        ad.grad(apart)([one, one, two])
    x = np.array([3.0, 2.0])
    for f, a in ((one_or_two, x), (lists, [3.0, 2.0]), (held, one)):
        with pytest.raises(ValueError, match=r"are one object, and .* asks whether they are"):
            ad.grad(f)(a, a)
    assert ad.grad(one_or_two)(x, x.copy())[0] == 3.0


@pytest.mark.parametrize("mode", cli.MODES)
def test_nor_in_what_is_emitted(mode, tmp_path):
    for note in ("", ": np.ndarray", ": list[float]"):
        body = f"def f(a{note}, b{note}):\n    return 2.0 * a[0] if a is b else a[0] * b[0]\n"
        f = compiled(body, mode, tmp_path)
        x = [1.0, 2.0] if "list" in note else np.array([1.0, 2.0])
        with pytest.raises(ValueError, match="a and b are one object"):
            f(x, x, *((1.0,) if mode == "adjoint" else (x, x)))
