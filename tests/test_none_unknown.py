"""What is given is None, or a number: by files of which nothing, or Optional[...], says so."""

from __future__ import annotations

import ast
import contextlib
import importlib.util
import inspect
import io
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from adcompile import cli

PROGRAMS = '''
from dataclasses import dataclass
from typing import Optional

import numpy as np


@dataclass
class Node:
    pos: float
    load: Optional[float] = None


def on_one_path(x: float, w: Optional[float], c: bool):
    v = w if c else x
    return x if v is None else v * x


def until_it_is_made(x: float, w: Optional[float], n: int):
    v = w
    while n > 0:
        n -= 1
        if v is None:
            v = x
        else:
            v = v * x
    return x if v is None else v


def by_a_closure(x: float, w: Optional[float], n: int):
    now = w

    def step(t):
        nonlocal now
        now = t if now is None else now * t
        return now * 2

    total = 0.0
    for i in range(n):
        total += step(x + i)
    return total


def by_a_helper(x: float, w: Optional[float], n: int):
    def pick(i):
        return w if i else x

    total = 0.0
    for i in range(n):
        v = pick(i)
        total += x * 7 if v is None else v * x
    return total


def kept_in_a_list(x: float, w: Optional[float], n: int):
    held = [w if i % 2 else x * i for i in range(n)]
    return sum(x if v is None else v * 2 for v in held) + x


def kept_in_an_object(x: float, w: Optional[float], n: int):
    node = Node(x, w)
    total = x
    for i in range(n):
        if node.load is None:
            total += x
        else:
            total += node.load * x
            node.load = node.load * 2
    return total


def made_when_it_is_needed(x: "float[:]", w: Optional[np.ndarray], n: int):
    v = w
    for i in range(n):
        if v is None:
            v = np.zeros_like(x)
        v[0] += x[i]
    return np.sum(x) if v is None else np.sum(v * v)
'''
TYPED = '''
def written_to_a_list(xs: list[Optional[float]], k: float):
    total = 0.0
    for i in range(len(xs)):
        if xs[i] is None:
            total += k
        xs[i] = k * 2
    return total + sum(xs)


def changed_in_a_list(xs: list[Optional[float]], k: float):
    for i in range(len(xs)):
        xs[i] = k if xs[i] is None else xs[i] * k
    return sum(xs)


def changed_in_a_dictionary(d: dict[str, Optional[float]], k: float):
    for key in d:
        d[key] = k if d[key] is None else d[key] * k
    return sum(d.values())


def changed_in_objects(nodes: list[Node], k: float):
    for node in nodes:
        node.load = node.pos if node.load is None else node.load * k
    return sum(node.load * node.pos for node in nodes)
'''
X = np.array([0.5, 0.3, 0.9])
NUMBERS = [(0.7, None, 3), (0.7, None, 0), (0.7, None, 1), (0.7, 0.4, 3), (0.7, 0.4, 0)]
CALLS: dict[str, Any] = {
    "on_one_path": [(0.7, None, True), (0.7, None, False), (0.7, 0.4, True)],
    "made_when_it_is_needed": [(X, None, 3), (X, None, 0), (X, 2 * X, 2)],
    **dict.fromkeys(
        ("until_it_is_made", "by_a_closure", "by_a_helper", "kept_in_a_list", "kept_in_an_object"),
        NUMBERS,
    ),
}
TYPED_CALLS: dict[str, Any] = {
    "written_to_a_list": [([None, 0.3, 0.5], 0.7), ([0.3], 0.7), ([None], 0.7)],
    "changed_in_a_list": [([None, 0.3, 0.5], 0.7), ([0.3], 0.7), ([None], 0.7)],
    "changed_in_a_dictionary": [({"a": None, "b": 0.5}, 0.7)],
    "changed_in_objects": [((0.5, None, 1.2, 0.4, 0.9, None), 0.7)],
}


class Bare(ast.NodeTransformer):
    """Leaves the annotations of functions out."""

    def visit_arg(self, node: ast.arg) -> ast.arg:
        return ast.arg(node.arg)


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    bare = ast.unparse(Bare().visit(ast.parse(PROGRAMS)))
    texts = {"typed": PROGRAMS + TYPED, "bare": bare}
    return {name: written(tmp_path_factory.mktemp(name), name, text)
            for name, text in texts.items()}  # fmt: skip


def written(folder: Path, name: str, text: str) -> dict[str, Any]:
    source = folder / f"none_{name}.py"
    source.write_text(text)
    paths = {"primal": source}
    for mode in cli.MODES:
        paths[mode] = folder / f"none_{name}_{mode}.py"
        with contextlib.redirect_stderr(io.StringIO()) as said:
            assert cli.main([str(source), "--mode", mode, "-o", str(paths[mode])]) == 0, said
    return {key: loaded(path) for key, path in paths.items()}


def loaded(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


def numbers(tree: Any) -> list[float]:
    if isinstance(tree, dict):
        return numbers(list(tree.values()))
    if isinstance(tree, (list, tuple)):
        return [number for item in tree for number in numbers(item)]
    if hasattr(tree, "__dataclass_fields__"):
        return numbers(list(vars(tree).values()))
    if isinstance(tree, np.ndarray):
        return [float(number) for number in tree]
    return [float(tree)] if isinstance(tree, float) else []


def moved(tree: Any, step: float) -> Any:
    """Every number in it, moved by this: along a direction of ones."""
    if isinstance(tree, dict):
        return {key: moved(item, step) for key, item in tree.items()}
    if isinstance(tree, (list, tuple)):
        return type(tree)(moved(item, step) for item in tree)
    if hasattr(tree, "__dataclass_fields__"):
        return type(tree)(**{key: moved(item, step) for key, item in vars(tree).items()})
    return tree + step if isinstance(tree, (float, np.ndarray)) else tree


def direction(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {key: direction(item) for key, item in tree.items()}
    if isinstance(tree, (list, tuple)):
        return type(tree)(direction(item) for item in tree)
    if hasattr(tree, "__dataclass_fields__"):
        return type(tree)(**{key: direction(item) for key, item in vars(tree).items()})
    if isinstance(tree, np.ndarray):
        return np.ones_like(tree)
    return 1.0 if isinstance(tree, float) else None


def check(found: dict[str, Any], name: str, args: tuple[Any, ...]) -> None:
    primal = getattr(found["primal"], name)
    ends = [primal(*moved(args, step)) for step in (1e-6, -1e-6)]
    wanted = primal(*moved(args, 0.0)), (ends[0] - ends[1]) / 2e-6
    given = args[:-1] if isinstance(args[-1], int) else args
    tangent = getattr(found["tangent"], f"{name}_tangent")
    count = len(inspect.signature(tangent).parameters) - len(args)  # of n, too, which may be one
    result = tangent(*args, *[0.0 if type(arg) in (int, bool) else direction(arg)
                              for arg in args[:count]])  # fmt: skip
    np.testing.assert_allclose(result, wanted, rtol=1e-8, err_msg="tangent")
    value, bars = getattr(found["adjoint"], f"{name}_adjoint")(*args, 1.0)
    moving = [bar for bar, arg in zip(bars, given) if numbers(arg)]
    result = value, sum(float(np.sum(number)) for number in numbers(moving))
    np.testing.assert_allclose(result, wanted, rtol=1e-8, err_msg="adjoint")


@pytest.mark.parametrize("kind", ["typed", "bare"])
@pytest.mark.parametrize("name", CALLS)
def test_an_argument_that_is_none(name: str, kind: str, modules: dict[str, Any]) -> None:
    for args in CALLS[name]:
        check(modules[kind], name, args)


@pytest.mark.parametrize("name", TYPED_CALLS)
def test_none_in_what_is_changed(name: str, modules: dict[str, Any]) -> None:
    for first, k in TYPED_CALLS[name]:
        if name == "changed_in_objects":
            made = modules["typed"]["primal"].Node
            first = [made(*pair) for pair in zip(first[::2], first[1::2])]
        check(modules["typed"], name, (first, k))


OTHERS = '''
import numpy as np


def of_a_text(x, mode):
    return x * x if isinstance(mode, str) else x * 3


def of_a_text_or_an_array(x, mode):
    return np.sum(x) if isinstance(mode, (str, np.ndarray)) else x * 3


def of_a_text_in_a_loop(x, mode, n: int):
    now, total = mode, x
    for i in range(n):
        total = total * (2 if isinstance(now, dict) else 3)
        now = now if i < 2 else x
    return total


def of_a_function(x, g=None):
    return x * x if callable(g) else x * 3
'''
GIVEN = {
    "of_a_text": ("sq",), "of_a_text_or_an_array": ("sq",), "of_a_text_in_a_loop": ({"a": 1.0}, 3),
    "of_a_function": (abs,),
}  # fmt: skip


@pytest.mark.parametrize("name", GIVEN)
def test_what_is_neither_is_told(name: str, tmp_path: Path) -> None:
    adjoint = getattr(written(tmp_path, name, OTHERS)["adjoint"], f"{name}_adjoint")
    with pytest.raises(TypeError, match="is given where a number or an array is expected"):
        adjoint(0.7, *GIVEN[name], 1.0)
    wanted = 0.7 * 27 if name.endswith("loop") else 0.7 * 3
    assert adjoint(0.7, 0.4, *GIVEN[name][1:], 1.0)[0] == pytest.approx(wanted)
