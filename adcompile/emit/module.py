"""A module of emitted functions."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace

from adcompile.emit.attempts import joined
from adcompile.emit.breaks import flagged
from adcompile.emit.callees import Callees
from adcompile.emit.chains import unchained
from adcompile.emit.comprehensions import comprehended
from adcompile.emit.dialects import NUMPY, Dialect
from adcompile.emit.entered import entered
from adcompile.emit.exchanges import exchanged
from adcompile.emit.expressions import Expressions, parse
from adcompile.emit.gathered import gathered
from adcompile.emit.helpers import Helpers
from adcompile.emit.items import perhaps_lists
from adcompile.emit.libraries import Libraries
from adcompile.emit.naming import Names, numbered, user_names
from adcompile.emit.nesting import nest
from adcompile.emit.order import reorder
from adcompile.emit.owners import is_callee, seen
from adcompile.emit.ownership import in_place, without_kept
from adcompile.emit.popped import popped
from adcompile.emit.printer import to_text
from adcompile.emit.sets import with_sets
from adcompile.emit.statements import Writer
from adcompile.emit.tapes import aliases_of
from adcompile.emit.unassigned import read_once
from adcompile.emit.undefined import anywhere
from adcompile.emit.unpacking import Unpacked, unpacked
from adcompile.emit.views import views
from adcompile.passes import ALL, Passes
from adcompile.simplify.unset import alone
from adcompile.trace.ir import Atom, Param, Trace
from adcompile.trace.partial import of_none

CLASSES = ("class ", "@dataclass")  # how their texts begin


def module(
    functions: Sequence[tuple[Trace, str]],
    *,
    header: str = "",
    imports: Mapping[str, str] | None = None,
    constants: Sequence[str] = (),
    dialect: Dialect = NUMPY,
    passes: Passes = ALL,
) -> str:
    """The text of a module that defines these functions, each with its docstring.

    `header` stands at the top as it is; `imports` maps a module to the alias that the primal knows
    it by; `constants` are statements at the top level, `from` imports and exception classes among
    them.  What is not used is not imported.
    """
    split = [_split(trace, doc, dialect) for trace, doc in functions]
    kernels = [(in_place(trace, passes), doc) for (trace, doc), _ in split]
    drivers = [driver for _, driver in split if driver is not None]
    traces = [t for trace, _ in kernels for t in (trace, *trace.functions.values())]
    taken = {name for trace in traces for name in (trace.name, *user_names(trace))}
    libraries = Libraries(imports or {}, {p.name for trace in traces for p in trace.params})
    helpers = Helpers(taken | set(libraries.imports.values()), dialect.sources, dialect.called)
    reserved = [*(imports or {}).values(), "np", "math", "cmath", *helpers.names.values()]
    reserved += [trace.name for trace, _ in (*kernels, *drivers)]
    absent = _absent([trace for trace, _ in kernels])

    def write(
        trace: Trace, name: str, known: Mapping[str, str], doc: str = "", own: Dialect = dialect
    ) -> str:
        named = replace(trace, name=name)
        world = (libraries, helpers, known, own, passes)
        text = doc or trace.doc or ""
        return to_text(function(named, text, world, [*reserved, *known.values()], absent))

    callees = Callees(write, {trace.name for trace, _ in (*kernels, *drivers)})
    mains = [write(trace, trace.name, callees.add(trace), doc) for trace, doc in kernels]
    mains += [write(trace, trace.name, {}, doc, dialect.driving) for trace, doc in drivers]
    texts = [*callees.texts.values(), *mains]
    modules = dialect.modules.items() if helpers.used or helpers.defined else ()
    own = helpers.texts({name: ast.unparse(libraries.module(full)) for name, full in modules})
    froms = sorted(text for text in constants if text.startswith("from "))
    froms += dialect.froms(own)
    constants = [text for text in constants if text not in froms]
    words = set(re.findall(r"\w+", "\n".join(constants)))
    known = {(name, alias) for name, alias in libraries.imports.items() if alias in words}
    used = sorted(known | set(libraries.used.items()))
    lines = [(name, _import(name, alias)) for name, alias in used]
    lines += [(text.split()[1], text) for text in froms]
    standard = [text for name, text in lines if _is_standard(name)]
    others = [text for name, text in lines if not _is_standard(name)]
    classes = _used([text for text in constants if text.startswith(CLASSES)], texts)
    constants = [text for text in constants if not text.startswith(CLASSES)]
    groups = ["\n".join(standard), "\n".join(others), "\n".join(constants)]
    parts = [header.strip("\n"), *groups]
    top = "\n\n".join(part for part in parts if part)
    texts = [text.strip("\n") for text in texts]
    return "\n\n\n".join([*([top] if top else []), *classes, *own, *texts]) + "\n"


def _absent(traces: Sequence[Trace]) -> tuple[Mapping[Atom, None], Mapping[Atom, None]]:
    """What may be None in callees, or hold it, by the calls of these traces."""
    calling = [trace for trace in traces if trace.functions]
    found = [of_none(trace) for trace in calling]
    be, hold = ({atom: None for each in found for atom in each[n]} for n in (0, 1))
    return be, hold


Documented = tuple[Trace, str]


def _split(trace: Trace, doc: str, dialect: Dialect) -> tuple[Documented, Documented | None]:
    """The kernel, and its driver if it needs one, which then has the docstring."""
    pair = dialect.driven(trace, f"{trace.name}_kernel")
    if pair is None:
        return (trace, doc), None
    driver, kernel = pair
    return (kernel, ""), (driver, doc)


def _used(classes: list[str], texts: list[str]) -> list[str]:
    """The classes that these texts, or later classes, name."""
    used: list[str] = []
    for text in reversed(classes):
        name = re.search(r"^class (\w+)", text, re.M)
        if name is not None and any(name[1] in re.findall(r"\w+", t) for t in (*texts, *used)):
            used.insert(0, text)
    return used


def _is_standard(name: str) -> bool:
    return name.partition(".")[0] in sys.stdlib_module_names


def _import(name: str, alias: str) -> str:
    return f"import {name}" if alias == name else f"import {name} as {alias}"


def function(
    trace: Trace,
    doc: str,
    world: tuple[Libraries, Helpers, Mapping[str, str], Dialect, Passes],
    reserved: Sequence[str],
    absent: Sequence[Mapping[Atom, None]] = ({}, {}),
) -> ast.FunctionDef:
    """One trace, safe to be written in place, as a function definition.

    `world` is what else the module has; `absent` what may be None, or hold it, by the calls there.
    """
    passes = world[-1]
    trace = gathered(trace)
    aliases = aliases_of(trace)  # which hold however the equations are ordered
    trace = seen("order", reorder(trace, aliases)) if "order" in passes else trace
    trace = without_kept(alone(trace, anywhere))
    trace = flagged(trace) if "nesting" in passes else trace
    together: Unpacked = {}
    if "nesting" in passes and not world[3].name:
        ordered, trace = trace, exchanged(trace)
        aliases = aliases if trace is ordered else aliases_of(trace)
        trace, together = unpacked(trace)
    nesting = nest(trace, aliases, passes, together)
    names = Names(trace, nesting, reserved)
    expressions = Expressions(names, nesting, trace.kinds, *world[:-1])
    expressions.passes = passes
    expressions.nothing, expressions.holding = absent
    expressions.lists = perhaps_lists(trace)
    expressions.dialect.prepare(expressions, trace)
    body: list[ast.stmt] = [ast.Expr(ast.Constant(doc))] if doc else []
    writer = Writer(expressions, trace)
    body += writer.block(trace.body)
    body += writer.unassigned.asked(writer.unassigned.results)
    if trace.body.results or not is_callee(trace):
        body.append(ast.Return(expressions.tree(trace.result)))
    body = read_once(body)
    definition = ast.FunctionDef(
        trace.name, _arguments(trace.params), unchained(joined(body, expressions.dialect.raising)),
        expressions.dialect.decorators(expressions, trace),
    )
    if "views" in passes and not expressions.dialect.name:
        views(definition, expressions, trace)
    if "nesting" in passes and not expressions.dialect.name:
        entered(definition)
        comprehended(definition.body)
        with_sets(definition.body)
        popped(definition)
    numbered(definition, {*user_names(trace), *reserved})
    return definition


def _arguments(params: Sequence[Param]) -> ast.arguments:
    positional = [p for p in params if p.place == "positional"]
    keywords = [p for p in params if p.place == "keyword"]
    defaults = [parse(p.default) for p in positional if p.default is not None]
    return ast.arguments(
        posonlyargs=[],
        args=[ast.arg(p.name) for p in positional],
        kwonlyargs=[ast.arg(p.name) for p in keywords],
        kw_defaults=[None if p.default is None else parse(p.default) for p in keywords],
        defaults=defaults,
    )
