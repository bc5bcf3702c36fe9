"""Objects of JSON with a field that stands twice."""

import json

import pytest

from common.json_objects import FieldTwiceError, object_of


def test_the_first_name_that_comes_again_is_said():
    with pytest.raises(FieldTwiceError, match="^b$"):
        json.loads('{"a": 1, "b": 2, "b": 3, "a": 4}', object_pairs_hook=object_of)


def test_a_name_that_stands_twice_among_very_many_is_found_at_one_go():
    # One name is compared with the others at a time, by way of its hash, not with each of them.
    class Name(str):
        compared = 0
        __hash__ = str.__hash__

        def __eq__(self, other):
            Name.compared += 1
            return str.__eq__(self, other)

    names = [Name(number) for number in range(2_000)]
    with pytest.raises(FieldTwiceError, match="^1999$"):
        object_of([(name, 0) for name in [*names, Name(1_999)]])
    assert Name.compared < 20_000


def test_an_object_of_very_many_fields_is_looked_through():
    fields = ", ".join(f'"{number}": 0' for number in range(200_000))
    with pytest.raises(FieldTwiceError, match="^199999$"):
        json.loads(f'{{{fields}, "199999": 0}}', object_pairs_hook=object_of)


def test_of_a_long_name_the_beginning_is_told():
    name = "x" * 5_000_000
    with pytest.raises(FieldTwiceError) as caught:
        object_of([(name, 1), (name, 2)])
    assert str(caught.value) == "x" * 100
