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
        ({"width": 0}, "--width is 0, expected a whole number from 1 up to 16384"),
        ({"width": 10**30}, "--width is 1000"),
        ({"width": 10**400}, "--width is a number of more than 40 digits"),
        ({"width": -(10**5000)}, "--width is a number of more than 40 digits"),
        ({"lr": 10**5000}, "--lr is inf"),
        ({"lr": "1" * 9999}, "--lr is '1111"),
        ({"seed": 2**31}, "--seed is 2147483648, expected a whole number from 0 up to 2147483647"),
        ({"batch_size": 2**24 + 1}, "from 1 up to 16777216"),
        ({"epochs": 10**6 + 1}, "from 1 up to 1000000"),
        ({"patience": 10**9}, "--patience"),
        ({"lr": 1e300}, "--lr is 1e+300, expected a number above 0 up to 1000"),
        ({"minutes": 1e300}, "--minutes"),
        ({"width": 1.5}, "--width is 1.5, expected a whole number"),
        ({"width": True}, "--width is True"),
        ({"lr": float("nan")}, "--lr is nan"),
        ({"lr": "fast"}, "--lr is 'fast', expected a number above 0"),
        ({"minutes": 0}, "--minutes is 0, expected a number above 0 up to 1000000 or nothing"),
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
    assert len(str(error.value)) < 250


@pytest.mark.parametrize(
    ("values", "russian"),
    [
        ({"lr": 1e300}, "--lr: 1e+300, ожидалось: число больше 0 до 1000"),
        (
            {"width": 10**400},
            "--width: число длиннее 40 цифр, ожидалось: целое число от 1 до 16384",
        ),
        ({"minutes": 0}, "--minutes: 0, ожидалось: число больше 0 до 1000000 или ничего"),
        ({"drop": "a"}, "--drop: 'a', ожидалось: список текстов"),
    ],
)
def test_a_wrong_value_is_named_in_russian_too(values, russian):
    with pytest.raises(UserError) as error:
        Car.from_dict(values)
    assert error.value.to("ru") == russian


@pytest.mark.parametrize("words", [["--seed", "9" * 5000], ["--lr", "x" * 5000]])
def test_an_endless_word_is_cut_short(words, capsys):
    with pytest.raises(SystemExit):
        parse(*words)
    assert len(capsys.readouterr().err.splitlines()[-1]) < 160


def test_the_largest_seed_works_wherever_seeds_are_used():
    import numpy as np
    import torch

    from common.splits import split
    from common.training.batches import epoch_order

    car = Car(seed=2**31 - 1, epochs=10**6)
    assert len(epoch_order(9, car.seed, car.epochs)) == 9
    assert len(split(10, seed=car.seed).train) == 7
    torch.manual_seed(car.seed)
    np.random.RandomState(car.seed)


def test_options_of_training_alone_can_be_left_out():
    @dataclass(frozen=True, kw_only=True)
    class Table(Options):
        target: str | None = option(None, "price")
        group: str | None = option(None, "kept together", training_only=True)

    parser = argparse.ArgumentParser()
    Table.add_to(parser, training=False)
    assert Table.from_arguments(parser.parse_args(["--target", "y"])) == Table(target="y")
    assert "--group" not in parser.format_help()


def test_help_can_name_other_defaults():
    parser = argparse.ArgumentParser()
    Car.add_to(parser, defaults={"epochs": 77})
    assert "(default: 77)" in " ".join(parser.format_help().split())


def test_defaults_can_come_from_another_run():
    parser = argparse.ArgumentParser()
    Options.add_to(parser)
    Car.add_to(parser)
    car = Car.from_arguments(parser.parse_args(["--seed", "7"]), defaults=Car(width=64))
    assert (car.seed, car.width) == (7, 64)
