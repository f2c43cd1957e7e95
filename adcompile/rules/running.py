"""Running extremes, sums of stretches, phases without jumps, and the methods behind them."""

from __future__ import annotations

from adcompile.rules import reduced_kinds as rk
from adcompile.rules import shape_kinds as sk
from adcompile.rules.build import Builder
from adcompile.rules.columns import evaluate
from adcompile.rules.kinks import Names
from adcompile.rules.ranks import rank_of, static
from adcompile.rules.special import bessel_1
from adcompile.rules.table import RuleError, constant, general, linear
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom, Lit


def add_rows() -> None:
    """The derivative of a running maximum is that of the last element that is equal to it."""
    for name in ("maximum", "minimum"):
        general(
            f"y = np.{name}.accumulate(x, axis=0)",
            (running_tangent, running_adjoint),
            kind=rk.scanned(1),
        )
    linear("y = np.add.reduceat(x, indices, axis=0)", reduceat_x, None, kind=_stretches)
    general(
        "y = np.unwrap(x, discont=None, axis=-1, period=6.283185307179586)",
        ("x_dot + mem.zeros_like(y)", "y_bar"),
        kind=sk.floats,
    )
    general(
        "y = np.frexp(x)",
        ("(np.ldexp(x_dot, -y[1]), mem.zeros_like(y[1]))", "np.ldexp(y_bar[0], -y[1])"),
        kind=_split_number,
        domain=(0.5, 2.0),
    )
    linear("y = np.ldexp(x, i)", "np.ldexp(y_bar, i)", None, kind=_scaled)
    constant("y = np.argpartition(x, kth, axis=-1)", kind=_partitioned)
    constant("y = np.lexsort(keys, axis=-1)", kind=_by_keys)
    for name in ("hanning", "hamming", "blackman", "bartlett"):
        constant(f"y = np.{name}(n)", kind=_window)
    general("y = np.kaiser(n, beta)", None, (kaiser_tangent, kaiser_beta), kind=_window)
    for name in ("tril_indices_from", "triu_indices_from"):
        constant(f"y = np.{name}(x, k=0)", kind=_pairs)
    constant("y = np.diag_indices_from(x)", kind=_pairs)
    for name in ("isreal", "iscomplex"):
        constant(f"y = np.{name}(x)", kind=sk.of_elements)


def _places(build: Builder, names: Names) -> dict[str, Atom]:
    """`i`: which element along the axis each of the result is."""
    rank = rank_of(build, names, "x", "accumulate")
    axis = static(names, "axis", "accumulate")
    assert isinstance(axis, int)
    along = f"np.arange(np.shape(x)[{axis % rank}])"
    if rank > 1:
        along = f"np.reshape({along}, {tuple(-1 if a == axis % rank else 1 for a in range(rank))})"
    text = f"np.maximum.accumulate(np.where(x == y, {along}, 0), axis)"
    return {**names, "i": evaluate(text, names, build)}


def running_tangent(build: Builder, names: Names) -> Atom:
    return evaluate("np.take_along_axis(x_dot, i, axis)", _places(build, names), build)


def running_adjoint(build: Builder, names: Names) -> Atom:
    from adcompile.rules.shapes import take_along_x

    scope = _places(build, names)
    return take_along_x(build, {**scope, "indices": scope["i"]})


def reduceat_x(build: Builder, names: Names) -> Atom:
    """Each element receives the adjoints of the stretches that it lies in."""
    if names["axis"] != Lit(0):
        raise RuleError("np.add.reduceat has a derivative along the first axis only")
    scope = dict(names)
    scope["start"] = evaluate("np.asarray(indices)", scope, build)
    scope["next"] = evaluate("np.append(start[1:], len(x))", scope, build)
    scope["stop"] = evaluate("np.where(next > start, next, start + 1)", scope, build)
    scope["zeros"] = evaluate(
        "np.concatenate((mem.zeros_like(x), mem.zeros_like(x[:1])))", scope, build
    )
    scope["steps"] = evaluate("mem.scatter_add(zeros, y_bar, start)", scope, build)
    return evaluate("np.cumsum(mem.scatter_add(steps, -y_bar, stop), axis=0)[:-1]", scope, build)


def _stretches(kinds: sk.Kinds, atoms: sk.Atoms) -> k.Kind:
    dims, indices = sk.dims_of(kinds[0]), sk.dims_of(kinds[1])
    dtype = k.dtype_of(sk.as_array(kinds[0]))
    if dims is None or indices is None or atoms[2] != Lit(0):
        return k.Array(dtype, None)
    return k.Array(dtype, (*indices, *dims[1:]))


def _split_number(kinds: sk.Kinds, atoms: sk.Atoms) -> k.Kind:
    kind = sk.floats(kinds, atoms)
    return k.Tuple((kind, sk.with_dtype(kind, "int")))


def _scaled(kinds: sk.Kinds, atoms: sk.Atoms) -> k.Kind:
    number = sk.floats(kinds[:1], atoms)
    return k.broadcast([number, sk.as_array(kinds[1])], k.dtype_of(number))


def _partitioned(kinds: sk.Kinds, atoms: sk.Atoms) -> k.Kind:
    return rk.ordered([kinds[0], kinds[2]], [atoms[0], atoms[2]])


def _by_keys(kinds: sk.Kinds, atoms: sk.Atoms) -> k.Kind:
    dims = sk.dims_of(kinds[0])
    return k.Array("int", None if dims is None else dims[1:])


def _window(kinds: sk.Kinds, atoms: sk.Atoms) -> k.Kind:
    return sk.filled(0, None)(kinds, atoms)


def _pairs(kinds: sk.Kinds, atoms: sk.Atoms) -> k.Kind:
    dim = k.Dim(object())
    return k.Tuple((k.Array("int", (dim,)),) * 2)


def _kaiser(build: Builder, names: Names) -> dict[str, Atom]:
    """`slope`: the derivative of i0(beta * r) / i0(beta) by beta."""
    scope = {**names, "half": evaluate("max(n - 1, 1) / 2", names, build)}
    scope["r"] = evaluate("np.sqrt(1 - ((np.arange(n) - (n - 1) / 2) / half) ** 2)", scope, build)
    scope["scale"] = evaluate("np.i0(beta)", scope, build)
    for name, argument in (("edge", "beta"), ("inner", "beta * r")):
        inside = {"x": evaluate(argument, scope, build), "y": scope["scale"]}
        scope[name] = bessel_1(build, inside)
    scope["slope"] = evaluate("(r * inner - y * edge) / scale", scope, build)
    return scope


def kaiser_tangent(build: Builder, names: Names) -> Atom:
    return evaluate("slope * beta_dot", _kaiser(build, names), build)


def kaiser_beta(build: Builder, names: Names) -> Atom:
    return evaluate("np.sum(slope * y_bar)", _kaiser(build, names), build)
