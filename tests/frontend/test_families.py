"""Arguments of one of several classes: what is asked when they are given."""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest

from adcompile import cli

PROGRAM = '''
from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np


class Layer(ABC):
    @abstractmethod
    def forward(self, x): ...


@dataclass
class Dense(Layer):
    W: np.ndarray

    def forward(self, x):
        return self.W @ x


@dataclass
class Scale(Layer):
    s: float

    def forward(self, x):
        return self.s * x


def one(layer: Layer, x: np.ndarray):
    return np.sum(layer.forward(x))


def several(layers: list[Layer], x: np.ndarray):
    return sum(np.sum(layer.forward(x)) for layer in layers)


def named(layers: dict[str, Layer], x: np.ndarray):
    return sum(np.sum(layer.forward(x)) for layer in layers.values())


def writing(layer: Layer, x: np.ndarray):
    x[0] = 2.0 * x[1]
    return np.sum(layer.forward(x))


def changed(layers: list[Layer], x: np.ndarray):
    for layer in layers:
        if isinstance(layer, Scale):
            layer.s *= 2.0
    return sum(np.sum(layer.forward(x)) for layer in layers)
'''
X = np.array([0.3, 0.7])


@pytest.fixture(scope="module")
def modules(tmp_path_factory):
    """The program and its adjoints, and what was said of them."""
    folder = tmp_path_factory.mktemp("families")
    source, made = folder / "layers.py", folder / "adjoints.py"
    source.write_text(PROGRAM)
    cli.main([str(source), "--mode", "adjoint", "-o", str(made)])
    found = []
    for path in (source, made):
        spec = importlib.util.spec_from_file_location(path.stem, path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        found.append(module)
    return found


@pytest.mark.parametrize("name, given, words", [
    ("one", lambda other: other, "layer is no Dense or Scale"),
    ("several", lambda other: [other], "an object of layers is no Dense or Scale"),
    ("named", lambda other: {"a": other}, "an object of layers is no Dense or Scale"),
])  # fmt: skip
def test_an_object_of_another_class_is_an_error(name, given, words, modules):
    program, adjoints = modules

    class Other(program.Scale):
        def forward(self, x):
            return x

    with pytest.raises(TypeError, match=words):
        getattr(adjoints, f"{name}_adjoint")(given(Other(2.0)), X)


def test_an_array_of_an_object_is_not_the_one_that_is_written_to(modules):
    program, adjoints = modules
    W = np.eye(2)
    with pytest.raises(ValueError, match="x and layer share memory"):
        adjoints.writing_adjoint(program.Dense(W), W[0])
    value, (bar, _) = adjoints.writing_adjoint(program.Dense(W), X)
    assert value == pytest.approx(2.1)
    np.testing.assert_array_equal(bar.W, [[1.4, 0.7]] * 2)
    assert X[0] == 0.3


def test_no_object_at_all(modules):
    _, adjoints = modules
    value, (bars, x_bar) = adjoints.several_adjoint([], X)
    assert value == 0 and bars == []
    np.testing.assert_array_equal(x_bar, [0.0, 0.0])


def test_objects_of_several_classes_are_not_changed(modules):
    assert not hasattr(modules[1], "changed_adjoint")
