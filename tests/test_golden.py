"""The emitted text of tests/golden, byte for byte; `pytest --refresh-golden` rewrites it.

Read the difference before you commit it: it is what a change of the compiler does to its output.
"""

import importlib.util
import os
import pathlib
import subprocess
import sys

import numpy as np
import pytest

from adcompile.cli import main

GOLDEN = pathlib.Path(__file__).parent / "golden"
MODES = ("tangent", "adjoint")
OPTIONS = {"procedure": ["--of", "C"]}
PROGRAMS = sorted(
    path.stem for path in GOLDEN.glob("*.py") if not path.stem.endswith(MODES)
)
CASES = [(name, mode) for name in PROGRAMS for mode in MODES]


def emit(name: str, mode: str, target: pathlib.Path, monkeypatch) -> str:
    """What the command line writes for a golden program."""
    monkeypatch.chdir(GOLDEN)
    arguments = [f"{name}.py", "--mode", mode, *OPTIONS.get(name, []), "-o", str(target)]
    assert main(arguments) == 0
    return target.read_text()


def load(path: pathlib.Path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("name", "mode"), CASES)
def test_emitted_text(name, mode, tmp_path, monkeypatch, request):
    text = emit(name, mode, tmp_path / "emitted.py", monkeypatch)
    expected = GOLDEN / f"{name}_{mode}.py"
    if request.config.getoption("--refresh-golden"):
        expected.write_text(text)
    assert text == expected.read_text()


def test_every_golden_file_has_a_program():
    emitted = {path.stem for path in GOLDEN.glob("*.py")} - set(PROGRAMS)
    assert emitted == {f"{name}_{mode}" for name, mode in CASES}


@pytest.mark.parametrize("seed", ["0", "12345"])
def test_the_same_bytes_in_another_process(seed, tmp_path):
    """Strings, and so sets and dictionaries of them, hash differently in every process."""
    arguments = [
        [f"{name}.py", "--mode", mode, *OPTIONS.get(name, []), "-o", f"{tmp_path}/{name}_{mode}.py"]
        for name, mode in CASES
    ]
    script = f"from adcompile.cli import main\nfor a in {arguments!r}: assert main(a) == 0"
    environment = dict(os.environ, PYTHONHASHSEED=seed, PYTHONPATH=str(GOLDEN.parents[1]))
    subprocess.run([sys.executable, "-c", script], cwd=GOLDEN, env=environment, check=True)
    for name, mode in CASES:
        file = f"{name}_{mode}.py"
        assert (tmp_path / file).read_bytes() == (GOLDEN / file).read_bytes(), file


def test_ruff_accepts_the_emitted_text():
    ruff = pytest.importorskip("ruff")
    assert ruff
    files = [str(GOLDEN / f"{name}_{mode}.py") for name, mode in CASES]
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--no-cache", *files],
        capture_output=True, text=True, check=False, cwd=GOLDEN.parents[1],
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_lines_are_short():
    for name, mode in CASES:
        for line in (GOLDEN / f"{name}_{mode}.py").read_text().splitlines():
            assert len(line) < 100, (name, line)


# What the golden files compute: every function at a point, adjoint and tangent against differences.

_rng = np.random.default_rng(11)
POINTS = {
    "straight_line.pendulum": (0.8, 1.3),
    "shared.gauss": (0.4, 0.1, 0.7),
    "branch_in_loop.saturate": (np.array([0.1, 0.4, -0.3, 0.9, 0.2]), 2.0),
    "newton.root": (2.7, 1.2),
    "newton.root_while": (2.7,),
    "layers.loss": (
        {"inner": _rng.normal(size=(3, 4)), "outer": _rng.normal(size=(4, 2))},
        _rng.normal(size=(5, 3)), _rng.normal(size=(5, 2)),
    ),
    "layers.loss_with_bias": (
        _rng.normal(size=(3, 2)), _rng.normal(size=2), _rng.normal(size=(5, 3)),
        _rng.normal(size=(5, 2)),
    ),
    "in_place.diffuse": (_rng.normal(size=7), 0.2, 4),
    "in_place.recurrence": (_rng.normal(size=6), 0.8),
    "views.rows": (_rng.normal(size=(3, 3)), 1.3),
    "views.diagonal": (_rng.normal(size=(3, 3)),),
    "gather.stretch": (
        _rng.normal(size=4), np.array([0, 1, 1, 3, 0]), np.array([1, 2, 2, 0, 3]),
        _rng.normal(size=5),
    ),
    "gather.clip_low": (_rng.uniform(0.1, 3.0, size=8), 0.6),
    "calls.mach": (2.5, 1.4),
    "calls.thrust": (2.5, 0.3),
    "procedure.gemm": (
        1.2, _rng.normal(size=(2, 3)), _rng.normal(size=(3, 4)), _rng.normal(size=(2, 4)),
    ),
    "early_return.first_passage": (np.array([0.3, -0.2, 0.9, 1.4, 0.8]), 2.0),
    "untyped.affine": (_rng.normal(size=(1, 4)), 0.3, _rng.normal(size=(3, 1))),
    "structures.momentum": (("Body", {"mass": 2.0, "speed": 0.7}), (0.2, 0.5)),
    "structures.horner": ([0.5, -1.0, 2.0, 0.3], 1.3),
}  # fmt: skip


def moved(tree, direction, step):
    if hasattr(tree, "__dataclass_fields__"):
        return type(tree)(**moved(vars(tree), direction, step))
    if isinstance(tree, dict):
        return {key: moved(tree[key], direction[key], step) for key in tree}
    if isinstance(tree, (tuple, list)):
        return type(tree)(moved(t, d, step) for t, d in zip(tree, direction, strict=True))
    if is_data(tree):
        return tree
    return tree + step * direction


def is_data(leaf) -> bool:
    return np.asarray(leaf).dtype.kind not in "fc"


def direction_of(tree, rng):
    if hasattr(tree, "__dataclass_fields__"):
        return direction_of(vars(tree), rng)
    if isinstance(tree, dict):
        return {key: direction_of(value, rng) for key, value in tree.items()}
    if isinstance(tree, (tuple, list)):
        return type(tree)(direction_of(item, rng) for item in tree)
    return rng.normal(size=np.shape(tree))[()]


def flat(tree):
    if hasattr(tree, "__dataclass_fields__"):
        return flat(vars(tree))
    if isinstance(tree, dict):
        return np.concatenate([flat(tree[key]) for key in sorted(tree)])
    if isinstance(tree, (tuple, list)):
        return np.concatenate([flat(item) for item in tree])
    return np.ravel(np.asarray(tree, dtype=float))


def argument(module, value):
    if isinstance(value, tuple) and isinstance(value[0], str):
        return getattr(module, value[0])(**value[1])
    return value


@pytest.mark.parametrize("name", POINTS)
def test_the_numbers(name):
    file, function = name.split(".")
    module = load(GOLDEN / f"{file}.py")
    primal = getattr(module, function)
    tangent = getattr(load(GOLDEN / f"{file}_tangent.py"), f"{function}_tangent")
    adjoint = getattr(load(GOLDEN / f"{file}_adjoint.py"), f"{function}_adjoint")
    point = [argument(module, value) for value in POINTS[name]]
    rng = np.random.default_rng(3)
    independents = [i for i, p in enumerate(point) if not is_data_argument(p)]
    directions = {i: direction_of(point[i], rng) for i in independents}

    def value_at(step):
        args = [
            moved(p, directions[i], step) if i in directions else p for i, p in enumerate(point)
        ]
        args = [np.copy(a) if isinstance(a, np.ndarray) else a for a in args]
        result = primal(*args)
        return np.asarray(args[-1] if result is None else result)

    before = flat([p for i, p in enumerate(point) if i in directions]).copy()
    dots = [like(point[i], directions[i]) for i in independents]
    value, value_dot = tangent(*point, *dots)
    np.testing.assert_allclose(value, value_at(0.0), rtol=1e-12)
    difference = (value_at(1e-6) - value_at(-1e-6)) / 2e-6
    np.testing.assert_allclose(value_dot, difference, rtol=1e-6, atol=1e-8)

    value_bar = rng.normal(size=np.shape(value))[()]
    again, bars = adjoint(*point, value_bar)
    np.testing.assert_allclose(again, value, rtol=1e-12)
    bars = bars if len(independents) > 1 else (bars,)
    left = np.vdot(value_bar, value_dot)
    right = sum(flat(bar) @ flat(d) for bar, d in zip(bars, directions.values(), strict=True))
    np.testing.assert_allclose(left, right, rtol=1e-11)
    np.testing.assert_array_equal(flat([p for i, p in enumerate(point) if i in directions]), before)


def is_data_argument(value) -> bool:
    return isinstance(value, (int, np.ndarray)) and is_data(value)


def like(tree, direction):
    """The direction in the structure of the argument."""
    if hasattr(tree, "__dataclass_fields__"):
        return type(tree)(**direction)
    return direction


def test_every_function_has_a_point():
    functions = set()
    for program in PROGRAMS:
        module = load(GOLDEN / f"{program}.py")
        functions |= {
            f"{program}.{name}" for name, value in vars(module).items()
            if callable(value) and getattr(value, "__module__", "") == program
            and not isinstance(value, type)
        }  # fmt: skip
    assert functions == set(POINTS)
