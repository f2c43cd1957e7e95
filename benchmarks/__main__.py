"""python -m benchmarks: one table of ratios, all measured in this run."""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from typing import Any


def text(rows: list[dict[str, Any]]) -> str:
    """Rows of dictionaries as an aligned table; a column that a row lacks stays empty."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    cells = [[_cell(row.get(column, "")) for column in columns] for row in rows]
    widths = [max(len(r[i]) for r in [columns, *cells]) for i in range(len(columns))]

    def line(row: list[str]) -> str:
        first = row[0].ljust(widths[0])
        return "  ".join([first, *(c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True))])

    return "\n".join([line(columns), *(line(row) for row in cells)])


def _cell(value: Any) -> str:
    return f"{value:.2f}" if isinstance(value, float) else "" if value is None else str(value)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--json", metavar="FILE", help="write the rows to a file too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["ADCOMPILE_CACHE"] = folder
        from benchmarks import building, speed

        programs = speed.table()
        print(text(programs), "\n")
        figures = [speed.against_autograd(), *building.table()]
        print(text(figures))
    if options.json:
        with open(options.json, "w") as file:
            json.dump({"programs": programs, "figures": figures}, file, indent=2)


if __name__ == "__main__":
    main()
