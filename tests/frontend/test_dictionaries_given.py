"""Dictionaries that are given, whose keys the command line does not know: perhaps there, or new."""

from __future__ import annotations

import copy

import numpy as np
import pytest
from two_faces import TwoFaces

import adcompile as ad
from adcompile import cli

PROGRAMS = '''
import contextlib
import copy


def fills(x, d):
    try:
        v = d["z"]
    except KeyError:
        d["z"] = np.sin(d["q"])
        v = d["z"]
    return x * v[0]


def takes_another(x, d):
    try:
        v = d["z"]
    except KeyError:
        v = d["q"]
    return x * v[0]


def after_another(x, d):
    w = d["q"]
    try:
        v = d["z"]
    except (ValueError, LookupError):
        v = 2 * w
    return x * v[0] * w[1]


def bare(x, d):
    try:
        v = d["z"] * 2
    except:
        v = d["q"]
    return x * v[0]


def suppressed(x, d):
    v = 3.0 * x
    with contextlib.suppress(KeyError):
        v = d["z"][0] * x
    return x * v


def in_another(x, d):
    try:
        try:
            v = d["z"][0]
        except ValueError:
            v = 1.0
    except KeyError:
        v = d["q"][1]
    return x * v


def by_a_function(x, d):
    try:
        v = taken(d)
    except KeyError:
        v = d["q"][0]
    return x * v * v


def taken(d):
    return d["z"][1]


def stored(x: float, d: dict[str, np.ndarray]):
    d["z"] = np.sin(d["q"])
    v = d["z"]
    return x * v[0]


def stored_unless_there(x: float, d: dict[str, np.ndarray]):
    if "z" not in d:
        d["z"] = x * d["q"] ** 2
    d["z"][0] *= d["q"][1]
    return np.sum(d["z"] * x)


def in_turns(x: float, d: dict[str, np.ndarray]):
    names = ["q", "z", "w", "z"]
    for i, name in enumerate(names):
        d[name] = x * i + d["q"]
        if i > 1:
            d[name] = d[name] ** 2 * d[names[i - 1]][0]
    return sum(np.sum(d[name]) for name in names)


def of_a_copy(x: float, d: dict[str, np.ndarray]):
    e, f = d.copy(), copy.copy(d)
    e["q"] = x * f["q"]
    e["w"] = e["q"] ** 2
    return np.sum(e["w"] * d["q"] * x)


def changed(x: float, d: dict[str, np.ndarray]):
    for key in d:
        d[key][0] += x
        d[key] *= x
    d["w"] = x * d["q"]
    d["w"][1] = d["q"][0]
    return sum(np.sum(v) for v in d.values())
'''
NUMBERS = '''
def summed(x: float, d: dict[str, float]):
    for i, key in enumerate(["q", "z", "w", "z"]):
        d[key] = x * i
        if i > 1:
            d[key] *= d["q"] + d["z"] * d[key]
    return sum(v ** 2 for v in d.values())


def kept(x: float, d: dict[str, float]):
    d["w"] = d["q"] * x
    return d["w"] ** 2


def remembered(x: float, d: dict[str, float]):
    return x * by_steps(4, x, d) + by_steps(3, x, d)


def by_steps(n: int, x: float, d: dict[str, float]):
    name = "wvzqp"[n]
    try:
        return d[name]
    except KeyError:
        pass
    d[name] = x * n if n < 2 else by_steps(n - 1, x, d) + x * by_steps(n - 2, x, d)
    return d[name]


def copied(x: float, d: dict[str, float]):
    e = d.copy()
    e["q"] = 3.0 * x
    e["w"] = x * d["q"]
    return d["q"] * e["q"] * sum(e.values())


def copied_with_all(x: float, d: dict[str, float]):
    e, f = copy.deepcopy(d), copy.copy(d)
    e["q"] *= x
    f["z"] = x
    return d["q"] * e["q"] * f["q"] * f["z"]
'''
Q, Z = np.array([0.3, 0.7]), np.array([0.4, 0.8])
LISTS = '''
def binned(x: float, d: dict[str, list[float]]):
    for i, key in enumerate(["q", "z", "w", "z"]):
        if key in d:
            d[key].append(x * i)
        else:
            d[key] = [x ** i, 2.0]
    return sum(sum(v) * v[0] for v in d.values())
'''
OF_LISTS = [{"q": [0.3, 0.7]}, {"q": [0.3, 0.7], "z": [0.4, 0.8]}]
GIVEN = [{"q": Q}, {"q": Q, "z": Z}]
OF_NUMBERS = [{"q": 0.3}, {"q": 0.3, "z": 0.4}]


def names_of(text):
    every = (line[4 : line.index("(")] for line in text.splitlines() if line[:4] == "def ")
    return [name for name in every if name not in ("taken", "by_steps")]


CASES = [(name, given) for name in names_of(PROGRAMS) for given in GIVEN]
CASES += [(name, given) for name in names_of(NUMBERS) for given in OF_NUMBERS]
CASES += [(name, given) for name in names_of(LISTS) for given in OF_LISTS]
MOVES = np.array([[0.3, -0.9], [1.1, 0.6]])


@pytest.fixture(scope="module")
def faces(tmp_path_factory):
    return TwoFaces(PROGRAMS + NUMBERS + LISTS, tmp_path_factory.mktemp("given"))


def moved(given, step):
    ways = (way if np.ndim(v) else way[0] for v, way in zip(given.values(), MOVES))
    ends = {key: np.asarray(v) + step * way for (key, v), way in zip(given.items(), ways)}
    return {key: list(v) if isinstance(given[key], list) else v for key, v in ends.items()}


@pytest.mark.parametrize("off", [0, 1])
@pytest.mark.parametrize(("name", "given"), CASES)
def test_keys_that_may_be_new(name, given, off, faces):
    primal, step = faces.function(name), 1e-6
    ends = [primal(2.0 + s, moved(copy.deepcopy(given), s)) for s in (step, -step)]
    wanted = (ends[0] - ends[1]) / (2 * step)
    dots = moved({key: 0.0 * np.asarray(v) for key, v in given.items()}, 1.0)
    dots = {key: list(v) if isinstance(given[key], list) else v for key, v in dots.items()}

    tangent = getattr(faces.made["tangent", off], f"{name}_tangent")
    found = copy.deepcopy(given)
    value, dot = tangent(2.0, found, 1.0, copy.deepcopy(dots))
    np.testing.assert_allclose(dot, wanted, rtol=1e-7)
    np.testing.assert_equal(found, given)

    adjoint = getattr(faces.made["adjoint", off], f"{name}_adjoint")
    again, (x_bar, bars) = adjoint(2.0, found, 1.0)
    np.testing.assert_equal(found, given)
    assert value == again == primal(2.0, copy.deepcopy(given))
    assert {key: np.shape(bar) for key, bar in bars.items()} == {
        key: np.shape(v) for key, v in given.items()
    }
    product = x_bar + sum(np.sum(np.multiply(bars[key], dots[key])) for key in given)
    np.testing.assert_allclose(product, dot, rtol=1e-12)
    if name == "remembered":  # the call sees known keys, which a recursive function may not change
        with pytest.raises(ad.RejectedError, match="the keys of this dictionary"):
            ad.grad(primal)(2.0, copy.deepcopy(given))
        return
    np.testing.assert_allclose(ad.grad(primal)(2.0, copy.deepcopy(given)), x_bar, rtol=1e-12)


SHARED = {
    "by the dictionary": "d['c'] = v\n    d['c'][1] = x[0]\n    return np.sum(v)",
    "by a name of the item": "d['c'] = v\n    w = d['c']\n    w[1] = x[0]\n    return np.sum(v)",
    "two items": "d['c'] = d['e'] = v\n    d['c'][1] = x[0]\n    return np.sum(d['e'])",
    "given items": "d['c'] = d['a']\n    d['c'][1] = x[0]\n    return np.sum(d['a'])",
    "a copy": "w = d.copy()\n    w['a'][1] = x[0]\n    return np.sum(d['a'])",
    "another copy": "w = copy.copy(d)\n    w['a'][1] = x[0]\n    return np.sum(d['a'])",
    "of another": "d['c'] = e['a']\n    d['c'][1] = x[0]\n    return np.sum(e['a'])",
}


@pytest.mark.parametrize("case", SHARED)
def test_what_shares_memory_with_an_item_is_known_or_refused(case, tmp_path, capsys):
    source = tmp_path / "shared.py"
    head = "import copy\n\nimport numpy as np\n\n\n"
    head += "def f(x: 'float[:]', d: {0}, e: {0}):\n    v = 2 * x\n    {1}\n"
    source.write_text(head.format("dict[str, np.ndarray]", SHARED[case]))
    assert cli.main([str(source), "-o", str(tmp_path / "made.py")]) == 1
    assert "may share its memory" in (text := capsys.readouterr().err) or "the same one" in text
    assert "ADC301" in text


def test_a_copy_of_all_that_a_dictionary_holds_is_refused(tmp_path, capsys):
    source = tmp_path / "copied.py"
    source.write_text("""
import copy

import numpy as np


def f(x: 'float[:]', d: dict[str, np.ndarray]):
    e = copy.deepcopy(d)
    e["a"][0] = x[1]
    return np.sum(x * d["a"] * e["a"])
""")
    assert cli.main([str(source), "-o", str(tmp_path / "made.py")]) == 1
    assert "{key: item.copy() for" in (text := capsys.readouterr().err) and "ADC206" in text
