"""Compiling twice as much is twice the work: calls of functions, counted, not timed."""

from __future__ import annotations

import ast
import importlib.util
import itertools
import sys
from math import inf
from random import Random

import numpy as np
import pytest
from counting import calls_of

import adcompile as ad
from adcompile import pipeline, syntax
from adcompile.frontend import liveness, settling
from adcompile.frontend.signature import of_arguments
from adcompile.frontend.sources import of_callable
from adcompile.trace import watch
from adcompile.transforms.regions import Differences

NUMBERS = (0.3, 0.7)
ARRAYS = (np.linspace(0.1, 0.9, 8), np.linspace(0.2, 0.8, 8))
FORMS = (
    "{m}.sin({a}) * {b}",
    "{a} + 0.5 * {b}",
    "{a} * {b} - 0.3",
    "{m}.tanh({a}) / (2.0 + {b} * {b})",
)


def straight(count, module):
    names = ["x", "y"]
    lines = []
    for i in range(count):
        a, b = names[-1 - i % 2], names[-1 - i * 7 % min(6, len(names))]
        lines.append(f"v{i} = " + FORMS[i % 4].format(m=module, a=a, b=b))
        names.append(f"v{i}")
    return lines


def scalars(count):
    return [*straight(count, "math"), f"return v{count - 1}"]


def arrays(count):
    return [*straight(count, "np"), f"return np.sum(v{count - 1})"]


def assigned_again(count):
    return ["a = x", "b = y", *["a = math.sin(a) * b", "b = a * 0.5 + b"] * count, "return a + b"]


def elements(count):
    lines = ["a = np.zeros(8)", "b = x * 1.0"]
    for i in range(count):
        lines.append(f"a[{i % 8}] = b[{(i + 1) % 8}] * y[{i % 5}] + a[{(i + 3) % 8}]")
        lines.append(f"b[{i % 7}] += np.sin(a[{i % 6}]) * 0.1")
    return [*lines, "return np.sum(a * b)"]


def calls(count):
    return ["a = x", *["a = g(a, y)", "a = h(a, a)"] * count, "return a"]


def used_later(count):
    lines = [f"v{i} = math.sin(x * {i}.5) + y" for i in range(count)]
    lines += ["t = 0.0", *(f"t = t + v{i} * v{i * 7 % count}" for i in range(count))]
    return [*lines, "return t"]


def branches(count):
    lines = ["a = x", "b = y"]
    for i in range(count):
        lines += [f"if a > 0.{i % 7}:", "    a = math.sin(a) * b", "else:", "    b = b * 0.5 + a"]
    return [*lines, "return a + b"]


def one_after_another(count):
    lines = ["a = x", "b = y"]
    for i in range(count):
        change = "a = math.sin(a) * b" if i % 2 else "b = b * 0.5 + a"
        lines += [f"if {'ba'[i % 2]} > 0.{i % 7}:", f"    {change}"]
    return [*lines, "return a + b"]


def written_in_branches(count):
    lines = ["a = x * 1.0"]
    for i in range(count):
        lines += [f"if y[{i % 8}] > 0.{i % 7}:", f"    a[{i % 8}] = np.sin(a[{i % 7}]) * y[0]"]
    return [*lines, "return np.sum(a)"]


def read_and_written(count):
    lines = ["a = y + np.zeros(8)", "t = 0.0"]
    for i in range(count):
        lines += ["t = t + np.sum(np.sin(a) * x)", f"a[{i % 8}] = t * 0.01"]
    return [*lines, "return t + np.sum(a)"]


def read_and_written_in_turns(count):
    lines = read_and_written(count)
    return [*lines[:2], "for j in range(3):", *(f"    {line}" for line in lines[2:-1]), lines[-1]]


def written_in_branches_in_turns(count):
    lines = written_in_branches(count)
    return [lines[0], "for j in range(3):", *(f"    {line}" for line in lines[1:-1]), lines[-1]]


def viewed_and_written_in_turns(count):
    lines = ["a = x * 1.0", "t = 0.0", "for j in range(3):"]
    for i in range(count):
        lines += ["    v = a[1:5]", "    w = np.sin(v) * y[:4]", f"    a[{i % 8}] = y[0] * w[0]"]
        lines += ["    t = t + np.sum(v * w)"]
    return [*lines, "return np.sum(a) + t"]


def looped_and_read(count):
    lines = ["a = y + np.zeros(8)", "t = 0.0"]
    for _ in range(count):
        lines += ["t = t + np.sum(np.sin(a) * x)", "for i in range(3):", "    a[i] = a[i] * t"]
    return [*lines, "return t + np.sum(a)"]


def loops(count):
    lines = ["s = 0.0", "a = y * 1.0"]
    for _ in range(count):
        lines += ["for i in range(len(x)):", "    s += math.sin(a[i] * x[i])", "    a[i] = s"]
    return [*lines, "return s + np.sum(a)"]


def sums(count):
    lines = []
    for i in range(count):
        lines += [f"s{i} = 0.0", "for i in range(len(x)):", f"    s{i} += math.sin(y[i] * x[i])"]
    return [*lines, "t = 0.0", *(f"t += s{i} * s{i}" for i in range(count)), "return t"]


def one_expression(count):
    return ["return " + " + ".join(f"x * {i}.5" for i in range(count))]


def one_list(count):
    return [f"a = [{', '.join(f'x * {i}.5' for i in range(count))}]", "return a[0] * a[-1]"]


def lists(count):
    """Of which the run tells the length: one in its own loop, one that all grow in, one at once."""
    lines = [f"h{i} = []" for i in range(count)]
    for i in range(count):
        lines += [f"a{i} = []", "for b in x:", f"    a{i}.append(b * y)"]
        lines += [f"c{i} = [b * b * a{i}[0] for b in x]", f"d{i} = {{}}", "for b in range(len(x)):"]
        lines += [f"    d{i}[b] = c{i}[-1]"]
    lines += ["for b in x:", *(f"    h{i}.append(b * b)" for i in range(count))]
    return [*lines, "return " + " + ".join(f"np.sum(d{i}[0]) + h{i}[-1]" for i in range(count))]


SHAPES = [
    (scalars, NUMBERS, 20), (arrays, ARRAYS, 20), (assigned_again, NUMBERS, 15),
    (elements, ARRAYS, 10), (calls, NUMBERS, 8), (used_later, NUMBERS, 20),
    (branches, NUMBERS, 10), (one_after_another, NUMBERS, 10), (written_in_branches, ARRAYS, 5),
    (read_and_written, ARRAYS, 5), (read_and_written_in_turns, ARRAYS, 3),
    (written_in_branches_in_turns, ARRAYS, 5), (viewed_and_written_in_turns, ARRAYS, 3),
    (looped_and_read, ARRAYS, 4), (loops, ARRAYS, 6), (sums, ARRAYS, 6),
    (one_expression, NUMBERS, 30), (one_list, NUMBERS, 30), (lists, ARRAYS, 3),
]  # fmt: skip
MOST = {lists: 2.2}
"""How much more work twice as many lines more may be; else 2, of which most shapes take 1.9."""

HEAD = """import math

import numpy as np


def g(a, b):
    return math.sin(a) * b + 0.5 * a


def h(a, b):
    c = g(a, b) * 0.5
    return g(c, a) + b * 0.1


def f(x, y):
"""


def loaded(lines, folder, above=""):
    """The function with these lines as its body, and what stands above it."""
    file = folder / f"lines{len(list(folder.iterdir()))}.py"
    head = HEAD.replace("def f(", f"{above}def f(")
    file.write_text(head + "".join(f"    {line}\n" for line in lines))
    spec = importlib.util.spec_from_file_location(f"{folder.name}_{file.stem}", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.f


def emitted(function, args, mode):
    kinds = of_arguments(dict(zip("xy", args, strict=True)), ("x", "y"))
    made = pipeline.derivative(of_callable(function), kinds, ((mode, ("x", "y")),))
    return pipeline.emitted([made])


def work(function, args, mode, monkeypatch):
    """The calls of functions while this is compiled, without those of the checks of traces."""
    with monkeypatch.context() as patch:
        patch.setattr(watch, "watchers", [])
        return calls_of(emitted, function, args, mode)


@pytest.mark.parametrize("mode", ["tangent", "adjoint"])
@pytest.mark.parametrize(("shape", "args", "count"), SHAPES, ids=[s[0].__name__ for s in SHAPES])
def test_twice_the_lines_are_twice_the_work(shape, args, count, mode, tmp_path, monkeypatch):
    functions = [loaded(shape(n), tmp_path) for n in (count, 2 * count, 4 * count)]
    emitted(functions[0], args, mode)  # what is computed once is known now
    one, two, four = (work(function, args, mode, monkeypatch) for function in functions)
    assert four - two <= MOST.get(shape, 2.0) * (two - one)


def nested_loops(depth):
    lines = ["s = 0.0", "a = y * 1.0"]
    for i in range(depth):
        inside = [f"for i{i} in range(2):", f"    s = s + math.sin(a[i{i}] * x[{i % 4}])"]
        lines += ["    " * i + line for line in [*inside, f"    a[i{i}] = a[i{i}] * 0.5 + s"]]
    return [*lines, "return s + np.sum(a)"]


def nested_whiles(depth):
    lines = ["s = 0.0", "a = y * 1.0"]
    for i in range(depth):
        inside = [
            f"n{i} = 0", f"while n{i} < 2:", f"    n{i} += 1", "    if s > 3.0:", "        break",
            f"    s = s + math.sin(a[n{i}] * x[{i % 4}])", "    a = a * 0.5 + s",
        ]  # fmt: skip
        lines += ["    " * i + line for line in inside]
    return [*lines, "return s + np.sum(a)"]


def moved_on(depth):
    lines = ["a, b, c, e = 0, 1, 2, 3"]
    for i in range(depth):
        inside = [f"for i{i} in range(2):", "    a = b", "    b = c", "    c = e"]
        lines += ["    " * i + line for line in inside]
    return [*lines, "    " * depth + "e = e * x[0]", "return a + b + c + e + y[0]"]


def nested_branches(depth):
    lines = ["a, b = x[0], y[0]"]
    for i in range(depth):
        inside = [f"if a > -{i}.5:", "    a = math.sin(a) * b", "    b = b * 0.5 + a"]
        lines += ["    " * i + line for line in inside]
    return [*lines, "return a + b"]


@pytest.mark.parametrize("mode", ["tangent", "adjoint"])
@pytest.mark.parametrize("shape", [nested_loops, nested_whiles, moved_on, nested_branches])
def test_twice_the_depth_is_not_the_square_of_the_work(shape, mode, tmp_path, monkeypatch):
    """What a block carries grows with its depth, so that the square of the depth is allowed."""
    functions = [loaded(shape(n), tmp_path) for n in (5, 10)]
    emitted(functions[0], ARRAYS, mode)
    one, two = (work(function, ARRAYS, mode, monkeypatch) for function in functions)
    assert two <= 4.0 * one


def nested_sums(depth):
    lines = ["a = x"]
    for i in range(depth):
        inside = [f"for i{i} in range(2):", "    a = a * math.sin(a + y)"]
        lines += ["    " * i + line for line in inside]
    return [*lines, "return a"]


def followed_branches(depth):
    lines = nested_branches(depth)[:-1]
    return [*lines, "return a * b"]


def chain(count):
    lines = ["if x > 900.0:", "    a = x"]
    for i in range(count):
        lines += [f"elif x > {count - i - 0.5}:", f"    a = x * {i}.0 + math.sin(y)"]
    return [*lines, "else:", "    a = x * y", "return a"]


def nested_tries(depth):
    lines = ["a = x"]
    for i in range(depth):
        lines += ["    " * i + line for line in ["try:", "    a = a * math.sqrt(a + y)"]]
    for i in reversed(range(depth)):
        lines += ["    " * i + line for line in ["except ValueError:", f"    a = a * {i}.5"]]
    return [*lines, "return a * a"]


DEEPER = [
    (nested_branches, ARRAYS, 10, "tangent", 2.1), (nested_branches, ARRAYS, 10, "adjoint", 2.1),
    (followed_branches, ARRAYS, 10, "adjoint", 2.9),
    (chain, NUMBERS, 30, "tangent", 2.1), (chain, NUMBERS, 30, "adjoint", 2.1),
    (nested_sums, NUMBERS, 4, "tangent", 2.1), (nested_sums, NUMBERS, 4, "adjoint", 2.3),
    (nested_loops, ARRAYS, 4, "adjoint", 2.3), (nested_whiles, ARRAYS, 4, "adjoint", 2.7),
    (nested_tries, NUMBERS, 3, "adjoint", 4.3),
]  # fmt: skip


@pytest.mark.parametrize(("shape", "args", "depth", "mode", "most"), DEEPER)
def test_what_is_inside_is_not_gone_through_at_each_depth(
    shape, args, depth, mode, most, tmp_path, monkeypatch
):
    """Each time as much deeper is twice the work, where the branches hand out no more values.

    Where something follows a branch, its reverse reads what the innermost one computes: those
    around it hand that out.
    """
    functions = [loaded(shape(n), tmp_path) for n in (depth, 2 * depth, 4 * depth)]
    emitted(functions[0], args, mode)
    one, two, four = (work(function, args, mode, monkeypatch) for function in functions)
    assert four - two <= most * (two - one)


def one_in_another(i):
    return f"a * r{i - 1}(a, 2)" if i else "a * 0.5"


def one_by_one(i):
    return f"a * {i}.5"


def calling_themselves(count, end, folder):
    """Functions that call themselves, each at its end what `end` says, or called in turn."""
    above = ""
    for i in range(count):
        above += f"def r{i}(a, n):\n    if n == 0:\n        return {end(i)}\n"
        above += f"    return math.sin(a) * r{i}(a * 0.5, n - 1)\n\n\n"
    called = range(count) if end is one_by_one else (count - 1,)
    calls = [f"a = a * r{i}(a, 3)" for i in called]
    return loaded(["a = x", *calls, "return a * y"], folder, above)


@pytest.mark.parametrize("end", [one_in_another, one_by_one])
def test_what_functions_overwrite_is_not_found_for_each_anew(end, tmp_path, monkeypatch):
    """Each has a tape for all that it comes to call, so that some of the work grows faster."""
    functions = [calling_themselves(n, end, tmp_path) for n in (8, 16, 32)]
    emitted(functions[0], NUMBERS, "adjoint")
    one, two, four = (work(function, NUMBERS, "adjoint", monkeypatch) for function in functions)
    assert four - two <= 3.4 * (two - one)


@pytest.mark.parametrize("end", [one_in_another, one_by_one])
def test_functions_that_call_themselves_settle_together(end, tmp_path, monkeypatch):
    """In one attempt more for each that is found to do so, though first given a known number."""
    monkeypatch.setattr(settling, "ATTEMPTS", 16)
    text = emitted(calling_themselves(12, end, tmp_path), NUMBERS, "adjoint")
    assert "def r11_forward" in text or "def r11_joint" in text


def test_constants_are_found_together(tmp_path, monkeypatch):
    """The tables of a module that a function goes through, in two attempts and not two for each."""
    monkeypatch.setattr(settling, "ATTEMPTS", 2)
    lines = [f"for c in C{i}:\n        s = s * x + c * D{i}[int(s) % 20]" for i in range(9)]
    above = "".join(f"C{i} = {[0.5] * 20}\nD{i} = {[1.5] * 20}\n" for i in range(9))
    function = loaded(["s = y", *lines, "return s"], tmp_path, f"{above}\n\n")
    assert "for c in C8:" in emitted(function, NUMBERS, "adjoint")


def test_a_function_of_a_long_file_is_found_as_soon_as_one_of_a_short_one(tmp_path):
    counts = []
    for many in (10, 200):
        text = "".join(f"def f{i}(x):\n    a = x * {i}.5\n    return a\n\n\n" for i in range(many))
        file = tmp_path / f"file{many}.py"
        file.write_text(text)
        spec = importlib.util.spec_from_file_location(file.stem, file)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        of_callable(module.f3)  # the file is read, and what is in it found
        counts.append(calls_of(of_callable, module.f8))
    assert counts[1] <= counts[0] + 5


def test_syntax_is_gone_through_without_signs():
    tree = ast.parse("for i in f(a.b, *c, d=-e[1:2]):\n    x, y = i < 2 and {**g}, [lambda z: z]\n")
    signs = ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop
    plain = [node for node in ast.walk(tree) if not isinstance(node, signs)]
    assert list(syntax.walk(tree)) == plain


def test_differences_are_those_of_all_ways():
    for seed in range(200):
        random = Random(seed)
        names = list("abcde")[: 2 + seed % 4]
        found, most = Differences(), {(x, y): 0 if x == y else inf for x in names for y in names}
        for _ in range(random.randrange(1, 9)):
            x, y, by = random.choice(names), random.choice(names), random.randrange(-2, 4)
            found.add(x, y, by)
            most[x, y] = min(most[x, y], by)
        for z, x, y in itertools.product(names, names, names):
            most[x, y] = min(most[x, y], most[x, z] + most[z, y])
        found.close()
        assert found.impossible == any(most[x, x] < 0 for x in names)
        if not found.impossible:
            assert all(found.most(*pair) == most[pair] for pair in most)


def test_facts_about_syntax_are_those_of_what_it_holds():
    text = """
for i in range(n):
    while s < t:
        if p:
            a = b
            x[i] = c
        else:
            a, d = e, (f := g)
            y.append(d)
        h += a
    for j in z:
        q = lambda: r
    try:
        k = m
    except ValueError as o:
        k = o
"""
    loop = ast.parse(text).body[0]
    assert list(liveness.assigned([loop])) == [
        "i", "a", "d", "f", "h", "j", "q", "k", "o"
    ]  # fmt: skip
    assert list(liveness.written([loop])) == ["h", "x", "y"]
    exposed = ["range", "n", "s", "t", "p", "b", "x", "c", "e", "g", "y", "h", "z", "r", "m",
               "ValueError"]  # fmt: skip
    assert sorted(liveness.exposed([loop])) == sorted(exposed)
    assert list(liveness.captured([loop])) == ["r"]
    counts = liveness.counted([loop])
    assert counts == liveness.loads(loop) and counts["a"] == 1 and counts["h"] == 1
    assert liveness.contains([loop], ast.NamedExpr) and not liveness.contains([loop], ast.Return)


# -- programs that are deep

def terms(count):
    return [f"return {' + '.join(f'x * {i}.5' for i in range(count))} + y"]


def items(count):
    return [f"a = [{', '.join(f'x * {i}.5' for i in range(count))}]", "return a[1] * a[-1] + y"]


def brackets(count):
    return [f"return {'(' * count}x{' * y)' * count}"]


def applied(count):
    return [f"return {'math.sin(' * count}x{')' * count} * y"]


@pytest.mark.parametrize(
    ("shape", "count"),
    [(terms, 800), (chain, 300), (items, 2000), (brackets, 90), (applied, 90), (scalars, 1000)],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_deep_programs(shape, count, tmp_path, monkeypatch):
    """They compile with Python's usual limit of calls, and Python loads what is emitted."""
    monkeypatch.setattr(watch, "watchers", [])
    f = loaded(shape(count), tmp_path)
    args, h = NUMBERS, 1e-6
    _, dot = ad.jvp(f, args, (1.0, 0.5))
    _, pull = ad.vjp(f, *args)
    x_bar, y_bar = pull(1.0)
    found = (f(args[0] + h, args[1] + 0.5 * h) - f(args[0] - h, args[1] - 0.5 * h)) / (2 * h)
    np.testing.assert_allclose(dot, found, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(x_bar + 0.5 * y_bar, dot, rtol=1e-11, atol=1e-13)


def test_each_of_many_changes_has_its_copy(tmp_path, monkeypatch):
    monkeypatch.setattr(watch, "watchers", [])
    f = loaded(read_and_written(220), tmp_path)
    dots = np.cos(np.arange(8.0)), np.sin(np.arange(8.0))
    _, dot = ad.jvp(f, ARRAYS, dots)
    _, pull = ad.vjp(f, *ARRAYS)
    np.testing.assert_allclose(np.vdot(pull(1.0), dots), dot, rtol=1e-11)


def test_each_path_of_a_long_chain(tmp_path):
    f = loaded(chain(120), tmp_path)
    derivative = ad.grad(f, wrt=("x", "y"))
    for x in (-3.2, 0.2, 7.8, 60.0, 118.9, 901.0):
        h = 1e-6
        x_bar, y_bar = derivative(x, 0.7)
        wanted = (f(x + h, 0.7) - f(x - h, 0.7)) / (2 * h), (f(x, 0.7 + h) - f(x, 0.7 - h)) / 2 / h
        np.testing.assert_allclose((x_bar, y_bar), wanted, rtol=1e-6, atol=1e-6)
        np.testing.assert_allclose(ad.jvp(f, (x, 0.7), (1.0, 0.0))[1], x_bar)


def test_a_limit_of_calls_is_as_it_was(tmp_path):
    limit = sys.getrecursionlimit()
    ad.grad(loaded(terms(700), tmp_path))(*NUMBERS)
    assert sys.getrecursionlimit() == limit
