"""A primal and its compiled derivatives: one a derivation and a signature, found by a dict lookup.

A derivative is looked for in this process, then in the cache folder, and only then made.  What it
depended on besides the arguments (callees, constants, closure values) is checked at every call, so
that a function that was redefined is compiled anew.
"""

from __future__ import annotations

import inspect
import itertools
import types
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from adcompile import cache
from adcompile.errors import AdcompileError, ArgumentError, CompilerError, RejectedError
from adcompile.faces import digests
from adcompile.faces.backends import guarded, in_file
from adcompile.faces.bound import MANY, Bound, Table
from adcompile.faces.delegates import delegate
from adcompile.frontend import lengths, live, signature
from adcompile.frontend.annotations import KTree
from adcompile.frontend.names import MISSING, Names, primal_of
from adcompile.garbage import without_collection
from adcompile.passes import ALL
from adcompile.targets import Target
from adcompile.trace import kinds as k

if TYPE_CHECKING:
    from adcompile.pipeline import Derivation, Derived

_entries: dict[str, cache.Entry] = {}
_modules: dict[str, dict[str, Any]] = {}
_numbers = itertools.count()
DECIDED = ("ADC112", "ADC203", "ADC303", "ADC404", "ADC405", "ADC501", "ADC503")
"""Refusals of what may be one thing or another: a flag or number that is known may tell which."""
FEW = 4
"""So many sets of short lengths are compiled each for themselves, where a backend compiles."""


class Program:
    """A primal, its parameters, and its derivatives so far, for one target."""

    def __init__(
        self, function: types.FunctionType, given: Any = None, target: Target | None = None
    ) -> None:
        code = function.__code__
        self.target = target
        self.aimed: dict[Target, Program] = {}
        self.function = function
        self.given = function if given is None else given
        self.name = function.__name__ if function.__name__.isidentifier() else "f"
        self.names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
        self.keywords = self.names[code.co_argcount :]
        self.stars = bool(code.co_flags & (inspect.CO_VARARGS | inspect.CO_VARKEYWORDS))
        self.plain = not self.keywords and not self.stars
        self.derivatives: dict[Any, Table] = {}
        self.shapes: dict[Any, Program] = {}  # of calls with *args
        self.by_length = False  # is what is compiled for lengths of the arguments alone?
        self.constants: tuple[type, ...] = ()  # is it for the values of such arguments alone?
        self.settled: tuple[type, ...] = ()  # and was it, when that has helped?
        self.single: dict[Any, None] = {}  # what cannot be taken in many directions at once
        self.forward: dict[Any, None] = {}  # arguments whose Jacobian is had forward

    def values(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
        """The arguments of a call in the order of the parameters, defaults filled in."""
        if not kwargs and len(args) == len(self.names) and self.plain:
            return args
        if self.stars:
            self.refuse_stars()
        signature_ = inspect.signature(self.function, follow_wrapped=False)
        bound = signature_.bind(*args, **kwargs)
        bound.apply_defaults()
        return tuple([bound.arguments[name] for name in self.names])

    def independents(self, wrt: Any) -> tuple[str, ...]:
        """The names that a `wrt` means: a name, a position, or a tuple of them."""
        if self.stars:
            return ()  # known when it is called
        asked = wrt if isinstance(wrt, (tuple, list)) else (wrt,)
        names = tuple([self._independent(item) for item in asked])
        if len(set(names)) < len(names) or not names:
            raise ArgumentError(f"wrt={wrt!r} names {'a parameter twice' if names else 'nothing'}")
        return names

    def gathered(self, wrt: Any, parts: tuple[Any, ...]) -> Any:
        """What there is of each independent, in the structure of `wrt`."""
        return parts if isinstance(wrt, (tuple, list)) else parts[0]

    def _independent(self, item: Any) -> str:
        if isinstance(item, (int, np.integer)) and not isinstance(item, bool):
            if -len(self.names) <= item < len(self.names):
                return self.names[item]
        elif item in self.names:
            return str(item)
        listed = ", ".join(self.names) or "none"
        raise ArgumentError(
            f"wrt={item!r} names no parameter of {self.name}; its parameters are {listed}"
        )

    def refuse_stars(self) -> NoReturn:
        """Reject *args and **kwargs where they stand."""
        from adcompile.frontend.settling import lower
        from adcompile.frontend.sources import of_callable

        lower(of_callable(self.function), {})
        raise ArgumentError(f"{self.name} takes *args or **kwargs; write its parameters out")

    def dependents(self, of: Any) -> tuple[str, ...] | None:
        """The names that an `of` means: "return", a parameter that is overwritten, or several."""
        if of is None:
            return None
        names = tuple(of) if isinstance(of, (tuple, list)) else (of,)
        for name in names:
            if name != "return" and name not in self.names and not self.stars:
                listed = ", ".join(("return", *self.names))
                raise ArgumentError(
                    f"of={name!r} is no result of {self.name}; choose from {listed}"
                )
        return names

    def reals(self, values: Sequence[Any]) -> tuple[str, ...]:
        """The parameters that hold a real somewhere, and whose gradient can be made."""
        trees = (
            signature.of_value(value, name) for name, value in zip(self.names, values, strict=True)
        )
        return tuple(
            name
            for name, tree in zip(self.names, trees, strict=True)
            if signature.is_real(tree) and not signature.holds_object(tree)
        )

    def bound(
        self, derivation: Derivation, of: tuple[str, ...] | None, values: Sequence[Any]
    ) -> Bound:
        """The derivative for arguments like these, ready to be called."""
        made = self.derivatives.get((derivation, of))
        if made is None:
            made = self.derivatives[derivation, of] = Table()
        exact = None if self.target is None or self.constants else signature.exactly(values)
        bound = made.exact.get(exact)
        if bound is not None and bound.holds():
            return bound
        table = made.alike
        key: Any = tuple([signature.key(value) for value in values])
        known = False
        if self.target is not None:
            found = lengths.pattern(values, bool(self.target.backend) and not self.by_length)
            known = lengths.holds_known(found)
            if known and (key, found) not in table and self._are_many(table):
                found, known = lengths.pattern(values, False), False
            key = key, found
        if self.by_length:
            key = key, lengths.short_shapes(values)
        if self.constants:
            key = key, signature.constants(self.data(derivation, values), self.constants)
        bound = table.get(key)
        if bound is None or not bound.holds():
            while len(table) >= MANY:
                del table[next(iter(table))]
            try:
                bound = table[key] = _obtain(self, derivation, of, values, known)
            except RejectedError as error:
                self.ask_again(error, derivation, values)
                return self.bound(derivation, of, values)
            self.settled = self.constants
        return made.keep(exact, bound)

    def goes_forward(self, asked: Any, values: Sequence[Any]) -> None:
        """Note that a Jacobian is had forward for arguments of these very types and shapes."""
        exact = signature.exactly(values)
        if exact is not None and len(self.forward) < MANY:
            self.forward[asked, exact] = None

    def is_forward(self, asked: Any, values: Sequence[Any]) -> bool:
        """Was it so for such arguments?"""
        return bool(self.forward) and (asked, signature.exactly(values)) in self.forward

    def ask_again(
        self, error: RejectedError, derivation: Derivation, values: Sequence[Any]
    ) -> None:
        """Where the number of items of an argument must be known, it will be from now on; and where
        flags and texts, or integers that are data, decide what is what, their values will.
        """
        if error.code == "ADC408" and not self.by_length:
            self.by_length = True
            return
        data = self.data(derivation, values)
        known = signature.constants(data, self.constants)
        for classes in (signature.FLAGS, signature.NUMBERS):
            more = len(classes) > len(self.constants)
            if error.code in DECIDED and more and signature.constants(data, classes) != known:
                self.constants = classes
                return
        self.constants = self.settled
        raise error

    def data(self, derivation: Derivation, values: Sequence[Any]) -> list[Any]:
        """The arguments by which it is not differentiated; None for the others."""
        asked = {name for _, wrt in derivation for name in wrt}
        pairs = zip(self.names, values, strict=True)
        return [None if name in asked else value for name, value in pairs]

    def _are_many(self, table: dict[Any, Bound]) -> bool:
        """Were there enough short lengths, so that from now on they are not known?"""
        return sum(lengths.holds_known(found) for _, found in table) >= FEW


PLAIN = types.FunctionType


def program_of(function: Any, target: Target | None = None) -> Program:
    """The program of a function; SourceError where it is none that can have source."""
    if isinstance(function, Program):
        return function
    known = function.__dict__.get("__adcompile__") if type(function) is PLAIN else None
    if known is not None and known.given is function:
        program: Program = known
    else:
        program = _program_of(primal_of(function))
    if target is None:
        return program
    aimed = program.aimed.get(target)
    if aimed is None:
        aimed = program.aimed[target] = Program(program.function, program.given, target)
    return aimed


def _program_of(function: Any) -> Program:
    if not isinstance(function, types.FunctionType):
        return Program(delegate(function), function)
    known = function.__dict__.get("__adcompile__")
    if known is None or known.given is not function:
        known = Program(function)
        if known.stars and hasattr(function, "__wrapped__"):
            known = Program(delegate(function), function)
        function.__dict__["__adcompile__"] = known
    return known


def _obtain(
    program: Program, derivation: Derivation, of: tuple[str, ...] | None, values: Sequence[Any],
    known: bool,
) -> Bound:  # fmt: skip
    """From this process, from the cache folder, or from the compiler."""
    asked = {name for _, wrt in derivation for name in wrt}
    named = dict(zip(program.names, values, strict=True))
    trees = _trees(program, derivation, named, known)
    for name in asked:
        refuse_object(program, name, trees[name])
    statics = signature.statics(trees.values())
    stem = "_".join([program.name, *(mode for mode, _ in derivation)])
    stem += f"_{program.target.mark}" if program.target and program.target.mark else ""
    key = digests.of(program, derivation, of, trees)
    entry = _entries.get(key) or cache.load(stem, key)
    bound = None if entry is None else _bind(program, entry, key, stem, statics, True)
    if bound is None or entry is None:
        entry = _make(program, derivation, of, trees, key, stem)
        bound = _bind(program, entry, key, stem, statics, False)
        assert bound is not None
    _entries[key] = entry
    _convert(bound, program, entry, asked, trees)
    return bound


def _trees(
    program: Program, derivation: Derivation, named: dict[str, Any], known: bool = False
) -> dict[str, KTree]:
    """What a derivative is compiled for."""
    trees = signature.of_arguments(named)
    data = dict(zip(named, program.data(derivation, list(named.values())), strict=True))
    trees.update(signature.of_constants(data, program.constants))
    if program.target is not None:
        trees = lengths.shared(trees, named, known)
    return lengths.frozen(trees, named) if program.by_length else trees


def _convert(
    bound: Bound, program: Program, entry: cache.Entry, asked: set[str], trees: dict[str, KTree]
) -> None:
    """Note which arguments are made floats before each call."""
    kept = _kept(entry)
    for i, name in enumerate(program.names):
        staying = kept.get(name, signature.NONE_KEPT)
        if name in asked and signature.real(trees[name], staying) != trees[name]:
            bound.conversions.append((i, staying))


def changed(
    program: Program, derivation: Derivation, of: tuple[str, ...] | None, values: Sequence[Any],
    change: Callable[[Derived], Derived], names: dict[str, Any],
) -> Bound:  # fmt: skip
    """A derivative that is changed before it is written, and sees `names`; kept nowhere."""
    trees = _trees(program, derivation, dict(zip(program.names, values, strict=True)))
    key, stem = f"changed {next(_numbers)}", f"{program.name}_changed"
    try:
        text, facts = compiled(program, derivation, of, trees, key, stem, change)
    except RejectedError as error:
        program.ask_again(error, derivation, values)
        return changed(program, derivation, of, values, change, names)
    with _worded(program):
        compile(text, stem, "exec", dont_inherit=True)
    entry = cache.Entry(text, tuple(facts))
    bound = _bind(program, entry, key, stem, signature.statics(trees.values()), False)
    assert bound is not None
    bound.function.__globals__.update(names)
    _convert(bound, program, entry, {name for _, wrt in derivation for name in wrt}, trees)
    return bound


def refuse_object(program: Program, name: str, tree: KTree) -> None:
    """Refuse the gradient of an object that cannot be made from its attributes."""
    if isinstance(tree, k.Opaque) and tree != k.NONE:
        what = {"str": "text"}.get(tree.what, tree.what)
        raise ArgumentError(
            f"wrt={name!r}: {name} is {'an' if what[0] in 'aeiou' else 'a'} {what}, which has no "
            "derivative; convert it to a float or an array of floats, or choose another wrt"
            if not what.startswith("array")
            else f"wrt={name!r}: {name} is an {what}, which has no derivative; convert it to an "
            "array of floats, or choose another wrt"
        )
    owner = signature.holds_object(tree)
    if owner is not None:
        raise ArgumentError(
            f"the gradient of {program.name} with respect to {name} would have to be a {owner}, "
            f"whose class says nothing of how to make one; make {owner} a dataclass, give its "
            "arrays in a dict, or choose another wrt"
        )


def _kept(entry: cache.Entry) -> dict[str, frozenset[signature.Path]]:
    """The integers that stay integers, by argument."""
    return {fact[1]: frozenset(fact[2]) for fact in entry.facts if fact[0] == "integers"}


def _make(
    program: Program,
    derivation: Derivation,
    of: tuple[str, ...] | None,
    trees: dict[str, KTree],
    key: str,
    stem: str,
) -> cache.Entry:
    """Compile, and keep the result."""
    text, facts = compiled(program, derivation, of, trees, key, stem)
    with _worded(program):
        return cache.store(stem, key, text, facts)


@contextmanager
def _worded(program: Program) -> Iterator[None]:
    """A fault of the compiler is never blamed on the user."""
    try:
        yield
    except AdcompileError:
        raise
    except k.Mixed as error:
        raise RejectedError(str(error), code="ADC404") from error
    except Exception as error:
        fault = f"compiling {program.name} failed with {type(error).__name__}: {error}"
        raise CompilerError(fault) from error


@without_collection()
def compiled(
    program: Program, derivation: Derivation, of: tuple[str, ...] | None, trees: dict[str, KTree],
    key: str, stem: str, change: Callable[[Derived], Derived] | None = None,
) -> tuple[str, list[tuple[Any, ...]]]:  # fmt: skip
    """The text of a derivative and its facts; `change` is made to it before it is written."""
    from adcompile import pipeline
    from adcompile.frontend import sources

    given = signature.statics(trees.values())
    function = sources.of_callable(program.function, statics=given)
    headline = pipeline.headline(program.name, derivation, of)
    header = f'"""{headline}\n\nadcompile: digest {key}\n"""'
    asked = tuple(dict.fromkeys(name for _, wrt in derivation for name in wrt))
    passes = program.target.passes if program.target else ALL
    with _worded(program):
        kept = pipeline.kept_integers(function, trees, asked, of)
        staying = {name: kept.get(name, signature.NONE_KEPT) for name in asked}
        trees = trees | {name: signature.real(trees[name], staying[name]) for name in asked}
        made = pipeline.derivative(function, trees, derivation, of, passes, program.target)
        made = made if change is None else change(made)
        text = pipeline.emitted([made], header, program.target)
    assert isinstance(function.scope, sources.LiveScope)
    facts: list[tuple[Any, ...]] = [("function", made.name), ("value", *_value_fact(made))]
    facts += [("integers", name, sorted(paths, key=repr)) for name, paths in kept.items()]
    facts += [("closure", name, data.path) for name, data in made.lowered.closure.items()]
    facts += [("exception", *own) for own in made.lowered.exceptions.items()]
    facts += [("saw", *fact) for fact in function.scope.facts() if _may_change(fact[0])]
    return text, facts


def _may_change(path: str) -> bool:
    return not path.rpartition("/")[2].startswith(("@numpy.", "@math.", "@adcompile."))


def _value_fact(made: Derived) -> tuple[Any, ...]:
    """What grad has to know of the value: is it a number, of what type, and of which shape."""
    from adcompile.pipeline import describe

    tree = made.value
    match tree:
        case k.Scalar(dtype):
            return "scalar", dtype, ()
        case k.Array(dtype, dims):
            lengths = None if dims is None else tuple(_length(dim) for dim in dims)
            return "scalar" if dims == () else "array", dtype, lengths
        case k.Any_(dtype):
            return "unknown", dtype, None
    return "other", describe(tree), None


def _length(dim: k.Dim) -> Any:
    if dim.base is None:
        return dim.offset
    return (dim.base, dim.offset) if isinstance(dim.base, str) else None


def _bind(
    program: Program,
    entry: cache.Entry,
    key: str,
    stem: str,
    statics: Sequence[Any],
    check: bool,
) -> Bound | None:
    """An entry with the readers and guards of a primal; None where its facts do not hold."""
    module = module_of(entry, key, stem, program.target)
    seen = Names(program.function, statics)
    single = {fact[0]: fact[1:] for fact in entry.facts if fact[0] in ("function", "value")}
    function = module[single["function"][0]]
    if program.target is not None and program.target.backend:
        function = guarded(function, module["__file__"], single["function"][0])
    bound = Bound(function, entry.text, single["value"], keywords=program.keywords)
    for fact in entry.facts:
        if fact[0] == "closure":
            bound.closure.append((fact[1], partial(live.resolve, *live.rooted(seen, fact[2]))))
        elif fact[0] == "exception":
            module[fact[1]] = live.resolve(*live.rooted(seen, fact[2]))
        elif fact[0] == "saw" and not _guard(bound, seen, fact[1:], check):
            return None
    return bound


def _guard(bound: Bound, names: Names, fact: Any, check: bool) -> bool:
    """Add the guard of a fact; False where the fact does not hold to begin with."""
    path, sort, _ = fact
    *callees, name = path.split("/")
    for callee in callees:
        function = primal_of(names.read(callee))
        if not isinstance(function, types.FunctionType):
            return False
        names = Names(function)
    value = names.read(name)
    if check and not live.holds(fact, value):
        return False
    if sort == "data":
        bound.data.append((partial(names.read, name), live.data_key(value)))
    elif name.isidentifier() and name not in names.cells:
        present = names.globals.get(name, MISSING)
        bound.places.append((names.globals, name, present))
    else:
        bound.objects.append((partial(names.read, name), value))
    return True


def module_of(
    entry: cache.Entry, key: str, stem: str, target: Target | None = None
) -> dict[str, Any]:
    """The loaded module of an entry, one a process."""
    file = entry.file or f"<adcompile {stem} {key[:8]}>"
    identity = f"{key} {file} {len(entry.text)} {hash(entry.text)}"
    if identity not in _modules:
        findable = target is not None and bool(target.backend)
        if findable and not entry.file:
            file = in_file(entry.text, stem, key)
        _modules[identity] = cache.module(entry.text, file, findable, entry.code)
    return _modules[identity]
