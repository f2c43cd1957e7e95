"""`is True` and `is False` of what is known when it runs: Python's truths, and NumPy's own."""

from __future__ import annotations

import inspect

import numpy as np
import pytest
from two_faces import WAYS, TwoFaces

import adcompile as ad
from adcompile import cli

TEXT = '''
def of_a_comparison(x: float):
    return x * 3.0 if (x > 0.5) is True else x * x


def of_numpys(x: float):
    found = np.sum(x * np.ones(2)) > 1.0
    return x * 3.0 if found is not True else x * x


def negated(x: float):
    low = not x > 0.5
    return x * 3.0 if low is False else x * x


def in_turns(x: float):
    high = False
    for i in range(3):
        if x > i:
            high = True
    return x * 3.0 if high is True else x * x


def matched(x: float):
    match (x > 0.5, x > 1.5):
        case (True, True):
            return x * x
        case (True, _):
            return x * 3.0
        case (False, False):
            return math.sin(x)
    return x * 7.0
'''
NAMES = ("of_a_comparison", "of_numpys", "negated", "in_turns", "matched")


@pytest.fixture(scope="module")
def faces(tmp_path_factory):
    return TwoFaces(TEXT, tmp_path_factory.mktemp("truths"))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("number", [float, np.float64])
def test_derivatives(faces, name, way, number):
    for x in (0.3, 0.9, 1.7, -0.4):
        args = (number(x),)
        faces.check(name, way, args, 1.0)


def of_its_own(x: "float"):
    found = np.any(x * np.ones(2) > 0.5)
    return x * 3.0 if found is np.True_ else x * x


def test_numpys_own_by_its_name(tmp_path, capsys):
    """In a file, np.True_ was taken for what no truth is."""
    assert ad.jvp(of_its_own, (0.9,), (1.0,)) == pytest.approx((2.7, 3.0))
    source = tmp_path / "own.py"
    source.write_text(f"import numpy as np\n\n\n{inspect.getsource(of_its_own)}")
    assert cli.main([str(source), "-o", "-"]) == 1
    assert "ADC413" in capsys.readouterr().err
