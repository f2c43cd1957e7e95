"""The same input gives the same bytes, whatever the hash seed."""

import os
import pathlib
import subprocess
import sys

import pytest

GOLDEN = sorted(
    path
    for path in (pathlib.Path(__file__).parent / "golden").glob("*.py")
    if not path.stem.endswith(("_tangent", "_adjoint"))
)


ROOT = str(pathlib.Path(__file__).parents[1])


def environment(seed, folder):
    own = {"PYTHONHASHSEED": str(seed), "ADCOMPILE_CACHE": str(folder), "PYTHONPATH": ROOT}
    return os.environ | own


def emitted(path, seed, folder):
    """What the command line prints, and the cache file of a gradient, in a process of its own."""
    command = [sys.executable, "-m", "adcompile", str(path), "-o", "-"]
    return subprocess.run(command, capture_output=True, env=environment(seed, folder)).stdout


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_emitted_bytes(path, tmp_path):
    first, second = (emitted(path, seed, tmp_path) for seed in (1, 4321))
    assert first == second
    assert b"def " in first


SCRIPT = """
import adcompile as ad
import numpy as np


def f(p, x):
    h = np.tanh(x @ p["W"] + p["b"])
    total = 0.0
    for row in h:
        if row[0] > 0.0:
            total += np.sum(row * row)
    return total


ad.grad(f)({"W": np.ones((3, 2)), "b": np.ones(2)}, np.ones((4, 3)))
ad.hessian(lambda x: np.sum(np.sin(x) * x))(np.ones(2))
"""


def test_cached_bytes(tmp_path):
    (tmp_path / "script.py").write_text(SCRIPT)
    contents = []
    for seed in (1, 4321):
        folder = tmp_path / f"cache{seed}"
        command = [sys.executable, str(tmp_path / "script.py")]
        subprocess.run(command, env=environment(seed, folder), check=True)
        contents.append({path.name: path.read_bytes() for path in sorted(folder.iterdir())})
    assert contents[0] == contents[1]
    assert len(contents[0]) == 3
