"""Kepler's equation by Newton's iteration, for planets, asteroids and a comet.

    adcompile samples/kepler.py --head "eccentric_anomaly(a, e) > return" -o kepler_derivatives.py

The eccentric anomaly E of a body, some days after its perihelion, solves E - e sin E = M.  How it
changes with the orbit's size a and shape e is what orbit determination needs; the implicit function
theorem gives the same numbers.  `orbits.csv` holds the semi-major axes (in au) and eccentricities
that the Jet Propulsion Laboratory and the Minor Planet Center publish.
"""

import csv
import math
import pathlib

YEAR = 365.25636  # days
ORBITS = pathlib.Path(__file__).with_name("orbits.csv")


def eccentric_anomaly(a: float, e: float, days: float) -> float:
    """The eccentric anomaly, `days` after perihelion, on an orbit round the sun."""
    mean = 2.0 * math.pi * days / (YEAR * a * math.sqrt(a))
    if e < 0.8:
        anomaly = mean
    else:
        anomaly = math.pi
    step = 1.0
    while abs(step) > 1e-12:
        step = (anomaly - e * math.sin(anomaly) - mean) / (1.0 - e * math.cos(anomaly))
        anomaly -= step
    return anomaly


def implicit_gradient(a: float, e: float, days: float) -> tuple[float, float]:
    """The same gradient by the implicit function theorem, to compare with."""
    anomaly = eccentric_anomaly(a, e, days)
    slope = 1.0 - e * math.cos(anomaly)
    mean = anomaly - e * math.sin(anomaly)
    return -1.5 * mean / a / slope, math.sin(anomaly) / slope


def orbits() -> list[tuple[str, float, float]]:
    with ORBITS.open() as file:
        return [(row["name"], float(row["a_au"]), float(row["e"])) for row in csv.DictReader(file)]


def main() -> None:
    import adcompile as ad

    gradient = ad.value_and_grad(eccentric_anomaly, wrt=("a", "e"))
    print("100 days after perihelion     E         dE/da         dE/de")
    for name, a, e in orbits():
        anomaly, (da, de) = gradient(a, e, 100.0)
        print(f"{name:20} {anomaly:12.8f} {da:13.8f} {de:13.8f}")


if __name__ == "__main__":
    main()
