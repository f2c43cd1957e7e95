"""What the command line is asked for: functions of a file, and what became of each."""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from adcompile.errors import AdcompileError, ArgumentError, CompilerError, RejectedError
from adcompile.frontend import signature
from adcompile.frontend.annotations import KTree, annotated, is_emitted
from adcompile.frontend.entities import Function, lines_of
from adcompile.frontend.files import Module, of_text
from adcompile.frontend.lowered import Lowered
from adcompile.passes import leaving_out
from adcompile.pipeline import Derived, derivative, emitted, lowering
from adcompile.targets import Target
from adcompile.trace.ir import Loc, Node

DONE, NOT_DONE, USAGE = 0, 1, 2
MODES = ("tangent", "adjoint")


class UsageError(AdcompileError):
    """A request that the command line cannot make sense of."""


@dataclass(frozen=True, slots=True)
class Head:
    """A function, its independents and its dependents; None where they are to be found."""

    function: str
    wrt: tuple[str, ...] | None = None
    of: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """A function that was not compiled, and why; a skipped one has nothing to differentiate."""

    function: str
    reason: str
    skipped: bool = False
    place: tuple[object, ...] = ()


def heads(options: argparse.Namespace, module: Module) -> list[Head]:
    """What is asked for: the heads, the named functions, or every function of the file."""
    if options.head and (options.function or options.wrt or options.of):
        raise UsageError(
            "--head says all that --function, --wrt and --of say; give one or the other"
        )
    asked = [parsed_head(text) for text in options.head]
    wrt, of = names(options.wrt), names(options.of)
    for given in options.function:
        asked += [Head(name, wrt, of) for name in names(given) or ()]
    for head in asked:
        if head.function not in module.functions:
            listed = ", ".join(module.functions) or "none"
            raise UsageError(
                f"{shown(options.file)} has no function {head.function!r}; at top level it has "
                f"{listed}"
            )
    return asked or [Head(name, wrt, of) for name in module.functions]


def names(text: str | None) -> tuple[str, ...] | None:
    """a, b -> ("a", "b")."""
    found = tuple(part.strip() for part in (text or "").split(",") if part.strip())
    return found or None


def parsed_head(text: str) -> Head:
    """loss(w, b) > return -> the function, its independents, its dependents."""
    match = re.fullmatch(r"\s*(\w+)\s*(?:\(([^()]*)\))?\s*(?:>\s*([\w\s,]+))?", text)
    if match is None:
        raise UsageError(f'--head {text!r} does not read "function(independents) > dependents"')
    return Head(match[1], names(match[2]), names(match[3]))


class Source:
    """The functions of a file, and what lowering them has given, for all of their derivatives."""

    def __init__(self, options: argparse.Namespace, text: str) -> None:
        self.options = options
        self.text = text
        self.explicit = bool(options.head or options.function)
        self.target, self.passes = target_of(options), leaving_out(options.no_pass)
        self.module = of_text(text, "<stdin>" if options.file == "-" else options.file)
        self.known: dict[tuple[Head, tuple[str, ...] | None], Lowered] = {}

    def lowered(
        self, head: Head, kinds: dict[str, KTree], wrt: tuple[str, ...] | None
    ) -> Lowered:
        """The function for these independents; where that changes no kind, what it is anyway."""
        asked = {name: asked_for(tree) if name in (wrt or ()) else tree
                 for name, tree in kinds.items()}  # fmt: skip
        key = head, None if asked == kinds else wrt
        if key not in self.known:
            function = self.module.functions[head.function]
            self.known[key] = lowering(function, asked, wrt, head.of, self.passes, self.target)
        return self.known[key]


def derived(
    source: Source, modes: Sequence[str], printed: bool = True
) -> tuple[list[Derived], list[Failure]]:
    """The derivatives that are asked for, and what was not compiled, or cannot be `printed`."""
    module = source.module
    parts: list[Derived] = []
    failures: list[Failure] = []
    is_ours = recorded_text(source.text)[0] is not None and not source.explicit
    for head in heads(source.options, module):
        if is_ours and not is_emitted(module.functions[head.function]):
            failures.append(Failure(head.function, "the derivatives of this file call it", True))
            continue
        parts += attempted(source, head, modes, failures, printed)
    return parts, failures


def attempted(
    source: Source, head: Head, modes: Sequence[str], failures: list[Failure], printed: bool
) -> list[Derived]:
    """The derivatives of one function, none where it is not compiled; then `failures` says why."""
    try:
        made = [one(source, head, mode) for mode in modes]
        if printed:
            emitted(made, target=source.target)
        return made
    except NothingReal as error:
        failures.append(Failure(head.function, str(error), not source.explicit))
    except ArgumentError:
        if source.explicit:
            raise
        failures.append(Failure(head.function, described(sys.exception())))
    except RejectedError as error:
        for found in (error, *error.others):
            reason = described(found, source.module.file)
            failures.append(Failure(head.function, reason, place=found.place))
    except Exception as error:
        failures.append(Failure(head.function, described(error)))
    return []


class NothingReal(AdcompileError):
    """A function without a parameter that a derivative could be taken by."""


def one(source: Source, head: Head, mode: str) -> Derived:
    """One derivative of one function, or its primal."""
    function = source.module.functions[head.function]
    check_decorators(function)
    kinds = annotated(function)
    wrt = head.wrt
    for name in wrt or ():
        if name not in kinds:
            listed = ", ".join(kinds) or "none"
            raise ArgumentError(
                f"--wrt {name}: {head.function} has no such parameter; its parameters are {listed}"
            )
    if wrt is None:
        if not kinds:
            raise NothingReal("it has no parameters")
        wrt = source.lowered(head, kinds, None).independents
        if not wrt:
            raise NothingReal("none of its parameters can be real")
    lowered = source.lowered(head, kinds, wrt)
    derivation = () if mode == "primal" else ((mode, wrt),)
    return derivative(
        function, kinds, derivation, head.of, source.passes, source.target, lowered
    )


def target_of(options: argparse.Namespace) -> Target | None:
    """What the written module is for; the machine that writes it need not have the backend."""
    passes = leaving_out(options.no_pass)
    return Target(options.backend, options.exact, passes) if options.backend else None


def recorded_text(text: str) -> tuple[str | None, list[str]]:
    """The digest and the options that the text of a written module carries."""
    digest, options = None, []
    doc = ast.get_docstring(ast.parse(text)) or ""
    for line in doc.splitlines():
        if line.startswith("adcompile: option "):
            options.append(line.removeprefix("adcompile: option "))
        elif line.startswith("adcompile: digest "):
            digest = line.removeprefix("adcompile: digest ").strip()
    return digest, options


def asked_for(tree: KTree) -> KTree:
    """An integer that is asked for is a real; one in a structure is what its annotation says."""
    return tree if isinstance(tree, Node) else signature.real(tree)


def check_decorators(function: Function) -> None:
    """A decorator may make a function something else, unless it is ours or a compiler's."""
    for decorator in function.decorators:
        target = decorator.func if isinstance(decorator, ast.Call) else decorator
        entity = function.scope.lookup(ast.unparse(target))
        known = getattr(entity, "name", "")
        if known == "contextlib.contextmanager":
            raise NothingReal("it is a context manager")
        if not known.startswith(("adcompile.", "numba.", "functools.lru_cache", "functools.cache",
                                 "numpy.errstate")):  # fmt: skip
            raise RejectedError(
                f"it is decorated by {ast.unparse(target)}, and what that makes of it is not "
                "known; move the body to a plain function",
                Loc(function.file, target.lineno, target.col_offset),
                lines_of(function.text)[target.lineno - 1],
                code="ADC220",
            )


def shown(file: str) -> str:
    """A file by its name alone: what is emitted must not depend on the machine."""
    return "standard input" if file == "-" else Path(file).name


def report(file: str, failures: Sequence[Failure]) -> None:
    """List what was not compiled, by line; what several functions share is told once."""
    for failure in failures:
        if not failure.place:
            what = "skipped" if failure.skipped else "not compiled"
            say(f"{file}: {failure.function} {what}: {failure.reason}")
    places: dict[tuple[object, ...], list[Failure]] = {}
    for failure in failures:
        if failure.place:
            places.setdefault(failure.place, []).append(failure)
    shared = "<stdin>" if file == "-" else file
    for _, found in sorted(places.items(), key=lambda item: by_line(item[0], shared)):
        functions = ", ".join(dict.fromkeys(failure.function for failure in found))
        say(f"{file}: {functions} not compiled: {found[0].reason}")
    if len(places) > 1:
        count = len({failure.function for failure in failures if failure.place})
        codes = " ".join(sorted({str(place[-1]) for place in places}))
        say(f"{file}: {len(places)} refusals in {count} function{'s' * (count > 1)}; "
            f"see: adcompile explain {codes}")  # fmt: skip


def by_line(place: tuple[object, ...], file: str) -> tuple[object, ...]:
    """The order of refusals: those of the file itself first, then by line and column."""
    return place[0] != file, *place


def described(error: BaseException | None, file: str | None = None) -> str:
    """The reason in words; the line and a caret under the place where there is one."""
    if isinstance(error, RejectedError):
        elsewhere = f" of {error.filename}" if file and error.filename != file else ""
        where = f"line {error.lineno}{elsewhere}: " if error.lineno else ""
        return f"{where}{error.msg}{drawn(error)}"
    if isinstance(error, AdcompileError):
        return str(error)
    return str(CompilerError(f"{type(error).__name__}: {error}"))


def drawn(error: SyntaxError) -> str:
    """The line of a syntax error and a caret."""
    if not error.text:
        return ""
    line = error.text.rstrip("\n")
    stripped = line.lstrip()
    column = max((error.offset or 1) - 1 - (len(line) - len(stripped)), 0)
    return f"\n    {stripped}\n    {' ' * column}^"


def say(message: str) -> None:
    print(message, file=sys.stderr)
