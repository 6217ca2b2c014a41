"""Make the sample tables anew: `python samples/make_samples.py`.

`diabetes_like.csv` and `house_prices.csv` are drawn from a random generator with a fixed seed and describe
nobody; the first has the shape of the table in the lecture's PyTorch example (8 features and a 0/1 column),
the second is a regression with text columns, a date, missing values and decimal commas. `iris.csv` is
scikit-learn's.
"""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from sklearn.datasets import load_iris

FOLDER = Path(__file__).parent
SEED = 20240215


def diabetes_like(rows: int = 768) -> tuple[list[str], list[list[str]]]:
    """Draw a table of the shape of the lecture's: 8 measurements, and whether a patient fell ill."""
    rng = np.random.default_rng(SEED)
    age = np.clip(21 + rng.gamma(1.4, 9.0, rows), 21, 81).round()
    pregnancies = np.clip(rng.poisson(0.12 * (age - 18)), 0, 17)
    bmi = np.clip(rng.normal(32, 6.8, rows) + 0.04 * (age - 33), 18, 67)
    pressure = np.clip(rng.normal(72, 11, rows) + 0.25 * (age - 33) + 0.2 * (bmi - 32), 38, 122).round()
    skin = np.clip(0.85 * bmi + rng.normal(2, 7, rows), 7, 99).round()
    pedigree = np.clip(rng.gamma(2.2, 0.21, rows), 0.078, 2.42)
    glucose = np.clip(rng.normal(121, 28, rows) + 0.35 * (age - 33) + 0.6 * (bmi - 32), 56, 199).round()
    insulin = np.clip(np.exp(rng.normal(4.7, 0.5, rows) + 0.011 * (glucose - 121)), 14, 846).round()
    risk = (
        0.038 * (glucose - 121)
        + 0.09 * (bmi - 32)
        + 0.9 * (pedigree - 0.47)
        + 0.11 * (pregnancies - 3)
        + 0.02 * (age - 33)
        - 0.9
    )
    ill = rng.random(rows) < 1 / (1 + np.exp(-1.6 * risk))
    names = ["pregnancies", "glucose", "blood_pressure", "skin_fold", "insulin", "bmi", "pedigree", "age"]
    columns = [pregnancies, glucose, pressure, skin, insulin, bmi.round(1), pedigree.round(3), age]
    table = np.column_stack(columns)
    cells = [[f"{value:g}" for value in row] for row in table]
    return [*names, "outcome"], [[*row, str(int(label))] for row, label in zip(cells, ill, strict=True)]


def iris() -> tuple[list[str], list[list[str]]]:
    """Return scikit-learn's iris flowers with the names of their species."""
    data = load_iris()
    names = [name.replace(" (cm)", "_cm").replace(" ", "_") for name in data.feature_names]
    rows = [
        [*(f"{value:g}" for value in row), str(data.target_names[label])]
        for row, label in zip(data.data, data.target, strict=True)
    ]
    return [*names, "species"], rows


def house_prices(rows: int = 600) -> tuple[list[str], list[list[str]]]:
    """Draw a made-up table of houses: what a table from a spreadsheet in half of Europe looks like."""
    rng = np.random.default_rng(SEED + 1)
    area = np.clip(rng.normal(115, 35, rows), 30, 280)
    rooms = np.clip((area / 28 + rng.normal(0, 0.8, rows)).round(), 1, 9)
    age = rng.integers(0, 90, rows)
    district = rng.choice(["centre", "harbour", "hillside", "old town"], rows, p=[0.3, 0.2, 0.2, 0.3])
    worth = {"centre": 1.25, "harbour": 1.1, "hillside": 0.9, "old town": 1.0}
    garden = rng.choice(["yes", "no"], rows, p=[0.4, 0.6])
    sold = rng.integers(0, 3650, rows)
    factor = np.array([worth[name] for name in district]) * (1 + 0.1 * (garden == "yes")) * (1 + sold / 9000)
    price = (
        (60 + 2.1 * area - 0.9 * age + 0.008 * (age - 45) ** 2) * factor * np.exp(rng.normal(0, 0.06, rows))
    )
    lines = []
    for i in range(rows):
        day = date(2014, 1, 1) + timedelta(days=int(sold[i]))
        built = "" if rng.random() < 0.03 else str(2023 - int(age[i]))
        lines.append(
            [
                f"{area[i]:.1f}".replace(".", ","), f"{rooms[i]:.0f}", built, district[i], garden[i],
                day.isoformat(), f"{price[i]:.2f}".replace(".", ","),
            ]
        )  # fmt: skip
    return ["area_m2", "rooms", "built", "district", "garden", "sold_on", "price_thousand"], lines


def write(name: str, table: tuple[list[str], list[list[str]]], *, separator: str = ",") -> None:
    """Write one table as CSV."""
    header, rows = table
    with (FOLDER / name).open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=separator, lineterminator="\n")
        writer.writerows([header, *rows])


if __name__ == "__main__":
    write("diabetes_like.csv", diabetes_like())
    write("iris.csv", iris())
    write("house_prices.csv", house_prices(), separator=";")
