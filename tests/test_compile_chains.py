"""Chains of elif, long turns and many loops are compiled in work as linear as straight lines are.

With arguments of known kinds, and of such as nobody annotates: what may share memory there, grows.
"""

from __future__ import annotations

import pytest
from counting import calls_of
from test_compile_work import ARRAYS, NUMBERS, loaded

from adcompile import pipeline
from adcompile.emit.alias import Aliases
from adcompile.frontend.signature import of_arguments
from adcompile.frontend.sources import of_callable
from adcompile.trace import kinds as k
from adcompile.trace import watch

UNKNOWN = {"x": k.ANY, "y": k.ANY}


def of(args):
    return of_arguments(dict(zip("xy", args, strict=True)), ("x", "y"))


def emitted(function, kinds):
    made = pipeline.derivative(of_callable(function), kinds, (("adjoint", ("x", "y")),))
    return pipeline.emitted([made])


def calling_itself(count, folder):
    above = "def r(x, y, n):\n    if n == 0:\n        return x * y\n"
    for i in range(count):
        above += f"    elif n == {i + 1}:\n"
        above += f"        return math.sin(x * {i}.5) * r(x * y, y, n - 1)\n"
    above += "    else:\n        return x\n\n\n"
    return loaded(["return r(x, y, 3)"], folder, above)


def elements(count, folder):
    lines = ["a = np.zeros(8)", "b = x * 1.0", "for j in range(3):"]
    for i in range(count):
        lines.append(f"    a[{i % 8}] = b[{(i + 1) % 8}] * y[{i % 5}] + a[{(i + 3) % 8}]")
        lines.append(f"    b[{i % 7}] += np.sin(a[{i % 6}]) * 0.1")
    return loaded([*lines, "return np.sum(a * b)"], folder)


def parts(count, folder):
    lines = ["u = x * 1.0", "w = y * 1.0", "for k in range(3):"]
    for _ in range(count):
        lines.append("    u[1:-1] = u[1:-1] + 0.1 * (u[2:] - 2 * u[1:-1] + u[:-2])")
        lines.append("    w[1:] += np.sin(u[:-1]) * w[1:]")
    return loaded([*lines, "return np.sum(u * w)"], folder)


def moved(count, folder):
    names = [f"a{i}" for i in range(count)]
    lines = [*(f"{name} = x * {i}.5" for i, name in enumerate(names)), "for k in range(3):"]
    turned = ", ".join([*names[1:], f"{names[0]} * y"])
    lines += [f"    {', '.join(names)} = {turned}", "    if a0 > 9.0:", "        a0 = a0 * 0.5"]
    return loaded([*lines, "return " + " + ".join(names)], folder)


def loops(count, folder):
    loop = ["for i in range(3):", "    s = s + math.sin(s * x) * y"]
    return loaded(["s = 0.0", *loop * count, "return s"], folder)


def turn(count, folder):
    lines = ["    a = math.sin(a) * b", "    b = a * 0.5 + b"] * count
    return loaded(["a = x", "b = y", "for j in range(3):", *lines, "return a + b"], folder)


def branches(count, folder):
    lines = ["a = x", "b = y", "for k in range(3):"]
    for i in range(count):
        lines += [f"    if a > 0.{i % 7}:", "        a = math.sin(a) * b"]
        lines += ["    else:", "        b = b * 0.5 + a"]
    return loaded([*lines, "return a + b"], folder)


SHAPES = [
    (calling_itself, of(NUMBERS), 12, 2.3), (elements, of(ARRAYS), 40, 2.0),
    (parts, of(ARRAYS), 10, 2.0), (moved, of(NUMBERS), 12, 2.2), (loops, UNKNOWN, 15, 2.2),
    (turn, UNKNOWN, 40, 2.2), (branches, UNKNOWN, 15, 2.2),
]  # fmt: skip


@pytest.mark.parametrize(
    ("shape", "kinds", "count", "most"), SHAPES, ids=[s[0].__name__ for s in SHAPES]
)
def test_twice_as_many_are_twice_the_work(shape, kinds, count, most, tmp_path, monkeypatch):
    monkeypatch.setattr(watch, "watchers", [])
    functions = [shape(n, tmp_path) for n in (count, 2 * count, 4 * count)]
    emitted(functions[0], kinds)  # what is computed once is known now
    one, two, four = (calls_of(emitted, function, kinds) for function in functions)
    assert four - two <= most * (two - one)


def test_a_pass_is_not_asked_again_about_what_it_left_as_it_was(tmp_path, monkeypatch):
    """Of the primal, and of its adjoint; not once more where nothing has left its loops."""
    asked = []

    def counted(name, improve):
        return lambda trace: asked.append(name) or improve(trace)

    passes = {name: counted(name, improve) for name, improve in pipeline.IMPROVEMENTS.items()}
    monkeypatch.setattr(pipeline, "IMPROVEMENTS", passes)
    emitted(loops(3, tmp_path), of(NUMBERS))
    assert asked.count("joint") == asked.count("common") == asked.count("dead") == 2


def test_who_shares_memory_is_not_found_again_to_write_it(tmp_path, monkeypatch):
    """The facts by which the copies were found are those of the trace that is written."""
    found = []
    begin = Aliases.__init__
    monkeypatch.setattr(
        Aliases, "__init__", lambda self, trace: found.append(trace) or begin(self, trace)
    )
    assert ".copy()" in emitted(elements(3, tmp_path), of(ARRAYS))
    assert not found
