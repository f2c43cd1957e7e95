"""What the arithmetic of derivatives leaves out."""

import pytest

from adcompile.trace import kinds as k
from adcompile.trace.ir import Lit
from adcompile.transforms.algebra import Algebra

N = (k.Dim("n"),)


@pytest.fixture
def build():
    return Algebra()


def text(build, atom):
    """The expression that an atom stands for."""
    if isinstance(atom, Lit):
        return repr(atom.value)
    eqn = build.made.get(atom)
    if eqn is None:
        return atom.name
    op = eqn.op.rpartition(".")[2]
    return f"{op}({', '.join(text(build, arg) for arg in eqn.args)})"


def test_sums(build):
    x, y = build.var(k.FLOAT, "x"), build.var(k.FLOAT, "y")
    assert build.add(None, x) is x and build.add(x, None) is x and build.add(None, None) is None
    assert text(build, build.add(x, build.neg(y))) == "sub(x, y)"
    assert text(build, build.add(build.neg(x), y)) == "sub(y, x)"
    assert text(build, build.sub(x, build.neg(y))) == "add(x, y)"
    assert text(build, build.add(x, x)) == "mul(2.0, x)"
    assert build.neg(build.neg(x)) is x


def test_products(build):
    x, y = build.var(k.FLOAT, "x"), build.var(k.FLOAT, "y")
    assert build.mul(Lit(1), x) is x and build.mul(x, Lit(1.0)) is x
    assert text(build, build.mul(Lit(-1), x)) == "neg(x)"
    assert text(build, build.mul(build.neg(x), y)) == "neg(mul(x, y))"
    assert build.times(Lit(0.0), x) is None


def test_quotients(build):
    x, y, bar = (build.var(k.FLOAT, name) for name in ("x", "y", "bar"))
    reciprocal = build.apply("operator.truediv", Lit(1), y)
    assert text(build, build.times(reciprocal, bar)) == "truediv(bar, y)"
    quotient = build.apply("operator.truediv", build.neg(x), y)
    assert text(build, build.times(quotient, bar)) == "neg(mul(x, truediv(bar, y)))"
    terms = [(reciprocal, bar), (quotient, x)]
    assert text(build, build.combine(terms)) == "truediv(sub(bar, mul(x, x)), y)"


def test_quotients_of_quotients(build):
    x, y, z, bar = (build.var(k.FLOAT, name) for name in ("x", "y", "z", "bar"))
    twice = build.apply("operator.truediv", build.apply("operator.truediv", x, y), z)
    assert text(build, build.combine([(twice, bar)])) == "truediv(mul(x, truediv(bar, y)), z)"
    turned = build.apply("operator.truediv", build.neg(build.neg(build.neg(x))), z)
    assert text(build, build.combine([(build.neg(turned), bar)])) == "truediv(mul(x, bar), z)"


def test_numbers_are_multiplied_before_arrays(build):
    x, bar = build.var(k.Array("float", N), "x"), build.var(k.FLOAT, "bar")
    partial = build.mul(Lit(2.0), x)
    assert text(build, build.times(partial, bar)) == "mul(mul(2.0, bar), x)"


def test_a_number_spread_over_a_shape_stays_a_number(build):
    x, bar = build.var(k.Array("float", N), "x"), build.var(k.FLOAT, "bar")
    spread = build.refine(
        build.call("numpy.broadcast_to", bar, build.call("numpy.shape", x)), build.kind(x)
    )
    assert text(build, build.times(x, spread)) == "mul(x, bar)"
    assert text(build, build.add(x, spread)) == "add(x, bar)"
    assert text(build, build.mul(Lit(2.0), spread)) == "broadcast_to(mul(2.0, bar), shape(x))"


def test_reductions(build):
    x, y = (build.var(k.Array("float", N), name) for name in "xy")
    a = build.var(k.FLOAT, "a")
    assert text(build, build.total(build.mul(x, y))) == "vdot(x, y)"
    assert text(build, build.total(build.neg(build.mul(a, x)))) == "neg(mul(a, sum(x)))"


@pytest.mark.parametrize(
    ("source", "operand", "expected"),
    [
        (("n", "m"), ("n", "m"), "x"),
        (("n", "m"), ("m",), "sum(x, 0)"),
        (("k", "n", "m"), ("m",), "sum(x, (0, 1))"),
        (("n", "m"), (1, "m"), "sum(x, 0, True)"),
        (("n", "m"), (1,), "sum(sum(x, 0), 0, True)"),
        (("n", "m"), ("k",), "unbroadcast(x, shape(y))"),
        (("n", "m"), None, "unbroadcast(x, shape(y))"),
        (None, ("n",), "unbroadcast(x, shape(y))"),
    ],
)
def test_unbroadcast(build, source, operand, expected):
    def kind(names):
        dims = None if names is None else tuple(k.ONE if n == 1 else k.Dim(n) for n in names)
        return k.Array("float", dims)

    x, y = build.var(kind(source), "x"), build.var(kind(operand), "y")
    found = text(build, build.unbroadcast(x, kind(source), y))
    assert found.replace(", None, True", ", True") == expected
