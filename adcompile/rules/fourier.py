"""numpy.fft.

The adjoint of a number is paired with its tangent by the real part of their product, without a
conjugate; the matrix of a Fourier transform is symmetric, and so its own transpose.
"""

from __future__ import annotations

from dataclasses import dataclass

from adcompile.rules import fourier_kinds as fk
from adcompile.rules import shape_kinds as sk
from adcompile.rules.build import Builder
from adcompile.rules.columns import evaluate
from adcompile.rules.kinks import CallableColumn, Names
from adcompile.rules.ranks import rank_known, rank_of, static
from adcompile.rules.table import RuleError, general, linear
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom, Lit

OPPOSITE = {None: "forward", "backward": "forward", "ortho": "ortho", "forward": "backward"}


def add_rows() -> None:
    for inverse in ("", "i"):
        for name, options in (
            ("fft", "n=None, axis=-1"),
            ("fft2", "s=None, axes=(-2, -1)"),
            ("fftn", "s=None, axes=None"),
        ):
            linear(
                f"y = np.fft.{inverse}{name}(x, {options}, norm=None)",
                whole(f"{inverse}{name}"),
                kind=fk.transformed,
            )
            linear(
                f"y = np.fft.{inverse}r{name}(x, {options}, norm=None)",
                from_half if inverse else to_half,
                kind=fk.from_half if inverse else fk.to_half,
            )
    linear("y = np.fft.fftshift(x, axes=None)", "np.fft.ifftshift(y_bar, axes)", kind=sk.same)
    linear("y = np.fft.ifftshift(x, axes=None)", "np.fft.fftshift(y_bar, axes)", kind=sk.same)
    for name in ("fftfreq", "rfftfreq"):
        general(
            f"y = np.fft.{name}(n, d=1.0)",
            None,
            d=("-y / d * d_dot", "-np.sum(y * y_bar) / d"),
            kind=getattr(fk, name),
        )


@dataclass(frozen=True)
class _Plan:
    """The axes of a transform, not negative but for one of an array of unknown rank, and the texts
    of its lengths: None where x's own."""

    axes: tuple[int, ...]
    lengths: tuple[str | None, ...]

    def length(self, place: int) -> str:
        """The length along an axis, of the transform that begins with real numbers."""
        return self.lengths[place] or f"np.shape(x)[{self.axes[place]}]"


def _plan(build: Builder, names: Names) -> _Plan:
    if "axis" in names:
        axis = static(names, "axis", "a Fourier transform")
        assert isinstance(axis, int)
        if names["n"] == Lit(None) and not rank_known(build, names, "x"):
            return _Plan((axis,), (None,))
        rank = rank_of(build, names, "x", "a Fourier transform")
        return _Plan((axis % rank,), (None if names["n"] == Lit(None) else "n",))
    rank = rank_of(build, names, "x", "a Fourier transform")
    axes, given = static(names, "axes", "a Fourier transform"), names["s"]
    count = _count(build, given)
    if axes is None:
        axes = tuple(range(rank - (rank if count is None else count), rank))
    assert isinstance(axes, tuple)
    axes = tuple(axis % rank for axis in axes)
    if len({*axes}) < len(axes):
        raise RuleError("a Fourier transform goes along each axis once: call it again")
    if count is None:
        return _Plan(axes, (None,) * len(axes))
    own = [isinstance(given, Lit) and given.value[i] == -1 for i in range(count)]
    return _Plan(
        axes,
        tuple(f"np.shape(x)[{axes[i]}]" if own[i] else f"s[{i}]" for i in range(count)),
    )


def _count(build: Builder, given: Atom) -> int | None:
    """How many lengths are given."""
    if given == Lit(None):
        return None
    kind = build.kind(given)
    if isinstance(given, Lit) and isinstance(given.value, tuple):
        return len(given.value)
    if not isinstance(kind, k.Tuple):
        raise RuleError("the derivative of a Fourier transform needs a tuple of lengths s")
    return len(kind.items)


def _lengths(plan: _Plan) -> str:
    return f"({', '.join(plan.length(i) for i in range(len(plan.axes)))},)"


def _is_real(build: Builder, names: Names) -> bool:
    return k.dtype_of(build.kind(names["x"])) in ("float", "float32")


def _fitted(build: Builder, names: Names, plan: _Plan, bar: Atom, half: bool = False) -> Atom:
    """The adjoint of x, which was cut or filled up with zeros to the lengths of the plan."""
    places = [i for i, length in enumerate(plan.lengths) if length is not None]
    if not places:
        return bar
    scope = {**names, "bar": bar}
    if _is_real(build, names):
        scope["bar"] = evaluate("np.real(bar)", scope, build)
        scope["zeros"] = evaluate("mem.zeros_like(x)", scope, build)
    else:
        dtype = "x.dtype" if _is_complex(build, names) else '"builtins.complex"'
        scope["zeros"] = evaluate(f"np.zeros(np.shape(x), dtype={dtype})", scope, build)
    slices = []
    for axis in range(max(plan.axes) + 1):
        place = plan.axes.index(axis) if axis in plan.axes else -1
        if place not in places:
            slices.append("mem.slice(None, None, None)")
            continue
        length = plan.length(place)
        if half and place == len(plan.axes) - 1:
            length = f"{length} // 2 + 1"
        scope[f"m{axis}"] = evaluate(f"min({length}, np.shape(x)[{axis}])", scope, build)
        slices.append(f"mem.slice(None, m{axis}, None)")
    scope["index"] = evaluate(f"({', '.join(slices)},)", scope, build)
    return evaluate("mem.write(zeros, bar[index], index)", scope, build)


def _is_complex(build: Builder, names: Names) -> bool:
    return k.dtype_of(build.kind(names["x"])) == "complex"


def whole(name: str) -> CallableColumn:
    """The transpose of a transform of complex numbers: itself."""

    def column(build: Builder, names: Names) -> Atom:
        plan = _plan(build, names)
        along = "axis=axis" if "axis" in names else "axes=axes"
        if names.get("axes") == Lit(None) and names["s"] != Lit(None):
            along = f"axes={plan.axes}"
        bar = evaluate(f"np.fft.{name}(y_bar, {along}, norm=norm)", names, build)
        return _fitted(build, names, plan, bar)

    return column


def to_half(build: Builder, names: Names) -> Atom:
    """Of rfft: the half of the spectrum that is left out has the adjoint zero."""
    plan = _plan(build, names)
    if "axis" in names:
        text = f"np.fft.fft(y_bar, {plan.length(0)}, axis, norm)"
    else:
        text = f"np.fft.fftn(y_bar, {_lengths(plan)}, {plan.axes}, norm)"
    bar = evaluate(f"np.real({text})", names, build)
    return _fitted(build, names, plan, bar)


def from_half(build: Builder, names: Names) -> Atom:
    """Of irfft: what stands for a pair of conjugates counts twice."""
    plan = _plan(build, names)
    rank = rank_of(build, names, "x", "a Fourier transform")
    norm = static(names, "norm", "a Fourier transform")
    if norm not in OPPOSITE:
        raise RuleError(f"a Fourier transform has no norm {norm!r}")
    axis = plan.axes[-1]
    scope = {**names, "opposite": Lit(OPPOSITE[norm])}
    scope["n"] = evaluate(f"np.shape(y_bar)[{axis}]", scope, build)
    scope["k"] = evaluate("np.arange(n // 2 + 1)", scope, build)
    shape = tuple(-1 if i == axis else 1 for i in range(axis, rank))
    counts = "np.asarray(2 - (k == 0) - (2 * k == n), dtype=y_bar.dtype)"
    scope["twice"] = evaluate(
        counts if len(shape) == 1 else f"np.reshape({counts}, {shape})", scope, build
    )
    text = f"np.conj(np.fft.rfft(y_bar, None, {axis}, opposite)) * twice"
    others = plan.axes[:-1]
    if others:
        text = f"np.fft.ifftn({text}, None, {others}, norm)"
    return _fitted(build, names, plan, evaluate(text, scope, build), half=True)
