"""Exceptions that are made in one place, and raised, or asked for what they hold, in another."""

from __future__ import annotations

import numpy as np
import pytest
from two_faces import WAYS, TwoFaces

import adcompile as ad
from adcompile.errors import RejectedError

TEXT = '''
class Bad(Exception):
    pass


class Held(Bad):
    def __init__(self, t):
        super().__init__("held")
        self.t = t


def named(x: float):
    error = Bad("low")
    if x < 0.0:
        raise error
    return x * x


def of_python(x: float):
    error = ValueError("low", 3)
    if x < 0.0:
        raise error
    return x * x


def checked(x: float):
    if x < 0.0:
        error = Held(3.0)
        raise error
    return x


def caught(x: float):
    try:
        return checked(x) ** 2
    except Exception as error:
        return x * error.t


def set_and_read(x: float):
    error = Held(2.0)
    error.t = 3.0
    return x * error.t
'''


@pytest.fixture(scope="module")
def faces(tmp_path_factory):
    return TwoFaces(TEXT, tmp_path_factory.mktemp("exceptions"))


NAMES = ("named", "of_python", "caught", "set_and_read")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("way", WAYS)
def test_derivatives(faces, name, way):
    for x in (1.3, -0.7):
        args = (np.float64(x),)
        try:
            slope = faces.slope(name, args, 1.0)
        except Exception as error:
            kinds = {each.__name__ for each in faces.raised(name, way, args)}
            assert kinds == {type(error).__name__}
        else:
            np.testing.assert_allclose(faces.tangent(name, way, args, 1.0), slope, 1e-6)
            np.testing.assert_allclose(faces.adjoint(name, way, args), slope, 1e-6)


def of_numpy(x):
    error = np.linalg.LinAlgError("singular")
    if x < 0.0:
        raise error
    return x * x


def test_of_numpy():
    assert ad.jvp(of_numpy, (3.0,), (1.0,)) == (9.0, 6.0)
    with pytest.raises(np.linalg.LinAlgError, match="singular"):
        ad.jvp(of_numpy, (-3.0,), (1.0,))


class Bad(Exception):
    pass


def fails(x):
    error = Bad("t")
    error.t = 3.0
    if x < 0.0:
        raise error
    return x


def set_after_it_was_made(x):
    try:
        return fails(x)
    except Bad as error:
        return x * error.t


def asked_with_another(x):
    try:
        if x < 0.0:
            raise Bad("t")
        return x * x
    except Bad as error:
        return x * getattr(error, "t", 5.0)


@pytest.mark.parametrize(
    ("function", "code"), [(set_after_it_was_made, "ADC106"), (asked_with_another, "ADC405")]
)
def test_what_is_not_there_when_it_is_raised(function, code):
    """Is refused: it was looked for in the exception that is raised, and not found."""
    with pytest.raises(RejectedError) as caught:
        ad.jvp(function, (-1.0,), (1.0,))
    assert caught.value.code == code
