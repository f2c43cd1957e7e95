"""A run as a picture: each program a line, each tool a mark at its time over the primal's."""

from __future__ import annotations

from typing import Any

MARKS = {
    "adjoint": ("o", "#1f5fa8", "adjoint, interpreted"),
    "adjoint numba": ("D", "#d9480f", "adjoint, Numba"),
    "primal numba": ("|", "#868e96", "primal, Numba"),
    "jax": ("^", "#2f9e44", "JAX, jit"),
    "torch": ("s", "#9c36b5", "PyTorch"),
    "autograd": ("x", "#495057", "HIPS autograd"),
}
PANELS = (("polybench",), ("golden", "samples", "gradbench"))


def marks(row: dict[str, Any]) -> dict[str, float]:
    """Where the marks of a line are: times as multiples of the interpreted primal.

    GradBench's own question stands for the adjoint, since it is what the other tools answer.
    """
    seconds = row.get("seconds", {})
    whole = seconds.get("primal")
    if not whole:
        return {}
    found = {cell: seconds[cell] / whole for cell in MARKS if cell in seconds}
    for cell, other in (("adjoint", "asked"), ("adjoint numba", "asked numba")):
        if other in seconds:
            found[cell] = seconds[other] / whole
    return found


def draw(result: dict[str, Any], file: str) -> None:
    """Write the picture; its form follows from the ending of the file's name."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    plt.rcParams.update({"svg.fonttype": "none", "font.size": 8})
    panels = [
        [(row["name"], marks(row)) for row in result["rows"] if row["group"] in groups]
        for groups in PANELS
    ]
    panels = [[line for line in panel if line[1]] for panel in panels]
    longest = max(len(panel) for panel in panels)
    figure, axes = plt.subplots(1, 2, figsize=(11, 1.3 + 0.2 * longest), layout="constrained")
    for ax, lines in zip(axes, panels):
        panel(ax, lines)
    handles = {h.get_label(): h for ax in axes for h in ax.get_legend_handles_labels()[0]}
    figure.legend(handles=list(handles.values()), loc="outside lower center", ncols=len(handles))
    figure.savefig(file, facecolor="white", dpi=90, metadata={"Date": None} if _svg(file) else None)
    plt.close(figure)


def panel(ax: Any, lines: list[tuple[str, dict[str, float]]]) -> None:
    """One half of the picture."""
    for cell, (form, colour, label) in MARKS.items():
        points = [(where[cell], i) for i, (_, where) in enumerate(lines) if cell in where]
        if points:
            x, y = zip(*points)
            ax.plot(x, y, form, color=colour, label=label, markersize=4.5, linestyle="none")
    ax.set_xscale("log")
    ax.set_yticks(range(len(lines)), [name for name, _ in lines])
    ax.invert_yaxis()
    ax.grid(axis="y", linewidth=0.3)
    for x in (1.0, 2.5):
        ax.axvline(x, linewidth=0.8, color="#adb5bd", zorder=0)
    ax.set_xlabel("time over that of the primal in Python; the lines are 1 and 2.5")


def _svg(file: str) -> bool:
    return file.endswith(".svg")
