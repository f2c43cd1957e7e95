"""The table as text, and the difference of two runs."""

from __future__ import annotations

from typing import Any

from benchmarks import goals
from benchmarks.peers import TOOLS
from benchmarks.table import MODES, NUMBA, Row

Line = dict[str, Any]
SLOWER = 1.25
"""A ratio that grew by more than this is a regression."""


def text(rows: list[Line]) -> str:
    """Rows of dictionaries as an aligned table; a column that a row lacks stays empty."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    cells = [[_cell(row.get(column, "")) for column in columns] for row in rows]
    widths = [max(len(r[i]) for r in [columns, *cells]) for i in range(len(columns))]

    def line(row: list[str]) -> str:
        first = row[0].ljust(widths[0])
        return "  ".join([first, *(c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True))])

    return "\n".join([line(columns), *(line(row) for row in cells)])


def _cell(value: Any) -> str:
    if not isinstance(value, float):
        return "" if value is None else str(value)
    if value >= 100:
        return f"{value:.0f}"
    return f"{value:.2f}" if value >= 0.095 else f"{value:.2g}"


COLUMNS = (*MODES[1:], *NUMBA, *TOOLS)


def line(row: Row) -> Line:
    """A row as it is printed: the primal in milliseconds, all else as multiples of it.

    What Numba compiles counts in multiples of the same interpreted primal here, so that a row can
    be read across.
    """
    found: Line = {"program": row["name"]}
    if "failed" in row:
        return found | {"primal ms": row["failed"]}
    seconds = row["seconds"]
    whole = seconds.get("primal")
    found["primal ms"] = whole * 1e3 if whole else None
    for cell in COLUMNS:
        if cell in row["refused"]:
            found[cell] = "refused"
        elif cell in seconds:
            found[cell] = seconds[cell] / whole if whole else f"{seconds[cell] * 1e3:.1f} ms"
        else:
            found[cell] = None
    return found


def refusals(rows: list[Row]) -> list[str]:
    """What Numba does not compile, and why."""
    return [
        f"{row['name']}, {cell}: {reason}"
        for row in rows
        for cell, reason in row.get("refused", {}).items()
    ]


def against_goals(rows: list[Row]) -> list[Line]:
    """GradBench with Numba: derivative over primal, beside what C++ tools need over theirs."""
    found: list[Line] = []
    for row in rows:
        ratio = row.get("ratios", {}).get("asked numba")
        if row["group"] != "gradbench" or ratio is None:
            continue
        derivative, seconds = row["seconds"]["asked numba"], row["seconds"]
        line: Line = {
            "GradBench, Numba": row["name"],
            "derivative / primal": ratio,
            "C++ tools": goals.BETTER.get(row["name"]),
            "derivative ms": derivative * 1e3,
            "C++ by hand, ms": goals.BY_HAND.get(row["name"]),
        }
        for tool in TOOLS:
            line[f"{tool} / derivative"] = seconds[tool] / derivative if tool in seconds else None
        found.append(line)
    return found


def compared(old: dict[str, Any], new: dict[str, Any]) -> tuple[list[Line], bool]:
    """The cells of two runs whose ratios to the primal differ; is one of them slower now?

    Ratios are compared, since seconds differ between machines and hours.
    """
    before = {row["name"]: row for row in old["rows"]}
    lines: list[Line] = []
    slower = False
    for row in new["rows"]:
        was = before.get(row["name"])
        if was is None or "failed" in was:
            continue
        if "failed" in row:
            lines.append({"program": row["name"], "cell": "all", "now": "failed"})
            slower = True
            continue
        for cell, ratio in was["ratios"].items():
            now = row["ratios"].get(cell)
            line = {"program": row["name"], "cell": cell, "was": ratio, "now": now, "change": None}
            if now is None:
                if cell in row["refused"]:
                    lines.append(line | {"now": "refused"})
                    slower = True
            elif not 1 / SLOWER <= now / ratio <= SLOWER:
                lines.append(line | {"change": now / ratio})
                slower = slower or (now > SLOWER * ratio and cell not in TOOLS)
    return lines, slower
