"""The command line: files in, derivative files out.  No file is ever imported or run."""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from adcompile import cache
from adcompile.errors import AdcompileError, ArgumentError, CompilerError, RejectedError
from adcompile.frontend import signature
from adcompile.frontend.annotations import KTree, annotated, is_emitted
from adcompile.frontend.entities import Function, lines_of
from adcompile.frontend.files import Module, decoded, of_text
from adcompile.pipeline import IMPROVEMENTS, Derived, derivative, emitted
from adcompile.refusals import PAGES, document, listing, neighbours, shown_page
from adcompile.trace.ir import Loc, Node
from adcompile.version import VERSION

DONE, NOT_DONE, USAGE = 0, 1, 2
MODES = ("tangent", "adjoint")
EXAMPLES = """\
examples:
  adcompile heat.py                       write heat_tangent.py and heat_adjoint.py
  adcompile heat.py --print --mode adjoint              show the adjoints, write nothing
  adcompile heat.py --function misfit --wrt k -o -      one function, by one parameter
  adcompile heat.py --head "loss(w, b) > return" -o derivatives.py
  adcompile heat.py --head "gemm(A, B) > C" --mode adjoint -o gemm_adjoint.py
  adcompile heat.py --check               exit with 1 if a written derivative is stale
  adcompile - < heat.py > derivatives.py  from standard input to standard output
  adcompile explain                       list the codes of what is refused
  adcompile explain ADC301                an example, the reason and the fix
  adcompile explain --all                 all of them, as one document in Markdown

exit codes: 0 done; 1 something is stale or was not compiled; 2 wrong usage
"""


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


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; the exit code."""
    given = sys.argv[1:] if argv is None else list(argv)
    explaining = given[:1] == ["explain"]
    try:
        options = explainer().parse_args(given[1:]) if explaining else parser().parse_args(given)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else USAGE
    try:
        if explaining:
            return explain(options.code, options.all)
        text = read(options.file)
        return check(options, text) if options.check else compile_file(options, text)
    except SyntaxError as error:
        say(f"{options.file}:{error.lineno or 1}: this is not Python: {error.msg}{drawn(error)}")
        return NOT_DONE
    except (UsageError, ArgumentError, OSError) as error:
        say(f"adcompile: {error}")
        return USAGE


def parser() -> argparse.ArgumentParser:
    """The command's arguments."""
    made = argparse.ArgumentParser(
        prog="adcompile",
        description="Write the tangent and adjoint of the functions of a Python file, as Python.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = made.add_argument
    add("file", help="the file with the functions; - for standard input")
    add("--function", action="append", default=[], metavar="NAME",
        help="compile this function only; may be given several times")  # fmt: skip
    add("--wrt", metavar="NAMES", help="the independents, separated by commas; else every real one")
    add("--of", metavar="NAMES", help="the dependents: return, or arguments that are overwritten")
    add("--head", action="append", default=[], metavar="TEXT",
        help='function, independents and dependents in one: "loss(w, b) > return"')  # fmt: skip
    add("--mode", choices=(*MODES, "both"), help="which derivative; both is the default")
    add("-o", "--output", metavar="FILE", help="write one module there; - for standard output")
    add("--print", action="store_true", help="write to standard output, as -o - does")
    add(
        "--check",
        action="store_true",
        help="compare what was written, by its own options, with what would be now",
    )
    add("--without", action="append", default=[], metavar="PASS", choices=tuple(IMPROVEMENTS),
        help=f"leave out an improving pass: {', '.join(IMPROVEMENTS)}")  # fmt: skip
    add("--version", action="version", version=f"adcompile {VERSION}")
    return made


def explainer() -> argparse.ArgumentParser:
    """The arguments of `adcompile explain`."""
    made = argparse.ArgumentParser(
        prog="adcompile explain",
        description="Show what is refused under a code: an example, the reason and the fix.",
    )
    made.add_argument("code", nargs="*", help="such as ADC301; without one, all are listed")
    made.add_argument("--all", action="store_true", help="all pages as one document, in Markdown")
    return made


def explain(codes: Sequence[str], everything: bool = False) -> int:
    """Print the pages of these codes, all of them as one document, or the list of all."""
    if everything:
        sys.stdout.write(document())
        return DONE
    for code in codes:
        if code.upper() not in PAGES:
            near = neighbours(code)
            hint = f"; did you mean {' or '.join(near)}?" if near else ""
            raise UsageError(f"there is no code {code!r}{hint}; adcompile explain lists them")
    pages = [shown_page(PAGES[code.upper()]) for code in codes]
    sys.stdout.write("\n\n".join(pages) or listing())
    return DONE


def read(file: str) -> str:
    """The text of a file, or of standard input."""
    source = None
    if file == "-":
        source = getattr(sys.stdin, "buffer", None)
        if source is None:
            return sys.stdin.read()
    elif not Path(file).is_file():
        raise UsageError(f"there is no file {file}")
    try:
        return decoded(Path(file).read_bytes() if source is None else source.read())
    except (UnicodeDecodeError, SyntaxError) as error:
        raise UsageError(
            f"{shown(file)} is not a text in UTF-8, nor in an encoding that it states: {error}"
        ) from error


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


def compile_file(options: argparse.Namespace, text: str) -> int:
    """Compile and write; what was not compiled is listed with the reason."""
    to_stdout = (
        options.print or options.output == "-" or (options.file == "-" and not options.output)
    )
    made: list[tuple[Path | None, str]] = []
    failures: dict[Failure, None] = {}
    for path, modes in targets(options, to_stdout):
        if path is not None:
            check_target(path, options.file)
        content, failed = module_text(options, text, modes)
        failures.update(dict.fromkeys(failed))
        if content is not None:
            made.append((path, content))
    for path, content in made:
        if path is None:
            sys.stdout.write(content)
        else:
            cache.write(path, content)
            print(f"wrote {path}")
    report(options.file, list(failures))
    if not made and not failures:
        say(
            f"{options.file}: there is no function at top level to compile; methods are compiled "
            "where a function calls them"
        )
    missed = [f for f in failures if not f.skipped]
    return NOT_DONE if missed or not made else DONE


def targets(
    options: argparse.Namespace, to_stdout: bool
) -> list[tuple[Path | None, tuple[str, ...]]]:
    """The modules to write and the modes in each; None is standard output."""
    modes = MODES if options.mode in (None, "both") else (options.mode,)
    if to_stdout:
        return [(None, modes)]
    if options.output:
        return [(Path(options.output), modes)]
    path = Path(options.file)
    return [(path.with_name(f"{path.stem}_{mode}.py"), (mode,)) for mode in modes]


def check_target(path: Path, source: str) -> None:
    """Refuse to write over something that is no derivative."""
    if path.is_dir():
        raise UsageError(f"{path} is a folder; -o names a file")
    if not path.parent.is_dir():
        raise UsageError(f"there is no folder {path.parent}")
    if not path.exists():
        return
    if source != "-" and path.samefile(source):
        raise UsageError(f"{path} is the file to compile; choose another name for the output")
    if recorded(path)[0] is None and path.stat().st_size:
        raise UsageError(f"{path} was not written by adcompile; remove it, or choose another name")


def module_text(
    options: argparse.Namespace, text: str, modes: Sequence[str]
) -> tuple[str | None, list[Failure]]:
    """The module of derivatives, None where there is none, and what was not compiled."""
    module = of_text(text, "<stdin>" if options.file == "-" else options.file)
    parts: list[Derived] = []
    failures: list[Failure] = []
    asked = heads(options, module)
    explicit = bool(options.head or options.function)
    is_ours = recorded_text(text)[0] is not None and not explicit
    for head in asked:
        if is_ours and not is_emitted(module.functions[head.function]):
            failures.append(Failure(head.function, "the derivatives of this file call it", True))
            continue
        try:
            made = [one(module.functions[head.function], head, mode, options) for mode in modes]
            emitted(made)
            parts += made
        except NothingReal as error:
            failures.append(Failure(head.function, str(error), not explicit))
        except ArgumentError:
            if explicit:
                raise
            failures.append(Failure(head.function, described(sys.exception())))
        except RejectedError as error:
            for found in (error, *error.others):
                reason = described(found, module.file)
                failures.append(Failure(head.function, reason, place=found.place))
        except Exception as error:
            failures.append(Failure(head.function, described(error)))
    if not parts:
        return None, failures
    return with_digest(parts, options, modes), failures


class NothingReal(AdcompileError):
    """A function without a parameter that a derivative could be taken by."""


def one(function: Function, head: Head, mode: str, options: argparse.Namespace) -> Derived:
    """One derivative of one function."""
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
        wrt = derivative(function, kinds, (), head.of).lowered.independents
        if not wrt:
            raise NothingReal("none of its parameters can be real")
    kinds = {name: asked_for(tree) if name in wrt else tree for name, tree in kinds.items()}
    return derivative(function, kinds, ((mode, wrt),), head.of, options.without)


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


def with_digest(parts: list[Derived], options: argparse.Namespace, modes: Sequence[str]) -> str:
    """The module's text, its options and its digest in its docstring."""
    what = " and ".join(f"{mode}s" for mode in modes).capitalize()
    lines = [f"{what} of {shown(options.file)}.", ""]
    lines += [f"adcompile: option {option}" for option in recorded_options(options)]
    plain = emitted(parts, '"""' + "\n".join(lines) + '"""')
    lines.append(f"adcompile: digest {cache.digest([VERSION, plain])}")
    long = "  # noqa: E501" if max(map(len, lines)) > 88 else ""
    return emitted(parts, '"""' + "\n".join(lines) + f'\n"""{long}')


def recorded_options(options: argparse.Namespace) -> list[str]:
    """The options that --check has to repeat."""
    found = [f"--mode={options.mode}"] if options.mode else []
    found += [f"--head={text}" for text in options.head]
    found += [f"--function={text}" for text in options.function]
    found += [f"--wrt={options.wrt}"] if options.wrt else []
    found += [f"--of={options.of}"] if options.of else []
    found += [f"--without={text}" for text in options.without]
    return [option.replace("\\", "/").replace('"', "'") for option in found]


def recorded(path: Path) -> tuple[str | None, list[str]]:
    """The digest and the options that a written module carries."""
    try:
        return recorded_text(path.read_text(encoding="utf-8"))
    except (SyntaxError, UnicodeDecodeError, ValueError):
        return None, []


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


def check(options: argparse.Namespace, text: str) -> int:
    """Compare the digests of the written modules with those of what would be written now."""
    if options.file == "-" and not options.output:
        raise UsageError("--check of standard input needs -o with the file to compare")
    found = [(path, modes) for path, modes in targets(options, False) if path and path.exists()]
    if not found:
        expected = ", ".join(str(path) for path, _ in targets(options, False))
        say(f"adcompile: nothing written yet: {expected}")
        return NOT_DONE
    failures: dict[Failure, None] = {}
    stale = [path for path, modes in found if not is_fresh(path, modes, options, text, failures)]
    if stale:
        report(options.file, list(failures))
    return NOT_DONE if stale else DONE


def is_fresh(
    path: Path,
    modes: Sequence[str],
    options: argparse.Namespace,
    text: str,
    failures: dict[Failure, None],
) -> bool:
    """Is a written module what its own options would give now?"""
    written, repeated = recorded(path)
    if written is None:
        say(f"{path}: carries no digest of adcompile")
        return False
    reason = ""
    try:
        asked = parser().parse_args([options.file, *repeated])
        if options.output and asked.mode in MODES:
            modes = (asked.mode,)
        content, failed = module_text(asked, text, modes)
        failures.update(dict.fromkeys(failed))
        if content is not None and f"adcompile: digest {written}" in content:
            print(f"{path}: up to date")
            return True
    except (UsageError, ArgumentError, SystemExit) as error:
        reason = f" ({error})"
    changed = f"{shown(options.file)} or adcompile has changed since it was written"
    say(f"{path}: stale; {changed}{reason}")
    return False


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
