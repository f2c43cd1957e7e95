"""Kinds from values and from annotations."""

import ast
import dataclasses
from typing import NamedTuple

import numpy as np
import pytest

from adcompile.frontend import signature as g
from adcompile.frontend import sources as s
from adcompile.trace import kinds as k
from adcompile.trace.ir import Node


@dataclasses.dataclass
class Body:
    mass: float
    place: np.ndarray


class Pair(NamedTuple):
    a: float
    b: float


def test_scalars():
    assert g.of_value(1.0, "x") == k.FLOAT
    assert g.of_value(1, "x") == k.INT
    assert g.of_value(True, "x") == k.BOOL
    assert g.of_value(1j, "x") == k.Scalar("complex")
    assert g.of_value(np.float64(1), "x") == k.Scalar("float", strong=True)
    assert g.of_value(np.float32(1), "x") == k.Scalar("float32")
    assert g.of_value(np.int64(1), "x") == k.Scalar("int", strong=True)
    assert g.of_value("text", "x") == k.STRING
    assert g.of_value(None, "x") == k.NONE


def test_arrays():
    kind = g.of_value(np.zeros((3, 1), np.float32), "x")
    assert kind == k.Array("float32", (k.Dim("x.0"), k.ONE))
    assert kind.dims[0].is_many
    assert g.of_value(np.zeros((), int), "x") == k.Array("int", ())
    assert g.of_value(np.zeros(2, bool), "m").dtype == "bool"


def test_structures_keep_their_order():
    tree = g.of_value({"b": 1.0, "a": (2, np.ones(2))}, "p")
    assert tree.form == "dict" and tree.keys == ("b", "a")
    assert tree.items[1] == Node(
        "tuple", (0, 1), (k.INT, k.Array("float", (k.Dim("p['a'][1].0"),)))
    )
    record = g.of_value(Body(1.0, np.ones(3)), "body")
    assert record.form == "record" and record.keys == ("mass", "place")
    assert record.record == "Body"
    assert g.of_value(Pair(1.0, 2.0), "pair").record == "Pair"
    assert g.of_value([1.0, 2.0], "l").form == "list"


def test_the_length_of_a_long_list_does_not_matter():
    assert g.of_value([1.0] * 100, "x") == k.List(k.FLOAT)
    assert g.key([1.0] * 100) == g.key([2.0] * 200)
    assert g.key([1.0] * 3) != g.key([1.0] * 4)
    assert g.of_value([np.ones(2)] * 100, "x") == k.List(k.Array("float", None))


VALUES = [
    1.0, 1, True, 1j, "s", None, np.float32(1), np.ones(2), np.ones((2, 1)), np.ones((1, 2)),
    np.ones(2, np.float32), np.ones(2, int), (1.0, 2), [1.0, 2], {"a": 1.0}, {"b": 1.0},
    Body(1.0, np.ones(2)), Body(1, np.ones(2)), Pair(1.0, 2.0), np.ones(()),
]  # fmt: skip


@pytest.mark.parametrize("one", VALUES, ids=repr)
def test_equal_keys_mean_equal_kinds(one):
    for other in VALUES:
        if g.key(one) == g.key(other):
            assert g.of_value(one, "x") == g.of_value(other, "x")
        else:
            assert one is not other
    hash(g.key(one))


def test_what_is_asked_for_is_real():
    assert g.real(k.INT) == k.FLOAT
    assert g.real(k.Array("int", None)) == k.Array("float", None)
    assert g.real(g.of_value({"a": 1, "b": "s"}, "x")).items == (k.FLOAT, k.STRING)
    assert g.real(k.Scalar("float32")) == k.Scalar("float32")


def test_values_become_real():
    assert isinstance(g.to_real(2), float)
    assert g.to_real(np.array([1, 2])).dtype == float
    single = np.ones(2, np.float32)
    assert g.to_real(single) is single
    assert g.to_real(Body(1, np.ones(2))).mass.__class__ is float
    assert g.to_real(Pair(1, 2)) == Pair(1.0, 2.0)
    assert g.to_real({"a": [1, "s"]}) == {"a": [1.0, "s"]}


SCOPE = s.of_text(
    """
import typing
from dataclasses import dataclass
from typing import Optional, Union
import numpy as np
import numpy.typing as npt
from jaxtyping import Float, Float32

@dataclass
class Body:
    mass: float
    place: np.ndarray

class Point(typing.NamedTuple):
    x: float
    y: int

class Other:
    z: float

Vector = npt.NDArray[np.float64]
Pair = tuple[float, Vector]
Round = Round
""",
    "annotated.py",
)
ARRAY = k.Array(None, None)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("float", k.FLOAT),
        ("int", k.INT),
        ("bool", k.BOOL),
        ("complex", k.Scalar("complex")),
        ("str", k.STRING),
        ("None", k.NONE),
        ("np.float32", k.Scalar("float32")),
        ("np.ndarray", ARRAY),
        ("'np.ndarray'", ARRAY),
        ("npt.NDArray[np.float32]", k.Array("float32", None)),
        ("np.ndarray[typing.Any, np.dtype[np.int64]]", k.Array("int", None)),
        ("Float[np.ndarray, 'n 3']", k.Array("float", (k.Dim("n"), k.Dim(None, 3)))),
        ("Float32[np.ndarray, 'n-1']", k.Array("float32", (k.Dim("n", -1),))),
        ("Float[np.ndarray, '... 3']", k.Array("float", None)),
        ("Float[np.ndarray, '']", k.Array("float", ())),
        ("list[float]", k.List(k.FLOAT)),
        ("list[np.ndarray]", k.List(ARRAY)),
        ("dict[str, np.ndarray]", k.Dict(ARRAY)),
        ("tuple[float, int]", Node("tuple", (0, 1), (k.FLOAT, k.INT))),
        ("tuple[float, ...]", k.List(k.FLOAT, True)),
        ("float[:]", k.Array("float", (k.Dim("x.0"),))),
        ("float[n, 3]", k.Array("float", (k.Dim("n"), k.Dim(None, 3)))),
        ("'int[n + 1, :]'", k.Array("int", (k.Dim("n", 1), k.Dim("x.1")))),
        ("np.float32[:, :]", k.Array("float32", (k.Dim("x.0"), k.Dim("x.1")))),
        ("'float32[n-1]'", k.Array("float32", (k.Dim("n", -1),))),
        ("'complex[...]'", k.Array("complex", None)),
        ("float[1:2]", k.ANY),
        ("list['float[:]']", k.List(k.Array("float", (k.each(k.Dim("x[].0")),)))),
        ("(float, [int])", Node("tuple", (0, 1), (k.FLOAT, Node("list", (0,), (k.INT,))))),
        ("{'a': float}", Node("dict", ("a",), (k.FLOAT,))),
        ("Optional[float]", k.Any_("float")),
        ("float | None", k.Any_("float")),
        ("Optional[int]", k.Any_("int")),
        ("float | np.ndarray", k.ANY),
        ("Union[float, npt.NDArray[np.float64]]", k.Any_("float")),
        ("int | float", k.FLOAT),
        ("str | None", k.VAGUE),
        ("list[float] | None", k.ANY),
        ("Vector", k.Array("float", None)),
        ("Pair", Node("tuple", (0, 1), (k.FLOAT, k.Array("float", None)))),
        ("Round", k.ANY),
        ("'not Python'", k.ANY),
        ("Body", Node("record", ("mass", "place"), (k.FLOAT, ARRAY), "Body")),
        ("Point", Node("record", ("x", "y"), (k.FLOAT, k.INT), "Point")),
        ("Other", k.ANY),
        ("Unknown", k.ANY),
        ("typing.Any", k.ANY),
    ],
)
def test_annotations(text, kind):
    assert g.of_annotation(ast.parse(text, mode="eval").body, SCOPE, "x") == kind


def test_no_annotation():
    assert g.of_annotation(None, SCOPE) == k.ANY
