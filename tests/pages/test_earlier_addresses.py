"""Links that were given away: each opens the same experiment, with the same costs at the end of its run.

`earlier_addresses.json` holds what they opened in version 0.1.0; `write_earlier_addresses.py` says how it was
made. Six of the two hundred are read better since: `relu` and `0,1` are what they plainly mean, `1_0` is no
number, and a degree or a tab that does not exist is named.
"""

from __future__ import annotations

import json
import math
from urllib.parse import parse_qs

import pytest

from nncore.experiment import Experiment
from tests.pages.earlier_addresses import FILE, end_of, gap, machine, opens
from tests.pages.write_earlier_addresses import PAGES, addresses

STORED = json.loads(FILE.read_text(encoding="utf-8"))
ELSEWHERE = 1e-9
"""Relative difference of costs that other machines may have, whose products and functions round otherwise."""


@pytest.fixture(scope="module")
def tolerance() -> float:
    return 0.0 if machine() == STORED["machine"] else ELSEWHERE


@pytest.mark.parametrize("address", STORED["addresses"])
def test_an_earlier_address_opens_what_it_opened(address: str, tolerance: float) -> None:
    before, now = STORED["addresses"][address], opens(address)
    assert parse_qs(now["bar"]) == parse_qs(before["bar"])
    assert now["notices"] == before["notices"]
    if "experiment" in before:
        wanted = {**STORED["usual"], **before["experiment"]}
        # A setting that came later may stand beside them; what it changes shows in the costs.
        assert {name: now["experiment"][name] for name in wanted} == wanted
        assert gap(before["end"], now["end"]) <= tolerance


def test_addresses_of_every_page_are_kept() -> None:
    assert {address.partition("?")[0] for address in STORED["addresses"]} == set(PAGES)
    assert len(STORED["addresses"]) == len(set(addresses())) == 200


def test_another_last_bit_is_another_end_here_and_the_same_one_elsewhere() -> None:
    experiment = Experiment.from_query({"data": "XOR", "epochs": "50"})[0]
    near = experiment.replace(eta=math.nextafter(experiment.eta, 0.0))
    difference = gap(end_of(experiment), end_of(near))
    assert 0.0 < difference < ELSEWHERE
    assert gap(end_of(experiment), end_of(experiment)) == 0.0
    assert gap(end_of(experiment), end_of(experiment.replace(epochs=49))) == math.inf
