"""The frame carries plain data unchanged, and nothing else gets in or out."""

import json
import math
import random

import numpy as np
import pytest

from common.grading.runner.inside.wire import (
    DTYPES,
    MAGIC,
    BadFrameError,
    NotPlainError,
    decode,
    encode,
)


def frame(header: object, rest: bytes = b"") -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return MAGIC + len(text).to_bytes(4, "little") + text + rest


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        False,
        0,
        -(2**63),
        2**63 - 1,
        0.1,
        -0.0,
        5e-324,
        1.7976931348623157e308,
        "",
        'Цена, "₽"\x00\n😀',
        [],
        {},
        {"": [1, [2.0, None], {"a": "b"}], "float": {"float": "nan"}},
    ],
)
def test_a_value_comes_back_equal_and_of_the_same_type(value):
    back = decode(encode(value))
    assert repr(back) == repr(value)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_nan_and_infinity_survive_as_numbers_and_in_arrays(value):
    number, array = decode(encode([value, np.array([value, 1.0], np.float32)]))
    assert type(number) is float
    assert repr(number) == repr(value)
    np.testing.assert_array_equal(array, np.array([value, 1.0], np.float32))


@pytest.mark.parametrize("dtype", sorted(DTYPES))
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 0, 4), (2, 3, 4)])
def test_an_array_keeps_its_type_shape_and_bytes(dtype, shape):
    array = np.random.default_rng(0).integers(0, 2, shape).astype(dtype)
    back = decode(encode({"a": array, "b": array}))["b"]
    assert type(back) is np.ndarray
    assert back.dtype == array.dtype
    assert back.shape == array.shape
    np.testing.assert_array_equal(back, array)
    back[...] = 0  # its own memory, and not read-only


def test_an_array_that_is_strided_or_big_endian_keeps_its_values():
    array = np.arange(12.0).reshape(3, 4)
    np.testing.assert_array_equal(decode(encode(array.T[::2])), array.T[::2])
    np.testing.assert_array_equal(decode(encode(array.astype(">f8"))), array)


class Sly(float):
    def __reduce__(self):
        return print, ("code ran",)


class SlyArray(np.ndarray):
    pass


@pytest.mark.parametrize(
    "value",
    [
        Sly(1.0),
        np.float64(1.0),
        np.zeros(2).view(SlyArray),
        np.zeros(2, np.float16),
        np.zeros(2, complex),
        np.array([print]),
        np.array(["text"]),
        np.zeros((1,) * 9),
        (1, 2),
        {1: 2},
        b"bytes",
        2**63,
        "\ud800",
        pytest.param(object(), id="object()"),
        print,
    ],
    ids=repr,
)
def test_what_is_not_plain_is_refused_with_its_place(value):
    with pytest.raises(NotPlainError, match=r"\['x'\]\[1\]|surrogate"):
        encode({"x": [0, value]})


def test_an_endless_or_huge_value_is_refused_rather_than_followed():
    endless: list = []
    endless.append(endless)
    for value in (endless, [0] * 300_000, "x" * 5_000_000):
        with pytest.raises(NotPlainError):
            encode(value)


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        MAGIC,
        b"\x80\x04cos\nsystem\n(S'id'\ntR.",
        frame(b"{"),
        frame(b"\xff\xfe"),
        frame(b"NaN"),
        frame(b"[Infinity]"),
        frame(b"1e999"),
        frame(b"9" * 5000),
        frame(b"9223372036854775808"),
        frame(b'"\\ud800"'),
        frame(b"[" * 100_000),
        frame(b"[" * 100 + b"]" * 100),
        frame([[]] * 250_000),
        frame({}),
        frame({"a": 1, "b": 2}),
        frame({"float": "1"}),
        frame({"float": ["nan"]}),
        frame({"dict": [["a", 1], ["a", 2]]}),
        frame({"dict": [[1, 2]]}),
        frame({"dict": {"a": 1}}),
        frame({"dict": ["ab"]}),
        frame({"array": ["float64", [2]]}, bytes(15)),
        frame({"array": ["float64", [2]]}, bytes(17)),
        frame({"array": ["object", [1]]}, bytes(8)),
        frame({"array": [["float64"], [1]]}, bytes(8)),
        frame({"array": ["uint8", [-1]]}),
        frame({"array": ["uint8", [True]]}, bytes(1)),
        frame({"array": ["uint8", [1.0]]}, bytes(1)),
        frame({"array": ["uint8", 4]}, bytes(4)),
        frame({"array": ["uint8", [2**31 - 1] * 8]}),
        frame({"array": ["float64", [0, *[2**31 - 1] * 7]]}),
        frame({"array": ["uint8", [1] * 9]}, bytes(1)),
        frame({"array": ["bool", [1]]}, b"\x02"),
        encode([1]) + encode([1]),
        encode([1])[:-1],
    ],
)
def test_a_forged_frame_is_refused(bad):
    with pytest.raises(BadFrameError):
        decode(bad)


def test_a_frame_with_any_bytes_changed_is_refused_or_plain():
    value = {"loss": [0.5, math.nan, None], "x": np.arange(6.0), "name": "цена", "b": True}
    good = encode(value)
    chance = random.Random(0)
    for _ in range(3000):
        bad = bytearray(good)
        for _ in range(chance.randrange(1, 4)):
            bad[chance.randrange(len(bad))] = chance.randrange(256)
        try:
            encode(decode(bytes(bad)))
        except BadFrameError:
            continue
