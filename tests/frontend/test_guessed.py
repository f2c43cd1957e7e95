"""Arguments of which the command line does not know the class: refused where it matters."""

import re

import numpy as np
import pytest

import adcompile as ad
from adcompile import cli

CLASSES = '''\
import functools
from dataclasses import dataclass

import numpy as np


@dataclass
class Disc:
    r: float

    @property
    def area(self):
        return 3.0 * self.r**2

    @functools.cached_property
    def edge(self):
        return 6.0 * self.r

    @property
    def size(self):
        return 5.0 * self.r

    def sum(self):
        return 2.0 * self.r

    def weight(self):
        return 7.0 * self.r


@dataclass
class Ring(Disc):
    hole: float = 0.5

    def weight(self):
        return 7.0 * (self.r - self.hole)

    def __bool__(self):
        return self.r > self.hole


'''
REFUSED = {
    "a property": "def f(p, k):\n    return p.area * k  # here\n",
    "a kept property": "def f(p, k):\n    return p.edge * k  # here\n",
    "a property by name": "def f(p, k):\n    return getattr(p, 'area') * k  # here\n",
    "a property after an attribute": "def f(p, k):\n    a = p.r\n    return a * p.area  # here\n",
    "a property of an item": "def f(d, k):\n    return d['p'].area * k  # here\n",
    "a property in a callee": "def g(p):\n    return p.area  # here\n\n\n"
    "def f(q, k):\n    return g(q) * k\n",
    "a property that is added to": "def f(p, k):\n    p.area += k  # here\n    return p.r\n",
    "truth": "def f(p, k):\n    a = p.r\n    return a if p else k  # here\n",
    "a class": "def f(p, k):\n    a = p.r\n    if isinstance(p, Ring):  # here\n"
    "        a = k\n    return a\n",
    "an attribute that may be": "def f(p, k):\n    a = p.r\n    if hasattr(p, 'hole'):  # here\n"
    "        a = k\n    return a\n",
    "whether it is None": "def f(x, d=None):\n    s = x\n    if d is not None:  # here\n"
    "        s = s * 2\n    if x > 100:\n        s += d['k']\n    return s\n",
    "a default": "def f(d):\n    return d['a'] * d.get('b', 5.0)  # here\n",
    "a key that may be": "def f(d):\n    s = d['a']\n    if 'b' in d:  # here\n"
    "        s = s * d['b']\n    return s\n",
    "all items": "def f(d):\n    s = d['a']\n    for k, v in d.items():  # here\n"
    "        s += v * v\n    return s\n",
    "all keys": "def f(d):\n    s = d['a']\n    for k in d:  # here\n"
    "        s += d[k] ** 2\n    return s\n",
    "keys in order": "def f(d):\n    s = d['a']\n    for k in sorted(d):  # here\n"
    "        s += d[k] ** 2\n    return s\n",
    "how many": "def f(d):\n    s = d['a']\n    return s * len(d)  # here\n",
    "some at least": "def f(d):\n    s = d['a']\n    if d:  # here\n        s = s * 2\n"
    "    return s\n",
    "spread": "def f(d):\n    s = d['a']\n    e = {'b': 1.0, **d}  # here\n"
    "    return e['b'] * s\n",
    "spread in a call": "def g(a, b=2.0):\n    return a * b\n\n\n"
    "def f(d):\n    s = d['a']\n    return g(**d) * s  # here\n",
    "a copy": "def f(d):\n    s = d['a']\n    e = dict(d)  # here\n    return s * len(e)\n",
    "a union": "def f(d):\n    s = d['a']\n    e = {'b': 1.0} | d  # here\n    return s * e['b']\n",
    "an update": "def f(d):\n    s, e = d['a'], {'b': 1.0}\n    e.update(d)  # here\n"
    "    return s * e['b']\n",
    "equal": "def f(d, e):\n    s = d['a'] * e['a']\n    return s * 2 if d == e else s  # here\n",
    "a pattern": "def f(d):\n    s = d['a']\n    match d:  # here\n        case {'b': v}:\n"
    "            s = s * v\n    return s\n",
    "a result": "def f(d):\n    d['a'] = d['a'] * 2\n    return d  # here\n",
    "a dictionary inside": "def f(d):\n    e = d['x']\n    s = e['a']\n"
    "    return s * e.get('b', 3.0)  # here\n",
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_what_depends_on_a_class_that_is_not_known(text, tmp_path, capsys):
    file = tmp_path / "prog.py"
    file.write_text(CLASSES + text)
    cli.main([str(file), "--function", "f", "--mode", "adjoint", "-o", str(tmp_path / "out.py")])
    said = capsys.readouterr().err
    line = 1 + next(i for i, part in enumerate((CLASSES + text).splitlines()) if "# here" in part)
    assert re.findall(r"line (\d+):", said) == [str(line)]
    assert "is not known when compiling" in said


def emitted(text, tmp_path):
    """The adjoint of f in a file with these classes, and the module of the file."""
    file = tmp_path / "prog.py"
    file.write_text(CLASSES + text)
    out = tmp_path / "out.py"
    cli.main([str(file), "--function", "f", "--mode", "adjoint", "-o", str(out)])
    derived, module = {}, {}
    exec(compile(out.read_text(), str(out), "exec"), derived)
    exec(compile(file.read_text(), str(file), "exec"), module)
    return derived["f_adjoint"], module


def test_annotated_classes_are_known(tmp_path):
    text = "def f(p: Ring, k: float):\n    return p.area * p.weight() * k + p.hole\n"
    adjoint, module = emitted(text, tmp_path)
    value, (bar, k_bar) = adjoint(module["Ring"](2.0, 0.5), 3.0)
    assert value == 12.0 * 10.5 * 3.0 + 0.5
    assert (bar.r, bar.hole, k_bar) == (12.0 * 10.5 * 3.0 + 12.0 * 7.0 * 3.0, -251.0, 126.0)


@pytest.mark.parametrize("line", [
    "return p.weight() * k",
    "return k * k if isinstance(p, Ring) else p.r",
    "return k * k if type(p) is Ring else p.r",
    "return k * k if type(p) != Disc else p.r",
])  # fmt: skip
def test_of_classes_below_the_annotated_one_it_is_asked_which(line, tmp_path):
    adjoint, module = emitted(f"def f(p: Disc, k: float):\n    {line}\n", tmp_path)
    for p in (module["Disc"](2.0), module["Ring"](2.0, 0.5)):
        value, (bar, k_bar) = adjoint(p, 3.0)
        want, bars = ad.value_and_grad(module["f"], wrt=("p", "k"))(p, 3.0)
        assert (value, bar, k_bar) == (want, *bars)
        assert type(bar) is type(p)


def test_arrays_are_told_from_objects_with_such_names(tmp_path):
    adjoint, module = emitted("def f(x, k):\n    return x.sum() * x.size * k\n", tmp_path)
    value, (x_bar, k_bar) = adjoint(np.ones(3), 2.0, 1.0)
    assert (value, list(x_bar), k_bar) == (18.0, [6.0, 6.0, 6.0], 9.0)
    with pytest.raises(TypeError, match="annotate what is no array"):
        adjoint(module["Disc"](2.0), 2.0, 1.0)


class Part:
    pass


class Inner(Part):
    pass


def of_a_class(p, x):
    if type(p) is Inner and type(p).__name__ == "Inner" and p.__class__ is not Part:
        return x**2
    return 3.0 * x


def test_the_class_of_an_argument_is_the_class():
    assert ad.grad(of_a_class, wrt="x")(Inner(), 2.0) == 4.0
    assert ad.grad(of_a_class, wrt="x")(Part(), 2.0) == 3.0


SHARED = {
    "a default": "def g(v, seen=[]):\n    seen.append(v)  # here\n    return sum(seen)\n\n\n"
    "def f(x: float, y: float):\n    return g(x) * g(y)\n",
    "elements of a default": "def g(v, seen=np.zeros(2)):\n    seen[0] += v  # here\n"
    "    return np.sum(seen)\n\n\ndef f(x: float, y: float):\n    return g(x) * g(y)\n",
    "what a class holds": "class Log:\n    seen = []\n\n    def put(self, v):\n"
    "        self.seen.append(v)  # here\n        return sum(self.seen)\n\n\n"
    "def f(x: float, y: float):\n    return Log().put(x) * Log().put(y)\n",
}


@pytest.mark.parametrize("text", SHARED.values(), ids=SHARED)
def test_what_is_one_for_all_calls_is_not_changed(text, tmp_path, capsys):
    file = tmp_path / "prog.py"
    file.write_text(CLASSES + text)
    cli.main([str(file), "--function", "f", "--mode", "adjoint", "-o", str(tmp_path / "out.py")])
    said = capsys.readouterr().err
    line = 1 + next(i for i, part in enumerate((CLASSES + text).splitlines()) if "# here" in part)
    assert re.search(rf"line {line}: (this changes|what 'seen' of Log is)", said)
    assert "of which there is one for all calls" in said


def test_defaults_that_are_read(tmp_path):
    text = (
        "def g(v, some=[1.0, 2.0], more=np.ones(2)):\n    own = list(some)\n    own.append(v)\n"
        "    kept = more * v\n    kept[0] = 3.0\n    return own[2] * np.sum(kept) + some[1]\n\n\n"
        "def f(x: float):\n    return g(x) * g(2.0 * x)\n"
    )
    adjoint, module = emitted(text, tmp_path)
    assert adjoint(0.5) == (module["f"](0.5), pytest.approx(4.0 * 6.0 + 3.75 * 10.0))


def test_arrays_in_lists_that_change_in_place(tmp_path):
    text = (
        "def f(x, n):\n    s = x * 2.0\n    seen = []\n    for _ in range(n):\n"
        "        seen.append(s)\n        s += x * 0.5\n    return sum(seen)\n"
    )
    adjoint, module = emitted(text, tmp_path)
    value, x_bar = adjoint(0.5, 3, 1.0)
    assert (value, x_bar) == (module["f"](0.5, 3), pytest.approx(7.5))
    with pytest.raises(TypeError, match="s is an array that a list holds"):
        adjoint(np.ones(2), 3, np.ones(2))


def test_lists_that_are_joined_have_no_adjoints_of_arrays(tmp_path):
    adjoint, _ = emitted("def f(x, y):\n    z = x + y\n    return z[0] * z[-1]\n", tmp_path)
    value, (x_bar, _) = adjoint(np.array([1.0, 2.0]), np.array([3.0, 4.0]), 1.0)
    assert value == 24.0
    np.testing.assert_array_equal(x_bar, [6.0, 4.0])
    with pytest.raises(TypeError, match=r"x is a list, which \+ joins: annotate it"):
        adjoint([1.0, 2.0], [3.0, 4.0], 1.0)


def test_the_gradient_of_a_dictionary_has_all_keys_that_are_given(tmp_path):
    """What the function does not read, too: without annotation nobody knows of it before."""
    text = "def f(p, x):\n    return p['b'] ** 2 * p['q']['u'] * x\n"
    adjoint, _ = emitted(text, tmp_path)
    given = {"a": np.array([1.0, 2.0]), "b": 3.0, "q": {"u": 2.0, "v": [4.0]}, "n": 7}
    value, (p_bar, x_bar) = adjoint(given, 5.0, 1.0)
    assert (value, x_bar) == (90.0, 18.0)
    assert list(p_bar) == list(given)
    np.testing.assert_array_equal(p_bar["a"], [0.0, 0.0])
    assert (p_bar["b"], p_bar["n"]) == (60.0, 0.0)
    assert p_bar["q"] == {"u": 45.0, "v": [0.0]}
    again = tmp_path / "again.py"
    head = "--head=f_adjoint(p, x)"
    assert cli.main([str(tmp_path / "out.py"), "--mode", "tangent", "-o", str(again), head]) == 0
    scope = {}
    exec(again.read_text(), scope)
    dots = {"b": 1.0, "q": {"u": 0.0}}, 0.0
    (_, (found, _)), (_, (moved, _)) = scope["f_adjoint_tangent"](given, 5.0, 1.0, *dots)
    assert found["b"] == 60.0 and moved["b"] == 20.0 and moved["q"]["u"] == 30.0


SCALED = """
class Scaled:
    def __init__(self, k, m):
        self.k = k * 0.1
        self.m = m


def f(p, x):
    return p.k * x + 0.5 * p.m


def g(p, x):
    p.k = p.k * x
    return p
"""


def test_a_gradient_is_not_made_by_the_init_of_a_class_that_is_not_known(tmp_path, capsys):
    """What __init__ makes of its arguments would be made of the gradient."""
    file, out = tmp_path / "prog.py", tmp_path / "out.py"
    file.write_text(SCALED)
    assert not cli.main([str(file), "--function", "f", "--mode", "adjoint", "-o", str(out)])
    found = {}
    exec(SCALED, found)
    exec(out.read_text(), found)
    _, (bar, _) = found["f_adjoint"](found["Scaled"](3.0, 4.0), 2.0, 1.0)
    assert isinstance(bar, found["Scaled"]) and vars(bar) == {"k": 2.0, "m": 0.5}
    assert cli.main([str(file), "--function", "g", "--mode", "tangent", "-o", str(out)]) == 1
    assert "which attributes 'p' has is not known" in capsys.readouterr().err
