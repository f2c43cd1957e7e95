"""The public functions: grad, value_and_grad, jvp, vjp, hvp, tangent, adjoint, differentiate."""

from __future__ import annotations

import functools
import types
from collections.abc import Callable, Sequence
from typing import Any, TypeVar, overload

import numpy as np

from adcompile.errors import ArgumentError
from adcompile.faces import trees
from adcompile.faces.backends import target_of
from adcompile.faces.bound import Bound
from adcompile.faces.compiled import Program, program_of
from adcompile.faces.costs import cost
from adcompile.faces.drivers import hessian, jacobian
from adcompile.faces.requests import (
    adjoints,
    check_scalar,
    checked,
    directed,
    not_scalar,
    second,
)
from adcompile.faces.runs import Runs
from adcompile.faces.spreading import spread
from adcompile.faces.vectors import Request
from adcompile.faces.written import written
from adcompile.frontend import signature
from adcompile.frontend.names import primal_of
from adcompile.passes import ALL
from adcompile.targets import Target

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])


def grad(
    f: Callable[..., Any], wrt: Any = 0, of: Any = None, backend: Any = None, exact: bool = False,
    passes: Any = None,
) -> Gradient:  # fmt: skip
    """The function that gives the gradient of f, for the arguments that f takes.

    `wrt` is a parameter's name or position, or a tuple of them; the gradient has the structure of
    that argument.  `of` names what is differentiated where that is not what f returns.
    `backend="numba"` has Numba compile it; `exact` keeps the order of sums there, and
    ZeroDivisionError.  `passes={"joint": False}` leaves out a pass of the optimiser.
    """
    return Gradient(f, wrt, of, target_of(backend, exact, passes))


def value_and_grad(
    f: Callable[..., Any], wrt: Any = 0, of: Any = None, backend: Any = None, exact: bool = False,
    passes: Any = None,
) -> Gradient:  # fmt: skip
    """Like grad; the function gives (value, gradient)."""
    return Gradient(f, wrt, of, target_of(backend, exact, passes), with_value=True)


class Gradient:
    """What grad and value_and_grad return."""

    def __init__(
        self, f: Any, wrt: Any, of: Any, target: Target | None, with_value: bool = False
    ) -> None:
        self.program = program_of(f, target)
        self.wrt, self.of = wrt, self.program.dependents(of)
        self.with_value = with_value
        names = self.program.independents(wrt)
        self.single = len(names) == 1 and isinstance(wrt, (tuple, list))
        self.derivation = (("adjoint", names),)
        self.__name__ = f"{self.program.name}_{'value_and_grad' if with_value else 'grad'}"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self.program.stars:
            return self.spread(args, kwargs)
        values = self.program.values(args, kwargs)
        bound = self.program.bound(self.derivation, self.of, values)
        if bound.value[0] != "scalar" or bound.value[1] == "complex":
            check_scalar(self.program, bound, values)
        value, bars = bound(values, (1.0,))
        if bound.value[0] == "unknown" and np.ndim(value):
            raise not_scalar(self.program, f"an array of shape {np.shape(value)}")
        if self.single:
            bars = (bars,)
        return (value, bars) if self.with_value else bars

    def spread(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """The same of a function of *args or **kwargs, for as many as there are."""
        program = spread(self.program, args, kwargs)
        names = program.independents(self.wrt)
        value, bars = Gradient(program, names, self.of, None, with_value=True)(*args, **kwargs)
        bars = program.gathered(self.wrt, bars)
        return (value, bars) if self.with_value else bars

    @functools.cached_property
    def __adcompile_primal__(self) -> types.FunctionType:
        face = "value_and_grad" if self.with_value else "grad"
        return written(
            self.program, face, value_and_grad if self.with_value else grad, self.wrt, self.of
        )


def jvp(
    f: Callable[..., Any], primals: Any, tangents: Any, of: Any = None, backend: Any = None,
    exact: bool = False, passes: Any = None,
) -> Any:  # fmt: skip
    """(value, value_dot): the value of f and its derivative in a direction.

    `primals` and `tangents` are tuples with one entry a parameter; a tangent of None does not move.
    Many directions are one axis more, the last, of all tangents, and of value_dot.
    """
    program = spread(program_of(f, target_of(backend, exact, passes)), primals, {})
    values, dots, count = directed(program, primals, tangents, "tangents")
    of = program.dependents(of)
    if not dots:
        return program.bound((), of, values)(values), None
    derivation = (("tangent", tuple(dots)),)
    if count is not None:
        request = Request(program, derivation, of, Runs(values))
        return request.in_many(tuple(dots.values()), count)
    return program.bound(derivation, of, values)(values, tuple(dots.values()))


def vjp(
    f: Callable[..., Any], *primals: Any, of: Any = None, backend: Any = None, exact: bool = False,
    passes: Any = None,
) -> Any:  # fmt: skip
    """(value, pullback); pullback(value_bar) gives one adjoint a primal, None for data.

    Data are also objects whose class says nothing of how to make one: no dataclass, no named tuple.
    Their gradient is refused where it is asked for, by wrt= or with a tangent.
    Many seeds are one axis more, the last, of value_bar, and of the adjoints.
    """
    program = spread(program_of(f, target_of(backend, exact, passes)), primals, {})
    values = trees.copied(tuple(program.values(primals, {})))
    of = program.dependents(of)
    runs = Runs(values)
    value = runs(program.bound((), of, values))
    names = program.reals(values)

    def pullback(value_bar: Any) -> tuple[Any, ...]:
        value_bar, count = checked(value_bar, value, "value_bar")
        bars = adjoints(program, names, of, runs, value_bar, count)
        return tuple(bars.get(name) for name in program.names[: len(primals)])

    return value, pullback


def hvp(
    f: Callable[..., Any], wrt: Any = None, of: Any = None, backend: Any = None,
    exact: bool = False, passes: Any = None,
) -> Callable[..., Any]:
    """The function (primals, direction) -> second derivative of f times the direction.

    Both are tuples with one entry a parameter, and so is the result; for a function of one
    parameter they may be given as they are.  It is the tangent of the adjoint.  Many directions are
    one axis more, the last, of all that is given, and of the result.
    """
    general = program_of(f, target_of(backend, exact, passes))
    wanted = general.dependents(of)
    if wrt is not None:
        general.independents(wrt)

    def product(primals: Any, direction: Any) -> Any:
        program = spread(general, primals, {})
        asked = None if wrt is None else program.independents(wrt)
        bare = len(program.names) == 1 and not isinstance(primals, tuple)
        if bare:
            primals, direction = (primals,), (direction,)
        values, dots, count = directed(program, primals, direction, "direction")
        names = program.reals(values) if asked is None else asked
        products = second(program, names, dots, wanted, values, count)
        result = tuple(products.get(name) for name in program.names[: len(primals)])
        return result[0] if bare else result

    product.__name__ = f"{general.name}_hvp"
    return product


def tangent(
    f: Callable[..., Any], wrt: Any = None, of: Any = None, backend: Any = None,
    exact: bool = False, passes: Any = None,
) -> Emitted:
    """The emitted tangent of f: (primals..., x_dot...) -> (value, value_dot), with .source."""
    return Emitted(f, "tangent", wrt, of, target_of(backend, exact, passes))


def adjoint(
    f: Callable[..., Any], wrt: Any = None, of: Any = None, backend: Any = None,
    exact: bool = False, passes: Any = None,
) -> Emitted:
    """The emitted adjoint of f: (primals..., value_bar) -> (value, adjoints), with .source."""
    return Emitted(f, "adjoint", wrt, of, target_of(backend, exact, passes))


class Emitted:
    """An emitted function as it is, compiled for the arguments it is called with.

    Without `wrt` the independents are all arguments that are real.
    """

    def __init__(self, f: Any, mode: str, wrt: Any, of: Any, target: Target | None) -> None:
        self.program = program_of(f, target)
        self.mode = mode
        self.of = self.program.dependents(of)
        self.names = self.program.independents(wrt) if wrt is not None else None
        self.wrt = wrt
        self.last: Bound | None = None
        self.__name__ = f"{self.program.name}_{mode}"

    def compiled(self, values: Sequence[Any]) -> Bound:
        names = self.names if self.names is not None else self.program.reals(values)
        if not names:
            raise ArgumentError(f"none of the arguments of {self.program.name} is real")
        return self.program.bound(((self.mode, names),), self.of, values)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self.program.stars:
            self.program.refuse_stars()
        names = self.program.names
        own, others, count = {}, {}, len(names)
        if kwargs:
            own = {name: value for name, value in kwargs.items() if name in names}
            others = {name: value for name, value in kwargs.items() if name not in names}
            count -= len(own)
        values = self.program.values(args[:count], own)
        self.last = self.compiled(values)
        return self.last(values, [signature.to_real(a) for a in args[count:]], **others)

    @property
    def source(self) -> str:
        """The text emitted for the last call; before one, for the parameters' annotations."""
        if self.last is not None:
            return without_facts(self.last.text)
        return annotated_source(self.program, self.mode, self.names, self.of)


def without_facts(text: str) -> str:
    """The emitted module without what the cache adds to it."""
    lines = [
        line
        for line in text.splitlines()
        if not line.startswith(("# fact: ", "# adcompile: entry"))
    ]
    return "\n".join(lines).rstrip("\n") + "\n"


def annotated_source(
    program: Program, mode: str, names: tuple[str, ...] | None, of: tuple[str, ...] | None
) -> str:
    """The text for arguments that are only known by their annotations."""
    from adcompile import pipeline
    from adcompile.frontend import sources
    from adcompile.frontend.annotations import annotated

    function = sources.of_callable(program.function)
    kinds = annotated(function)
    if names is None:
        names = pipeline.derivative(function, kinds, (), of).lowered.independents
    kinds = {name: signature.real(tree) if name in names else tree for name, tree in kinds.items()}
    passes = program.target.passes if program.target else ALL
    made = pipeline.derivative(function, kinds, ((mode, names),), of, passes)
    return pipeline.emitted([made], target=program.target)


@overload
def differentiate(
    f: F, *, wrt: Any = 0, of: Any = None, backend: Any = None, exact: bool = False,
    passes: Any = None,
) -> F: ...
@overload
def differentiate(
    f: None = None, *, wrt: Any = 0, of: Any = None, backend: Any = None, exact: bool = False,
    passes: Any = None,
) -> Callable[[F], F]: ...
def differentiate(
    f: Any = None, *, wrt: Any = 0, of: Any = None, backend: Any = None, exact: bool = False,
    passes: Any = None,
) -> Any:  # fmt: skip
    """Decorate a function with its derivatives: f.grad, f.jvp, f.vjp, f.hvp, f.source ..."""
    if f is None:
        return functools.partial(
            differentiate, wrt=wrt, of=of, backend=backend, exact=exact, passes=passes
        )
    return Differentiated(f, wrt, of, backend, exact, passes)


class Differentiated:
    """A function with its derivatives.  Calling it is calling the function."""

    def __init__(
        self, f: Callable[..., Any], wrt: Any, of: Any, backend: Any, exact: bool, passes: Any
    ) -> None:
        self.primal = primal_of(f)
        program_of(self.primal).independents(wrt)
        functools.update_wrapper(self, self.primal, updated=())
        self.__adcompile_primal__ = self.primal
        self.grad = grad(self.primal, wrt, of, backend, exact, passes)
        self.value_and_grad = value_and_grad(self.primal, wrt, of, backend, exact, passes)
        self.tangent = tangent(self.primal, wrt, of, backend, exact, passes)
        self.adjoint = adjoint(self.primal, wrt, of, backend, exact, passes)
        self.hvp = hvp(self.primal, None, of, backend, exact, passes)
        self.wrt, self.of, self.passes = wrt, of, passes
        self.backend, self.exact = backend, exact

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.primal(*args, **kwargs)

    def jvp(self, primals: Any, tangents: Any) -> Any:
        """(value, value_dot) in the direction of `tangents`."""
        return jvp(self.primal, primals, tangents, self.of, self.backend, self.exact, self.passes)

    def vjp(self, *primals: Any) -> Any:
        """(value, pullback)."""
        return vjp(
            self.primal, *primals, of=self.of, backend=self.backend, exact=self.exact,
            passes=self.passes,
        )

    def jacobian(self, *args: Any, **kwargs: Any) -> Any:
        """All first derivatives."""
        made = jacobian(
            self.primal, self.wrt, of=self.of, backend=self.backend, exact=self.exact,
            passes=self.passes,
        )
        return made(*args, **kwargs)

    def hessian(self, *args: Any, **kwargs: Any) -> Any:
        """All second derivatives."""
        made = hessian(
            self.primal, self.wrt, of=self.of, backend=self.backend, exact=self.exact,
            passes=self.passes,
        )
        return made(*args, **kwargs)

    def cost(self, *args: Any, **kwargs: Any) -> Any:
        """Operations and bytes on the tape, by line, of a call with these arguments."""
        return cost(self.primal, self.wrt, self.of, self.passes)(*args, **kwargs)

    def source(self, mode: str, *args: Any, **kwargs: Any) -> str:
        """The emitted text, for arguments like these; without any, for the annotations."""
        if mode not in ("tangent", "adjoint"):
            raise ArgumentError(f"mode={mode!r}: there are 'tangent' and 'adjoint'")
        face: Emitted = getattr(self, mode)
        if not args and not kwargs:
            return annotated_source(face.program, mode, face.names, face.of)
        program = spread(face.program, args, kwargs)
        if program is not face.program:
            face = Emitted(program, mode, face.wrt, face.of, None)
        return without_facts(face.compiled(program.values(args, kwargs)).text)


def stop_gradient(x: T) -> T:
    """x itself, which a derivative takes for a constant."""
    return x
