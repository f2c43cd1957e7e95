"""python -m benchmarks: what derivatives cost, all measured by turns in this run, on one thread."""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import sys
import tempfile
import warnings
from typing import Any

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NPROC"):
    os.environ.setdefault(_name, "1")
os.environ.setdefault(
    "XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
)


def main() -> int:
    options = parser().parse_args()
    if options.show:
        return show(json.loads(pathlib.Path(options.show).read_text()), options.picture)
    if options.compare:
        return compare(*options.compare)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["ADCOMPILE_CACHE"] = options.cache or folder
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = run(options)
    keep(result, options.json)
    return show(result, options.picture)


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    made.add_argument("names", nargs="*", help="words in the names of programs or groups; all")
    made.add_argument("--quick", action="store_true", help="fewer rounds, small sizes alone")
    made.add_argument("--no-numba", action="store_true", help="interpreted alone")
    made.add_argument("--no-peers", action="store_true", help="without other tools")
    made.add_argument("--json", metavar="FILE", help="keep the run")
    made.add_argument("--picture", metavar="FILE", help="draw the run, as .svg or .png")
    made.add_argument("--show", metavar="FILE", help="measure nothing: print a run that was kept")
    made.add_argument("--cache", metavar="FOLDER", help="keep what was compiled for the next run")
    made.add_argument(
        "--compare", nargs=2, metavar=("OLD", "NEW"),
        help="measure nothing: show what changed between two runs; 1 where something is slower",
    )  # fmt: skip
    return made


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Measure the rows, and what they come to."""
    from benchmarks import building, cases, machine, peers, table

    effort = table.Effort(peers=() if options.no_peers else peers.installed())
    effort.numba = effort.numba and not options.no_numba
    if options.quick:
        effort.budget, effort.least = 0.5, 1
    result: dict[str, Any] = {"machine": machine.description(), "rows": []}
    for case in cases.every():
        if options.quick and case.large:
            continue
        if options.names and not any(n in (case.group, *case.name.split()) for n in options.names):
            continue
        result["rows"].append(measured(case, effort))
        keep(result, options.json)
    result["summary"] = table.summary([row for row in result["rows"] if "failed" not in row])
    if not options.names:
        result["figures"] = building.table()
    result["machine after"] = machine.description()
    return result


def show(result: dict[str, Any], picture: str | None) -> int:
    """Print a run, and draw it; 1 where something failed."""
    from benchmarks import machine, report

    rows = result["rows"]
    good = [row for row in rows if "failed" not in row]
    print(machine.text(result["machine"]), "\n")
    parts = [report.line(row) for row in rows], result.get("summary"), report.against_goals(good)
    for part in (*parts, result.get("figures")):
        if part:
            print(report.text(part), "\n")
    for line in report.refusals(rows):
        print(line)
    if picture:
        from benchmarks.picture import draw

        draw(result, picture)
    return int(len(good) < len(rows))


def measured(case: Any, effort: Any) -> dict[str, Any]:
    """A row, or why there is none: a derivative that is wrong, or that fails, is an error."""
    from benchmarks import table

    print(f"{case.name} ...", end="\r", file=sys.stderr, flush=True)
    try:
        return table.row(case, effort)
    except Exception as error:
        failed = f"{type(error).__name__}: {error}".partition("\n")[0]
        return {"name": case.name, "group": case.group, "failed": failed}


def keep(result: dict[str, Any], file: str | None) -> None:
    """Write what there is so far: a run that is interrupted is not lost."""
    if file:
        pathlib.Path(file).write_text(json.dumps(result, indent=1) + "\n")


def compare(*files: str) -> int:
    from benchmarks import machine, report

    old, new = (json.loads(pathlib.Path(file).read_text()) for file in files)
    for result, what in ((old, "was"), (new, "now")):
        print(f"{what}: {machine.text(result['machine'])}")
    lines, slower = report.compared(old, new)
    print(report.text(lines) if lines else "no ratio changed by more than a quarter")
    return int(slower)


if __name__ == "__main__":
    sys.exit(main())
