"""What is emitted without annotations for complex numbers on the way, given texts and lists."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from adcompile import cli

PROGRAMS = '''
import numpy as np


def impedance(w, r, model):
    z = r
    if model == "rl":
        z = r + 1j * w
    return abs(1.0 / (z + 2.0))


def of_a_list(x, c):
    buf = np.zeros(2, complex) if c == "c" else np.zeros(2)
    buf[0] = x[0]
    buf[1] = x[1] * x[0]
    return np.sum(np.abs(buf) ** 2)


def of_rows(rows, w):
    z = 0.0
    for row in rows:
        z = z + row[0] * 1j * w + row[1][0] * row[1][1]
    return abs(z)


def of_a_dict(d, w):
    z = d["r"] + 1j * w * d["l"]
    return abs(z) + d["r"]
'''

X = np.array([0.5, 0.7])
CALLS = {
    "a text": ("impedance", (0.7, 1.2, "rl")),
    "another text": ("impedance", (0.7, 1.2, "r")),
    "a list": ("of_a_list", ([0.5, 0.7], "c")),
    "an array": ("of_a_list", (X, "r")),
    "a list of lists": ("of_rows", ([[0.5, [0.2, 0.4]], [0.3, [1.1, 0.9]]], 0.8)),
    "lists of arrays": ("of_rows", ([[0.5, X], [0.3, 2 * X]], 0.8)),
    "a dictionary": ("of_a_dict", ({"r": 0.5, "l": 0.7}, 0.8)),
}


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("untyped")
    source = folder / "programs.py"
    source.write_text(PROGRAMS)
    target = folder / "derived.py"
    assert cli.main([str(source), "--mode", "adjoint", "-o", str(target)]) == 0
    return {path.stem: _loaded(path) for path in (source, target)}


def _loaded(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _places(tree: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where the floats of a tree are."""
    if isinstance(tree, str):
        return []
    if isinstance(tree, float):
        return [path]
    items = tree.items() if isinstance(tree, dict) else enumerate(tree)
    return [found for key, item in items for found in _places(item, (*path, key))]


def _at(tree: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        tree = tree[key]
    return tree


def _moved(tree: Any, path: tuple[Any, ...], step: float) -> Any:
    if not path:
        return tree + step
    if isinstance(tree, dict):
        return {**tree, path[0]: _moved(tree[path[0]], path[1:], step)}
    new = [_moved(v, path[1:], step) if i == path[0] else v for i, v in enumerate(tree)]
    return np.array(new) if isinstance(tree, np.ndarray) else type(tree)(new)


@pytest.mark.parametrize("name", CALLS)
def test_adjoints(name: str, modules: dict[str, Any]) -> None:
    function, args = CALLS[name]
    primal = getattr(modules["programs"], function)
    value, bars = getattr(modules["derived"], f"{function}_adjoint")(*args, 1.0)
    np.testing.assert_allclose(value, primal(*args), rtol=1e-14)
    for path in _places(args):
        ends = [primal(*_moved(args, path, step)) for step in (1e-6, -1e-6)]
        found = _at(bars, path)
        assert not np.iscomplexobj(found)
        np.testing.assert_allclose(found, (ends[0] - ends[1]) / 2e-6, rtol=1e-7, atol=1e-9)
