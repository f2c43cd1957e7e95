"""Arrays made from nothing, from numbers, and from other arrays."""

from __future__ import annotations

from adcompile.rules import joined_kinds as jk
from adcompile.rules import made_kinds as mk
from adcompile.rules import shape_kinds as sk
from adcompile.rules.build import Builder
from adcompile.rules.columns import evaluate
from adcompile.rules.containers import contained
from adcompile.rules.kinks import CallableColumn, Names
from adcompile.rules.ranks import static
from adcompile.rules.table import constant, general, linear
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom, Lit

ENDS = ((-1.0, 0.0), (1.0, 2.0))


FLOATS = {"numpy.float64": "float", "numpy.double": "float", "numpy.float32": "float32"}
COUNTS = {
    "numpy.int64": "int", "numpy.int32": "int", "numpy.intp": "int", "numpy.int_": "int",
    "numpy.bool_": "bool",
}  # fmt: skip
"""Types that are called, and the dtypes of what they make: of an array of theirs, that array."""


def add_rows() -> None:
    _filled()
    _grids()
    _conversions()


def _filled() -> None:
    for name in ("zeros", "ones", "empty"):
        constant(f"y = np.{name}(shape, dtype=None)", kind=sk.filled(0, 1))
        constant(f"y = np.{name}_like(x, dtype=None, shape=None)", kind=sk.filled_like(1, 2))
    linear("y = np.full(shape, fill_value, dtype=None)", None, filling, kind=sk.full)
    linear("y = np.full_like(x, fill_value, dtype=None)", None, filling, kind=sk.filled_like(2))
    constant("y = np.eye(N, M=None, k=0, dtype=None)", kind=mk.eye)
    constant("y = np.identity(n, dtype=None)", kind=mk.identity)
    constant("y = np.tri(N, M=None, k=0, dtype=None)", kind=mk.eye)


def _grids() -> None:
    general(
        "y = np.arange(start, stop=None, step=1, dtype=None)",
        (arange_tangent, arange_start),
        stop=("mem.zeros_like(y)", "0.0"),
        step=("step_dot * np.arange(len(y))", "np.dot(np.arange(len(y)), y_bar)"),
        kind=mk.arange,
    )
    linear(
        "y = np.linspace(start, stop, num=50, endpoint=True)",
        "np.dot(y_bar, np.linspace(1, 0, num, endpoint=endpoint))",
        "np.dot(y_bar, np.linspace(0, 1, num, endpoint=endpoint))",
        kind=mk.grid,
        domain=ENDS,
    )
    for name, log in (("logspace", "2.302585092994046"), ("geomspace", "")):
        pairs = [
            _geometric(operand, ends, log)
            for operand, ends in (("start", "1, 0"), ("stop", "0, 1"))
        ]
        general(
            f"y = np.{name}(start, stop, num=50, endpoint=True)",
            *pairs,
            kind=mk.grid,
            domain=(0.5, 2.0),
        )
    linear('y = np.meshgrid(x1, x2, indexing="xy")', meshgrid(0), meshgrid(1), kind=mk.meshgrid)
    constant("y = np.indices(dimensions)", kind=mk.indices)
    constant("y = np.tril_indices(n, k=0, m=None)", kind=mk.two_indices)
    constant("y = np.triu_indices(n, k=0, m=None)", kind=mk.two_indices)
    constant("y = np.diag_indices(n)", kind=mk.two_indices)
    constant("y = np.ix_(x1, x2)", kind=mk.open_mesh)


def _geometric(operand: str, ends: str, log: str) -> tuple[str, str]:
    weight = f"np.linspace({ends}, num, endpoint=endpoint)"
    scale = f"{log} *" if log else f"1 / {operand} *"
    return f"{scale} {operand}_dot * y * {weight}", f"{scale} np.dot(y_bar * y, {weight})"


def _conversions() -> None:
    for name, view in (("array", ""), ("asarray", "maybe")):
        linear(
            f"y = np.{name}(x, dtype=None)", contained("x", "y_bar"), kind=sk.retyped(1), view=view
        )
    linear(
        "y = np.ascontiguousarray(x)",
        contained("x", without_new_axis),
        kind=jk.at_least(1),
        view="maybe",
    )
    linear(
        "y = np.asfortranarray(x)",
        contained("x", "y_bar"),
        kind=mk.retyped_to(None),
        view="maybe",
    )
    linear("y = np.copy(x)", contained("x", "y_bar"), kind=mk.retyped_to(None))
    linear("y = np.astype(x, dtype)", cast_back, None, kind=sk.retyped(1))
    for name, dtype in FLOATS.items():
        back, kind = contained("x", cast_back), mk.retyped_to(dtype)
        linear(f"y = {name.replace('numpy', 'np')}(x)", back, kind=kind, view="maybe")
    for name, dtype in COUNTS.items():
        constant(f"y = {name.replace('numpy', 'np')}(x)", kind=mk.retyped_to(dtype), view="maybe")
    linear("y = np.ndarray.tolist(x)", "np.asarray(y_bar)", kind=jk.nested)


def without_new_axis(build: Builder, names: Names) -> Atom:
    """The adjoint of what may have had no axis, and got one."""
    kind = build.kind(names["x"])
    if isinstance(kind, (k.Any_, k.Scalar)) or (isinstance(kind, k.Array) and not kind.dims):
        return evaluate("np.reshape(y_bar, np.shape(x))", names, build)
    return names["y_bar"]


def filling(build: Builder, names: Names) -> Atom:
    if k.is_scalar(build.kind(names["fill_value"])):
        return evaluate("np.sum(y_bar)", names, build)
    return evaluate("mem.unbroadcast(y_bar, np.shape(fill_value))", names, build)


def arange_tangent(build: Builder, names: Names) -> Atom:
    """The start moves all elements; of arange(stop) the length does not move."""
    if names["stop"] == Lit(None):
        return evaluate("mem.zeros_like(y)", names, build)
    return evaluate("np.full_like(y, start_dot)", names, build)


def arange_start(build: Builder, names: Names) -> Atom:
    return Lit(0.0) if names["stop"] == Lit(None) else evaluate("np.sum(y_bar)", names, build)


def meshgrid(position: int) -> CallableColumn:
    """The sum over the axis that this operand was repeated along, which is taken as a vector."""

    def column(build: Builder, names: Names) -> Atom:
        across = static(names, "indexing", "np.meshgrid") == "xy"
        operand = f"x{position + 1}"
        if k.is_scalar(build.kind(names[operand])):
            return evaluate(f"np.sum(y_bar[{position}])", names, build)
        text = f"np.sum(y_bar[{position}], axis={position if across else 1 - position})"
        vector = len(sk.dims_of(build.kind(names[operand])) or ()) == 1
        shaped = text if vector else f"np.reshape({text}, np.shape({operand}))"
        return evaluate(shaped, names, build)

    return column


def cast_back(build: Builder, names: Names) -> Atom:
    """The adjoint in the dtype of the operand."""
    mine, result = (
        k.dtype_of(sk.as_array(build.kind(names["x"]))),
        k.dtype_of(build.kind(names["y_bar"])),
    )
    if mine == "float32" and result == "float" and not k.is_scalar(build.kind(names["x"])):
        return evaluate('np.astype(y_bar, "numpy.float32")', names, build)
    return names["y_bar"]
