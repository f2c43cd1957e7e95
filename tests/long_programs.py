"""Many generated programs, by hand: python -m tests.long_programs --count 1000 --seed 1

`--kind turns` and `--kind masks` check programs of annotated kinds, with all passes and without
any; those of `masks` go through masks, index arrays and arrays of three axes.  Those of `objects`
change objects through the names, lists, tuples and dictionaries that hold them, those of
`containers` lists, tuples and dictionaries of arrays, numbers and lists, those of `changes` in more
ways, by masks, in a `try`, or one of several known at run time, those of `rebound` where names
change sides in a branch or from turn to turn; those of `functions` go through
recursion, closures, tables of functions, classes and exceptions.  Program i of a seed is
the same in every run of one state of the tests, so a long run may be done in ranges (`--start`)
and in several processes (`--jobs`).  Says how many programs there were, which were
refused and why, and which failed; the texts of these are kept in a folder (`--keep`).
"""

# ruff: noqa: E402
from __future__ import annotations

import argparse
import collections
import contextlib
import copy
import multiprocessing
import random
import signal
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

import numpy as np
from mixed import (
    changes,
    check,
    containers,
    functions,
    lengths,
    masks,
    objects,
    programs,
    rebound,
    turns,
)
from mixed.check import VALUES, forget, load
from mixed.smaller import smaller

CHUNK = 50
SECONDS = 60  # for one program
Tally = tuple[collections.Counter[str], list[tuple[int, str, str]], dict[str, list[str]]]


KINDS: dict[str, tuple[Any, Any, dict[str, Any]]] = {
    "mixed": (programs.program, check.outcome, VALUES),
    "objects": (objects.program, check.outcome, VALUES),
    "functions": (functions.program, functions.outcome, VALUES),
    "containers": (containers.program, check.outcome, VALUES),
    "rebound": (rebound.program, check.outcome, VALUES),
    "changes": (changes.program, check.outcome, VALUES),
    "turns": (turns.program, lengths.outcome, lengths.values(4, 3)),
    "masks": (masks.program, partial(lengths.outcome, numba=500), lengths.values(4, 3)),
}


def text_of(kind: str, seed: int, number: int) -> str:
    text: str = KINDS[kind][0](random.Random(f"{seed}/{number}").randrange)
    return text


class Late(BaseException):
    """A program takes too long."""


def _late(*_: object) -> None:
    raise Late(f"more than {SECONDS} seconds")


def chunk(job: tuple[str, int, int, int]) -> Tally:
    """The outcomes of some programs."""
    kind, seed, start, stop = job
    counts: collections.Counter[str] = collections.Counter()
    failures: list[tuple[int, str, str]] = []
    refused: dict[str, list[str]] = collections.defaultdict(list)
    signal.signal(signal.SIGALRM, _late)
    for number in range(start, stop):
        text = text_of(kind, seed, number)
        signal.alarm(SECONDS)
        try:
            found = KINDS[kind][1](text, number)
        except (Exception, Late) as error:
            failures.append((number, text, f"{type(error).__name__}: {error}"))
            counts["failed"] += 1
        else:
            counts[found.word] += 1
            if found.code:
                counts[found.code] += 1
                refused[found.code].append(f"{number}: {found.why[:90]}")
            if found.by != "oracle":
                counts[f"by {found.by}"] += 1
        finally:
            signal.alarm(0)
    return counts, failures, dict(refused)


def small(kind: str, text: str, number: int) -> str:
    """The smallest program that fails as this one does."""

    def fails(other: str) -> str:
        signal.alarm(SECONDS)
        try:
            if runs:
                run(kind, other)
            KINDS[kind][1](other, number)
        except Raised:
            return ""
        except (Exception, Late) as error:
            return f"{type(error).__name__}: {error}"
        finally:
            signal.alarm(0)
        return ""

    runs = False
    signal.signal(signal.SIGALRM, _late)
    with contextlib.suppress(Raised):
        run(kind, text)
        runs = True
    return smaller(text, fails)


class Raised(Exception):
    """A program raises by itself, or gives no number."""


def run(kind: str, text: str) -> None:
    """Run the program itself."""
    function = load(text)
    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    try:
        with np.errstate(all="ignore"):
            found = function(*(copy.deepcopy(KINDS[kind][2][name]) for name in names))
    except Exception as error:
        raise Raised from error
    else:
        if not isinstance(found, float):
            raise Raised
    finally:
        forget(function)


def keep(folder: Path, seed: int, number: int, text: str, why: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    comment = "".join(f"# {line}\n" for line in why.splitlines())
    (folder / f"{seed}_{number}.py").write_text(f"{comment}\n{text}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kind", choices=tuple(KINDS), default="mixed")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=int, default=0, help="the number of the first program")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--keep", type=Path, default=Path("build/failed_programs"))
    parser.add_argument("--smaller", type=Path, help="print this failed program, made smaller")
    parser.add_argument("--show", action="store_true", help="print the programs, check nothing")
    asked = parser.parse_args()
    stop = asked.start + asked.count
    if asked.smaller:
        signal.signal(signal.SIGALRM, _late)
        number = int(asked.smaller.stem.rpartition("_")[2])
        print(small(asked.kind, asked.smaller.read_text(), number))
        return 0
    if asked.show:
        for number in range(asked.start, stop):
            print(f"# {asked.seed}/{number}\n{text_of(asked.kind, asked.seed, number)}")
        return 0
    jobs = [
        (asked.kind, asked.seed, start, min(start + CHUNK, stop))
        for start in range(asked.start, stop, CHUNK)
    ]
    counts: collections.Counter[str] = collections.Counter()
    refused: dict[str, list[str]] = collections.defaultdict(list)
    begun = time.perf_counter()
    with multiprocessing.Pool(asked.jobs, maxtasksperchild=5) as pool:
        for (_, _, start, end), (found, failures, codes) in zip(jobs, pool.imap(chunk, jobs)):
            counts += found
            for code, places in codes.items():
                refused[code] += places
            for number, text, why in failures:
                keep(asked.keep, asked.seed, number, text, why)
                print(f"{asked.seed}/{number}: {why.splitlines()[0][:150]}", flush=True)
            rate = (end - asked.start) / (time.perf_counter() - begun)
            print(f"{start}..{end - 1}: {dict(counts)}, {rate:.1f} a second", flush=True)
    for code, places in sorted(refused.items(), key=lambda item: -len(item[1])):
        print(f"refused {code}: {len(places)}, such as", *places[:8], sep="\n    ")
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
