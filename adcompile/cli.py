"""The command line: files in, derivative files out.  No file is ever imported or run."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from adcompile import cache
from adcompile.errors import ArgumentError
from adcompile.frontend.files import decoded
from adcompile.garbage import without_collection
from adcompile.passes import PASSES
from adcompile.passes import listing as passes_listing
from adcompile.pipeline import Derived, emitted
from adcompile.refusals import PAGES, document, listing, neighbours, shown_page
from adcompile.requested import (
    DONE,
    MODES,
    NOT_DONE,
    USAGE,
    Failure,
    Source,
    UsageError,
    derived,
    drawn,
    recorded_text,
    report,
    say,
    shown,
)
from adcompile.showing import TRACED, show_costs, show_traces
from adcompile.targets import BACKENDS
from adcompile.version import VERSION

EXAMPLES = """\
examples:
  adcompile heat.py                       write heat_tangent.py and heat_adjoint.py
  adcompile heat.py --print --mode adjoint              show the adjoints, write nothing
  adcompile heat.py --function misfit --wrt k -o -      one function, by one parameter
  adcompile heat.py --head "loss(w, b) > return" -o derivatives.py
  adcompile heat.py --head "gemm(A, B) > C" --mode adjoint -o gemm_adjoint.py
  adcompile heat.py --cost                what each line costs, and what is kept of it on a tape
  adcompile heat.py --trace fold          the trace after a pass; after all of them without a name
  adcompile heat.py --no-pass joint       leave out a pass of the optimiser
  adcompile heat.py --check               exit with 1 if a written derivative is stale
  adcompile heat.py --backend numba       functions that Numba compiles when they are called
  adcompile - < heat.py > derivatives.py  from standard input to standard output
  adcompile explain                       list the codes of what is refused
  adcompile explain ADC301                an example, the reason and the fix
  adcompile explain --all                 all of them, as one document in Markdown

exit codes: 0 done; 1 something is stale or was not compiled; 2 wrong usage
"""


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
        epilog=f"{EXAMPLES}\npasses of the optimiser, in order:\n{passes_listing()}",
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
    add("--backend", choices=BACKENDS, help="what compiles the written functions: numba")
    add("--exact", action="store_true",
        help="with --backend: keep the order of sums, and ZeroDivisionError")  # fmt: skip
    add("--no-pass", action="append", default=[], metavar="NAME", choices=tuple(PASSES),
        help="leave out a pass of the optimiser; may be given several times")  # fmt: skip
    add("--trace", nargs="?", const="all", metavar="PASS", choices=("all", *TRACED),
        help="print the trace after each pass that changes it, or after this one")  # fmt: skip
    add("--cost", action="store_true",
        help="print what each line costs in operations and on the tape, and why")  # fmt: skip
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


def compile_file(options: argparse.Namespace, text: str) -> int:
    """Compile and write; what was not compiled is listed with the reason."""
    to_stdout = (
        options.print or options.output == "-" or (options.file == "-" and not options.output)
    )
    if options.trace or options.cost:
        return (show_traces if options.trace else show_costs)(options, text)
    made: list[tuple[Path | None, str]] = []
    failures: dict[Failure, None] = {}
    source = Source(options, text)
    for path, modes in targets(options, to_stdout):
        if path is not None:
            check_target(path, options.file)
        content, failed = module_text(source, modes)
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


@without_collection()
def module_text(source: Source, modes: Sequence[str]) -> tuple[str | None, list[Failure]]:
    """The module of derivatives, None where there is none, and what was not compiled.

    What it cannot be written with, where there is such, is found function by function.
    """
    try:
        return _module_text(source, modes, printed=False)
    except Exception:
        return _module_text(source, modes, printed=True)


def _module_text(
    source: Source, modes: Sequence[str], printed: bool
) -> tuple[str | None, list[Failure]]:
    parts, failures = derived(source, modes, printed)
    return (with_digest(parts, source, modes) if parts else None), failures


def with_digest(parts: list[Derived], source: Source, modes: Sequence[str]) -> str:
    """The module's text, its options and its digest in its docstring."""
    options = source.options
    what = " and ".join(f"{mode}s" for mode in modes).capitalize()
    lines = [f"{what} of {shown(options.file)}.", ""]
    lines += [f"adcompile: option {option}" for option in recorded_options(options)]
    header = '"""' + "\n".join(lines) + '"""'
    plain = emitted(parts, header, source.target)
    lines.append(f"adcompile: digest {cache.digest([VERSION, plain])}")
    long = "  # noqa: E501" if max(map(len, lines)) > 88 else ""
    return '"""' + "\n".join(lines) + f'\n"""{long}' + plain.removeprefix(header)


def recorded_options(options: argparse.Namespace) -> list[str]:
    """The options that --check has to repeat."""
    found = [f"--mode={options.mode}"] if options.mode else []
    found += [f"--head={text}" for text in options.head]
    found += [f"--function={text}" for text in options.function]
    found += [f"--wrt={options.wrt}"] if options.wrt else []
    found += [f"--of={options.of}"] if options.of else []
    found += [f"--no-pass={text}" for text in options.no_pass]
    found += [f"--backend={options.backend}"] if options.backend else []
    found += ["--exact"] if options.exact else []
    return [option.replace("\\", "/").replace('"', "'") for option in found]


def recorded(path: Path) -> tuple[str | None, list[str]]:
    """The digest and the options that a written module carries."""
    try:
        return recorded_text(path.read_text(encoding="utf-8"))
    except (SyntaxError, UnicodeDecodeError, ValueError):
        return None, []


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
        content, failed = module_text(Source(asked, text), modes)
        failures.update(dict.fromkeys(failed))
        if content is not None and f"adcompile: digest {written}" in content:
            print(f"{path}: up to date")
            return True
    except (UsageError, ArgumentError, SystemExit) as error:
        reason = f" ({error})"
    changed = f"{shown(options.file)} or adcompile has changed since it was written"
    say(f"{path}: stale; {changed}{reason}")
    return False


