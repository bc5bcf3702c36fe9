import argparse
import json
from dataclasses import dataclass

import pytest

from common.errors import UserError
from common.settings import Options, Settings, option


@dataclass(frozen=True, kw_only=True)
class Car(Settings):
    file: str | None = option(None, "a file", positional=True)
    drop: tuple[str, ...] = option((), "leave out", metavar="COLUMN")
    turbo: bool = option(False, "faster")
    limit: float = option(500_000.0, "roubles", above=0)


def parse(*words):
    parser = argparse.ArgumentParser()
    Car.add_to(parser)
    return Car.from_arguments(parser.parse_args(words))


def test_what_is_not_given_is_the_default():
    assert parse() == Car()


def test_every_kind_of_field_is_an_option():
    car = parse(
        "flats.csv", "--drop", "a", "--drop", "b", "--turbo", "--limit", "6_250,5", "--lr", "1e-2"
    )
    assert car.file == "flats.csv"
    assert car.drop == ("a", "b")
    assert car.turbo
    assert car.limit == 6250.5
    assert car.lr == 0.01


def test_json_takes_settings_there_and_back():
    car = parse("файл.csv", "--drop", "a", "--minutes", "3")
    assert Car.from_dict(json.loads(json.dumps(car.to_dict()))) == car


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"width": 0}, "--width is 0, expected a whole number from 1 to 16384"),
        ({"width": 10**30}, "--width"),
        ({"width": 1.5}, "--width is 1.5, expected a whole number"),
        ({"width": True}, "--width is True"),
        ({"lr": float("nan")}, "--lr is nan"),
        ({"lr": "fast"}, "--lr is 'fast', expected a number above 0"),
        ({"minutes": 0}, "--minutes is 0, expected a number above 0 or nothing"),
        ({"drop": "a"}, "--drop"),
        ({"drop": [1]}, "--drop"),
        ({"activation": "selu_"}, "unknown activation 'selu_'; did you mean"),
        ({"shares": "70/20/20"}, "add up to 110"),
        ({"widht": 8}, "unknown option 'widht'; did you mean 'width'"),
    ],
)
def test_a_wrong_value_is_named_in_one_line(values, words):
    with pytest.raises(UserError) as error:
        Car.from_dict(values)
    assert words in str(error.value)
    assert "\n" not in str(error.value)


def test_defaults_can_come_from_another_run():
    parser = argparse.ArgumentParser()
    Options.add_to(parser)
    Car.add_to(parser)
    car = Car.from_arguments(parser.parse_args(["--seed", "7"]), defaults=Car(width=64))
    assert (car.seed, car.width) == (7, 64)
