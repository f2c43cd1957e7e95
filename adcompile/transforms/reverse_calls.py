"""The reverse of calls: a callee has a forward sweep and a reverse sweep of its own.

    power(x, n)                             power_forward(x, n, tape) -> value, tape
      ...                                     v2, tape = call power_forward(x, n - 1, tape)
      v2 = call power(x, n - 1)      ->       tape = push(tape, v2)
      v3 = x * v2                           power_reverse(x, n, value_bar, tape) -> x_bar, tape
                                              v2, tape = unpush(tape)
                                              x_bar, tape = call power_reverse(x, n - 1, ...)

The reverse sweep takes the parameters of the primal that it reads, the adjoints of the results, and
the tapes; for an array that is read by elements also the adjoint so far, to add to it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache, partial
from typing import TYPE_CHECKING

from adcompile.errors import CompilerError
from adcompile.passes import Passes
from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, Block, Call, Equation, Reverses, Trace, Var, free, walk
from adcompile.trace.partial import absent, asked, nothing
from adcompile.transforms import recording, schedule
from adcompile.transforms.activity import Activity
from adcompile.transforms.algebra import ZERO
from adcompile.transforms.bars import ReverseAlgebra, Scope, bar_name, outs_of
from adcompile.transforms.costs import Interpreted
from adcompile.transforms.naming import anew, function_name
from adcompile.transforms.quiet import without_effects
from adcompile.transforms.reverse_views import viewed
from adcompile.transforms.storages import Storages, lost_parameters
from adcompile.transforms.threading import Threads, stands_for

if TYPE_CHECKING:
    from adcompile.transforms.adjoint import Sweep

ADDED_TO = (k.Array, k.Any_, k.List, k.Dict)


@dataclass(slots=True)
class Sweeps:
    """The two sweeps of a callee in the making: parameters and bodies, and what is on its tape."""

    entry: list[Var]
    forward: Block
    given: list[Var]
    reverse: Block
    items: tuple[k.Kind, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Loan:
    """A part of the adjoint of an array that a callee adds to, and that is then written back."""

    root: Var
    path: tuple[Atom, ...]
    whole: Atom
    part: Atom


class Callees:
    """The sweeps of all callees of a trace."""

    def __init__(self, trace: Trace, activity: Activity, kinds: dict[Var, k.Kind]) -> None:
        self.trace = trace
        self.activity = activity
        self.kinds = kinds
        self.threads = Threads(trace, activity, self.var)
        names = self.threads.recorded
        taken = dict.fromkeys(trace.functions)
        self.forward_names: dict[str, str] = {}
        self.reverse_names: dict[str, str] = {}
        for table, end in ((self.forward_names, "forward"), (self.reverse_names, "reverse")):
            for name in names:
                if end == "forward" and self.threads.is_again(name):
                    table[name] = name
                    continue
                table[name] = function_name(f"{name}_{end}", taken)
                taken[table[name]] = None
        self.needs: dict[str, dict[int, None]] = {name: {} for name in names}
        self.lost = lost_parameters(trace.functions)
        self.added_to = self._added_to(names)
        self.sweeps: dict[str, Sweeps] = {}
        self.made: dict[str, Trace] = dict(trace.functions)

    def var(self, kind: k.Kind, name: str) -> Var:
        var = Var(name)
        self.kinds[var] = kind
        return var

    def _added_to(self, names: list[str]) -> dict[str, dict[int, None]]:
        """The parameters that are read by elements: their adjoint is handed down and added to."""
        found: dict[str, dict[int, None]] = {name: {} for name in names}
        functions = self.trace.functions
        storages = {name: Storages(functions[name], functions, self.lost) for name in names}
        changed = True
        while changed:
            changed = False
            for name in names:
                function = functions[name]
                for n in self.activity.inputs(name):
                    var = function.inputs[n]
                    lost = storages[name].overwritten(var)
                    plain = isinstance(self.kinds[var], ADDED_TO) and not lost
                    if n not in found[name] and plain and self._is_read(function, var, found):
                        found[name][n] = None
                        changed = True
        return found

    def _is_read(self, function: Trace, var: Var, found: dict[str, dict[int, None]]) -> bool:
        for eqn in walk(function.body):
            match eqn:
                case Apply(op="mem.getitem") if eqn.args[0] is var:
                    return True
                case Call() if self.activity.calls_actively(eqn):
                    passed = found.get(eqn.function, {})
                    if any(eqn.args[n] is var for n in passed):
                        return True
        return False

    def schedule(self) -> str:
        """The name of the callee that says where the next snapshot is stored."""
        return schedule.add_to(self.made, self.kinds)

    # building

    def build(self, sweep_of: SweepOf) -> None:
        """Build the sweeps of every callee, until it is known which parameters each reads."""
        changed = bool(self.threads.recorded)
        while changed:
            changed = False
            for name in self.threads.recorded:
                made = self.sweeps[name] = self._sweeps(name, sweep_of)
                inputs = self.trace.functions[name].inputs
                read = free(made.reverse)
                for n, var in enumerate(inputs):
                    if var in read and n not in self.needs[name]:
                        self.needs[name][n] = None
                        changed = True

    def _sweeps(self, name: str, sweep_of: SweepOf) -> Sweeps:
        function = self.trace.functions[name]
        inputs = function.inputs
        again = self.threads.is_again(name)
        start = {} if again else self.threads.tapes(self.threads.reached[name])
        full = {each: self.var(stands_for(each), "tape") for each in start}
        if again:
            first, body, end = self.threads.anew(function.body)
            body = Block((*first, *body.eqns), body.results)
        else:
            end = dict(start)
            body = self.threads.through(function.body, end)
        sweep = sweep_of(replace(function, body=body, kinds=self.kinds))
        sweep.in_record = not again
        bars, build = sweep.bars, sweep.build
        scope = Scope(Scope(None, dict.fromkeys(inputs)), outs_of(body.eqns), called=True)
        seeds: list[Var] = []
        sums: list[Var] = []
        with build.block() as reverse:
            for n in self.added_to[name]:
                sums.append(bars.new(inputs[n]))
                scope.bars[inputs[n]] = bars.structured(sums[-1])
            for n in self.activity.results(name):
                result = body.results[n]
                kind = self.activity.moving_kind(self.activity.returned[name][n])
                seeds.append(self.var(kind, bar_name(result) or "value_bar"))
                bars.add(scope, result, bars.structured(seeds[-1]))
            for each, tape in end.items():
                bars.add(scope, tape, full.get(each, tape))
            forward = sweep.sweep(body.eqns, scope)
            out: list[Atom] = [
                bars.atom(bars.get(scope, inputs[n]), inputs[n]) for n in self.activity.inputs(name)
            ]
            for tape in start.values():
                left = bars.get(scope, tape)
                assert isinstance(left, Var)
                out.append(left)
        entry = [*inputs, *start.values()]
        made = Sweeps(entry, Block((), body.results), [], Block(tuple(reverse), tuple(out)))
        if again:
            forward, made.reverse = recording.settled(sweep, forward, made.reverse)
            eqns = (*forward, *made.reverse.eqns)
            made.reverse = without_effects(Block(eqns, made.reverse.results))
        else:
            self._record(name, sweep, forward, made, end, full)
        needed = [inputs[n] for n in sorted(self.needs[name])]
        made.given = [*needed, *seeds, *sums, *full.values()]
        return made

    def _record(
        self,
        name: str,
        sweep: Sweep,
        forward: list[Equation],
        made: Sweeps,
        end: dict[str, Var],
        full: dict[str, Var],
    ) -> None:
        """Decide what a call leaves on the tape; complete both bodies."""
        reverse = recording.prune(made.reverse, sweep.within)
        recorder = recording.Recorder(sweep, in_loop=True)
        inputs = self.trace.functions[name].inputs
        lost = [var for var in inputs if sweep.storages.overwritten(var)]
        recorder.places.update((var, (None, None)) for var in lost)
        recorder.scan(forward)
        plan = recorder.plan(sweep.within.free(reverse))
        forward, names = recording.export(sweep, forward, plan.saved)
        mapping: dict[Var, Atom] = {}
        prefix: list[Equation] = []
        loc = self.trace.functions[name].loc
        if plan.saved:
            values = [names.get(var, var) for var in plan.saved]
            made.items = tuple(self.kinds[var] for var in values)
            filled, taken = (self.var(stands_for(name), "tape") for _ in range(2))
            forward.append(Apply((filled,), "mem.push", (end[name], *values), loc))
            end[name] = filled
            fresh = [self.var(self.kinds[var], var.name) for var in plan.saved]
            prefix.append(Apply((*fresh, full[name]), "mem.unpush", (taken,), loc))
            full[name] = taken
            mapping.update(zip(plan.saved, fresh))
        copies = recording.repeat(sweep, plan, mapping)
        reverse = recording.rewrite(reverse, mapping, copies, sweep.within)
        eqns = (*prefix, *copies.get(None, ()), *reverse.eqns)
        made.reverse = Block(eqns, reverse.results)
        made.forward = Block(tuple(forward), (*made.forward.results, *end.values()))

    def functions(self) -> dict[str, Trace]:
        """The callees of the adjoint: those of the primal, and the two sweeps of each."""
        tapes = {stands_for(name): k.Tape(made.items) for name, made in self.sweeps.items()}
        for var, kind in self.kinds.items() if tapes else ():
            if isinstance(kind, k.Tape) and kind in tapes:
                self.kinds[var] = tapes[kind]
        result = self.made
        for name, made in self.sweeps.items():
            loc = self.trace.functions[name].loc
            inside = dict.fromkeys(made.given)
            lost = [var for var in free(made.reverse) if var not in inside]
            if lost:
                raise CompilerError(f"the reverse sweep of {name} reads {lost} from nowhere")
            for new, inputs, body, doc in (
                (self.forward_names[name], made.entry, made.forward, "Forward"),
                (self.reverse_names[name], made.given, made.reverse, "Reverse"),
            ):
                if new == name:
                    continue
                result[new] = anew(new, inputs, body, self.kinds, f"{doc} sweep of {name}.", loc)
            reverse = self.reverse_names[name]
            if self.forward_names[name] != name:
                result[reverse] = replace(result[reverse], reverses=self._reverses(name, made))
        return result

    def _reverses(self, name: str, made: Sweeps) -> Reverses:
        given = tuple(sorted(self.needs[name]))
        active = self.activity.inputs(name)
        first = len(given) + len(self.activity.results(name))  # the seeds stand between
        sums = {first + n: active.index(number) for n, number in enumerate(self.added_to[name])}
        return Reverses(name, self.forward_names[name], given, sums)

    # the reverse of one call

    def reverse(self, sweep: Sweep, eqn: Call, scope: Scope) -> Call:
        """Append the call of the reverse sweep; return that of the forward sweep."""
        bars, name = sweep.bars, eqn.function
        function = self.trace.functions[name]
        count, inputs = len(function.body.results), function.inputs
        seeds = [
            bars.atom(bars.take(scope, eqn.outs[n]), eqn.outs[n])
            for n in self.activity.results(name)
        ]
        tapes = [bars.atom(bars.take(scope, tape), tape) for tape in eqn.outs[count:]]
        sums = {n: eqn.args[n] for n in self.added_to[name]}
        shared = self._shared(sums)
        loans = self._loans(sweep, scope, sums)
        so_far = [
            loans[n].part if n in loans else self._sum(sweep, scope, n, arg, n in shared)
            for n, arg in sums.items()
        ]
        needed = [eqn.args[n] for n in sorted(self.needs[name])]
        outs: dict[int, Var] = {}
        for n in self.activity.inputs(name):
            arg = eqn.args[n]
            moves = isinstance(arg, Var) and self.activity.active(arg)
            outs[n] = bars.new(arg if isinstance(arg, Var) and moves else inputs[n])
        left = [sweep.build.var(self.kinds[tape], "tape") for tape in eqn.args[len(inputs) :]]  # type: ignore[index]
        args = (*needed, *seeds, *so_far, *tapes)
        call = Call((*outs.values(), *left), self.reverse_names[name], args, eqn.loc)
        sweep.build.eqns.append(call)
        for n, loan in loans.items():
            back = sweep.build.apply(
                "mem.write", loan.whole, outs.pop(n), *loan.path, name=bar_name(loan.root)
            )
            scope.bars[loan.root] = bars.structured(back)
        for n in [n for n in outs if n in sums and n not in shared]:
            arg = eqn.args[n]
            if isinstance(arg, Var) and self.activity.active(arg):
                scope.bars[arg] = bars.structured(outs.pop(n))  # with all that there was before
        for n, out in outs.items():
            bars.add(scope, eqn.args[n], bars.structured(out))
        for tape, rest in zip(eqn.args[len(inputs) :], left):
            bars.add(scope, tape, rest)
        return replace(eqn, function=self.forward_names[name])

    def _loans(self, sweep: Sweep, scope: Scope, sums: dict[int, Atom]) -> dict[int, Loan]:
        """The parts of arrays that are given, by parameter; of one array only one part is lent."""
        bars = sweep.bars
        active = {
            n: viewed(bars, scope, arg, vague=True)
            for n, arg in sums.items()
            if isinstance(arg, Var) and self.activity.active(arg)
        }
        roots = [root for root, _ in active.values()]
        result: dict[int, Loan] = {}
        for n, (root, path) in active.items():
            if path and roots.count(root) == 1:
                whole = bars.atom(bars.get(scope, root), root)
                part = bars.part(whole, path)
                result[n] = Loan(root, path, whole, sweep.build.named(part, bar_name(sums[n]), -1))
        return result

    def _shared(self, sums: dict[int, Atom]) -> dict[int, None]:
        """The parameters that are given the same array as one before them."""
        seen: dict[Atom, None] = {}
        result: dict[int, None] = {}
        for n, arg in sums.items():
            if arg in seen:
                result[n] = None
            seen[arg] = None
        return result

    def _sum(self, sweep: Sweep, scope: Scope, n: int, arg: Atom, shared: bool) -> Atom:
        """The adjoint of an argument so far, which the callee adds to."""
        if not isinstance(arg, Var) or shared or not self.activity.active(arg):
            return ZERO if not isinstance(arg, Var) else sweep.bars.zero(arg)
        return sweep.bars.atom(sweep.bars.get(scope, arg), arg)


class SweepOf:
    """Makes the sweep of a body; all share the kinds."""

    def __init__(
        self, make: type[Sweep], callees: Callees, costs: Interpreted, passes: Passes
    ) -> None:
        self.make = make
        self.costs = costs
        self.passes = passes
        self.callees = callees
        self.nothing = {**nothing(callees.trace), **asked(callees.trace)}
        self.absent = cache(partial(absent, callees.trace))

    def __call__(self, trace: Trace) -> Sweep:
        storages = Storages(trace, self.callees.trace.functions, self.callees.lost)
        build = ReverseAlgebra(trace, storages)
        build.kinds, build.nothing = self.callees.kinds, self.nothing
        build.absent = self.absent
        return self.make(self.callees.activity, build, self.callees, self.costs, self.passes)
