"""Rows of answers as values, by the rows that real modems gave."""

import pytest

from hardware.answers import CallRow, Operator, call_row, cause, operator, registration, signal_dbm, sim_state
from hardware.families import recognise


@pytest.mark.parametrize(
    ("row", "stat"),
    [
        ("+CREG: 3", 3),
        ("+CREG: 2,3", 3),
        ('+CREG: 1,"D509","80D413D",7', 1),
        ("+CREG: 0,11", 11),
        ('+CREG: 2,1,"D509","80D413D",7', 1),
        ("+CEREG: 4,3", 3),
        ("+CREG: ", None),
        ("+CSQ: 1,99", None),
    ],
)
def test_registration_of_answers_and_urcs(row: str, stat: int | None) -> None:
    assert registration(row) == stat


@pytest.mark.parametrize(
    ("row", "call"),
    [
        ("+CLCC: 3,0,2,0,0,num,129", CallRow(3, True, 2, True)),
        ('+CLCC: 1,1,0,1,0,"",128', CallRow(1, False, 0, False)),
        ('+QIND: "ccinfo",2,0,-1,0,0,"XXXXXXXXX",129', CallRow(2, True, -1, True)),
        ("+QIND: SMS DONE", None),
        ("+CLCC: ", None),
        ("+CLCC: 1,0", None),
    ],
)
def test_calls_and_phantoms(row: str, call: CallRow | None) -> None:
    assert call_row(row) == call


@pytest.mark.parametrize(
    ("row", "number"),
    [
        ('+CEER: "16 Normal call clearing"', 16),
        ("+CEER: User busy", 17),
        ('+CEER: "No report available",0,"No cause information available"', None),
        ("+CEER: 21 Call rejected", 21),
        ("+CEER: 5,17", 17),
        ("+CEER: 0,0", None),
        ('+CEER: "CC setup error",17,"User busy"', 17),
        ("OK", None),
    ],
)
def test_causes_by_number_and_by_word(row: str, number: int | None) -> None:
    assert cause(row) == number


def test_operator_signal_and_sim() -> None:
    assert operator('+COPS: 0,0,"IND airtel airtel",7') == Operator(0, "IND airtel airtel", "LTE")
    assert operator("+COPS: 2") == Operator(2, "", "")
    assert operator('+COPS: 0,2,"25507"') == Operator(0, "25507", "")
    assert signal_dbm("+CSQ: 17,99") == -79
    assert signal_dbm("+CSQ: 99,99") is None
    assert sim_state("+CPIN: SIM PIN") == "SIM PIN"


@pytest.mark.parametrize(
    ("words", "family"),
    [
        ("SIMCOM INCORPORATED SIMCOM_SIM7600E-H", "sim7600"),
        ("INCORPORATED A7670E-FASE", "a76xx"),
        ("SIMCOM_Ltd SIMCOM_SIM800L", "sim800"),
        ("Quectel EG25", "quectel"),
        ("huawei E1550", "huawei"),
        ("Manufacturer Unknown", "generic"),
        ("", "generic"),
    ],
)
def test_modems_are_recognised_by_their_own_words(words: str, family: str) -> None:
    assert recognise(words).name == family
