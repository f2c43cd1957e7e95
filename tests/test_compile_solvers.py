"""What solvers are made of is compiled in work as linear as what straight lines are made of."""

from __future__ import annotations

import inspect
import re

import pytest
from counting import calls_of
from test_compile_work import NUMBERS, loaded, work

from adcompile import pipeline
from adcompile.errors import RejectedError
from adcompile.frontend import exceptions, loops
from adcompile.frontend.sources import of_callable
from adcompile.trace import kinds as k
from adcompile.trace import watch
from adcompile.trace.ir import walk

UNKNOWN = {"x": k.ANY, "y": k.ANY}


def derived(function, kinds=UNKNOWN):
    return pipeline.derivative(of_callable(function), kinds, (("adjoint", ("x", "y")),))


def selected_last(count):
    lines = [f"a = np.log(a * y) + {i}.5 / a" for i in range(count)]
    return ["a = x", *lines, "return np.maximum(a, 0.5)"]


def test_where_a_selection_counts_is_found_once(tmp_path, monkeypatch):
    """Each number that its derivative goes through has a shape that nobody knows."""
    monkeypatch.setattr(watch, "watchers", [])
    functions = [loaded(selected_last(n), tmp_path) for n in (4, 8, 16)]
    made = [derived(function).trace for function in functions]
    one, two, four = (len(walk(trace.body)) for trace in made)
    assert four - two <= 2.2 * (two - one)
    one, two, four = (calls_of(derived, function) for function in functions)
    assert four - two <= 2.2 * (two - one)


def test_a_mask_is_given_the_shape_of_a_derivative_once(tmp_path):
    """Which is what a number of nobody knows what needs, where it chooses what counts."""
    lines = ["a = x", "while True:", "    b = 0.5 * (a + y / a)", "    if abs(b - a) < 1e-12:"]
    function = loaded([*lines, "        break", "    a = b", "return a"], tmp_path)
    text = pipeline.emitted([derived(function)])
    shaped = re.findall(r"np\.ones_like\((\w+)\)", text)
    assert shaped and len(shaped) == len(set(shaped))
    space: dict = {}
    exec(text, space)
    value, bars = space["f_adjoint"](2.3, 1.7, 1.0)
    assert value == function(2.3, 1.7)
    slope = (function(2.3, 1.7 + 1e-6) - function(2.3, 1.7 - 1e-6)) / 2e-6
    assert bars[1] == pytest.approx(slope, rel=1e-6)


def moved_on(count):
    """The last of `count` points is there after as many turns: a solver knows the last three."""
    lines = ["a0 = x * y", *(f"a{i} = None" for i in range(1, count)), "k = 0", "while k < 50:"]
    lines += ["    k += 1", f"    if a{count - 1} is not None and a0 > 9.0:", "        return a0"]
    lines += [f"    b = a0 if a{count - 1} is None else a0 * 0.5 + a{count - 1}"]
    lines += [f"    a{i} = a{i - 1}" for i in reversed(range(1, count))]
    return [*lines, "    a0 = b * math.sin(y)", "return a0"]


def test_what_is_handed_from_name_to_name_is_found_in_one_attempt(tmp_path, monkeypatch):
    attempts = []
    run = loops._Attempt.run

    def counted(self, *args):
        attempts.append(self)
        return run(self, *args)

    monkeypatch.setattr(loops._Attempt, "run", counted)
    numbers = []
    for count in (3, 24):
        attempts.clear()
        derived(loaded(moved_on(count), tmp_path), {"x": k.FLOAT, "y": k.FLOAT})
        numbers.append(len(attempts))
    assert numbers[1] <= numbers[0] + 1


def none_at_first(count):
    lines = ["a, b, c = x, None, None", "k = 0", "while k < 9:", "    k += 1"]
    lines += ["    if k > 1:", "        a = b + (a - b) * c"]
    lines += [f"    a = math.log(a * y) + {i}.5 / a" for i in range(count)]
    return [*lines, "    b, c = a, a * 0.5", "    if a > 9.0:", "        break", "return a"]


def test_what_is_none_at_first_is_a_number(tmp_path, monkeypatch):
    """An attempt that knows of None alone does not make what is added to it unknown for good."""
    made = derived(loaded(none_at_first(3), tmp_path), {"x": k.FLOAT, "y": k.FLOAT})
    assert not any(isinstance(kind, k.Any_) for kind in made.trace.kinds.values())
    functions = [loaded(none_at_first(n), tmp_path) for n in (4, 8, 16)]
    one, two, four = (work(function, NUMBERS, "adjoint", monkeypatch) for function in functions)
    assert four - two <= 2.2 * (two - one)


def test_none_that_stays_is_not_added_to(tmp_path):
    """What no turn assigns is None when the loop is gone through, and says so as Python does."""
    lines = ["a, b = x, None", "for k in range(3):", "    if y > 5.0:", "        a = a + b"]
    function = loaded([*lines, "    a = a * y", "return a"], tmp_path)
    text = pipeline.emitted([derived(function, {"x": k.FLOAT, "y": k.FLOAT})])
    space: dict = {}
    exec(text, space)
    value, bars = space["f_adjoint"](0.5, 0.7)
    assert value == function(0.5, 0.7)
    assert bars == pytest.approx((0.7**3, 3 * 0.5 * 0.7**2))
    with pytest.raises(TypeError):
        space["f_adjoint"](0.5, 6.0)


def raising(count):
    lines = ["a = x"]
    for i in range(count):
        lines += [f"if a > {i}9.0:", "    raise Failed(a)", "a = a * y"]
    return [*lines, "return a"]


def test_a_class_of_exceptions_is_looked_for_once(tmp_path, monkeypatch):
    """In its file, which Python reads and goes through for a class."""
    asked = []
    look = inspect.getsource
    monkeypatch.setattr(
        exceptions.inspect, "getsource", lambda cls: asked.append(cls) or look(cls)
    )
    above = "class Failed(Exception):\n    def __init__(self, a):\n        self.a = a\n\n\n"
    function = loaded(raising(9), tmp_path, above)
    derived(function, {"x": k.FLOAT, "y": k.FLOAT})
    assert len(asked) <= 1


def looked_up(count, entries, folder):
    """Arrays and tuples of constants by a name that numbers decide: a table of regions."""
    names = [f"r{i}" for i in range(entries)]
    arrays = ", ".join(f"{name!r}: np.array([{i}.5, 1.5])" for i, name in enumerate(names))
    numbers = ", ".join(f"{name!r}: ({i}.5, 0.5)" for i, name in enumerate(names))
    above = f"A = {{{arrays}}}\nB = {{{arrays}}}\nC = {{{numbers}}}\n\n\n"
    above += "def v(a, r):\n    p, q = C[r]\n    return q + np.sum(A[r] * (a - p) ** B[r])\n\n\n"
    found = [f"if a > {i}.0:\n        r = 'r{i}'" for i in range(entries)]
    lines = ["a, r = x * 1.0, 'r0'", *found, *["a = a * 0.5 + v(a, r)"] * count, "return a * y"]
    return loaded(lines, folder, above)


def test_what_one_of_many_is_does_not_stay_known_for_each_of_them(tmp_path, monkeypatch):
    """An array that may be any of a table's is one name for what follows, whatever it was one of.

    What a branch leaves as it was costs nothing where the branches meet.
    """
    counts = [(4, 6), (8, 6), (16, 6), (32, 6)]
    functions = [looked_up(*each, tmp_path) for each in counts]
    work(functions[0], NUMBERS, "tangent", monkeypatch)
    one, two, four, eight = (work(f, NUMBERS, "tangent", monkeypatch) for f in functions)
    assert four - two <= 2.2 * (two - one) and eight - four <= 2.2 * (four - two)
    functions = [looked_up(4, n, tmp_path) for n in (6, 12, 24)]
    one, two, four = (work(f, NUMBERS, "tangent", monkeypatch) for f in functions)
    assert four - two <= 2.2 * (two - one)


def refused_inside(depth, folder):
    above = "def r0(a):\n    c = eval('a')\n    return a * c\n\n\n"
    for i in range(1, depth):
        above += f"def r{i}(a):\n    b = r{i - 1}(a * 0.5) * 2.0 + a\n    return b * a\n\n\n"
    return loaded([f"return r{depth - 1}(x) * y"], folder, above)


def test_what_is_refused_is_not_gone_through_for_each_call_around_it(tmp_path):
    def refused(function):
        with pytest.raises(RejectedError, match="eval") as found:
            derived(function, {"x": k.FLOAT, "y": k.FLOAT})
        assert not found.value.others

    functions = [refused_inside(n, tmp_path) for n in (2, 4, 8)]
    one, two, four = (calls_of(refused, function) for function in functions)
    assert four - two <= 2.2 * (two - one)
